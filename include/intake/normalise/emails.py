"""Read e-mail addresses: several in a cell, written plainly, with a name, or disguised."""

from __future__ import annotations

import re
from collections.abc import Iterator

from email_validator import SPECIAL_USE_DOMAIN_NAMES as SPECIAL
from email_validator import EmailNotValidError, validate_email
from email_validator.rfc_constants import CASE_INSENSITIVE_MAILBOX_NAMES

from include.intake.normalise.mailboxes import mailbox_traits
from include.intake.normalise.placeholders import is_placeholder
from include.intake.normalise.reading import Reading
from include.intake.normalise.text import clean, squeeze, visible

__all__ = ["plain_address", "read_emails"]

LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
PLAIN = re.compile(rf"([A-Za-z0-9_%+'-]+(?:\.[A-Za-z0-9_%+'-]+)*)@((?:{LABEL}\.)+[A-Za-z]{{2,63}})")
AT = re.compile(r"\s*[(\[{]\s*at\s*[)\]}]\s*|\s+at\s+(?=[^\s@]+(?:\.|\s+dot\s+|\s*[(\[{]\s*dot))|\s*@\s*", re.I)
DOT = re.compile(r"\s*[(\[{]\s*dot\s*[)\]}]\s*|\s+dot\s+", re.I)
SEPARATOR = re.compile(r"[\r\n\t;|،؛/]+|,(?![^<]*>)|\s+(?:أو|او|or|and|و)\s+", re.I)
AMPERSAND = re.compile(r"\s*&\s*")
WRAPPING = "<>()[]{}\"'“”«»,;:."
PREFIX = re.compile(r"(?:mailto|e-?mail|mail|البريد|ايميل|إيميل|بريد)\s*[:=]\s*", re.I)
WORDS = re.compile(r"[^\W\d_][^\s<>()\[\]\"@:;,]*")


def read_emails(text: str, at_sign: str | None = None) -> tuple[Reading, ...]:
    """Read every address of a cell; `at_sign` is what the source writes for @ (`&` in one well-known register)."""
    given = visible(text)
    plain = plain_address(given)
    if plain is not None:
        return (plain,)
    readings = [reading for piece in _pieces(clean(given), at_sign) for reading in _read_piece(piece)]
    if len(readings) == 1:
        only = readings[0]
        return (Reading("email", given, only.normalised, None, only.traits, only.unparsed, None, None, only.beside),)
    return tuple(readings)


def _pieces(text: str, at_sign: str | None) -> Iterator[str]:
    if at_sign and at_sign != "@":
        text = text if "@" in text else text.replace(at_sign, "@")
    elif "@" in text:
        text = AMPERSAND.sub(";", text)
    text = PREFIX.sub(" ", text)
    joined = AT.sub("@", text)
    if "@" in joined and "@" not in text:
        joined = DOT.sub(".", joined)
    held = ""
    for piece in SEPARATOR.split(joined):
        piece = f"{held} {squeeze(piece)}".strip()
        # "Family, Given <address>": a comma inside the name of an address, not between two addresses.
        held = piece if piece and "@" not in piece and "<" in joined else ""
        if piece and not held:
            yield piece
    if held:
        yield held


def _read_piece(piece: str) -> Iterator[Reading]:
    if is_placeholder(piece):
        return
    tokens = piece.split()
    addresses = [token for token in tokens if "@" in token]
    if not addresses:
        yield Reading("email", piece, None, unparsed="not_an_address")
        return
    beside = squeeze(" ".join(WORDS.findall(" ".join(token for token in tokens if "@" not in token))))
    for token in addresses:
        for part in re.findall(r"<([^<>]*@[^<>]*)>", token) or [token]:
            yield _address(part.strip(WRAPPING).partition("?")[0], beside if len(addresses) == 1 else "")


def plain_address(text: str) -> Reading | None:
    """Read the usual address without the validator, and give it the form that the validator would."""
    match = PLAIN.fullmatch(text)
    if match is None:
        return None
    local, domain = match[1], match[2].casefold()
    if len(local) > 64 or len(text) > 254 or "--" in domain or domain.rpartition(".")[2] in SPECIAL:
        return None
    if local.casefold() in CASE_INSENSITIVE_MAILBOX_NAMES:
        local = local.casefold()
    return Reading("email", text, f"{local}@{domain}", traits=mailbox_traits(local, domain))


def _address(value: str, beside: str) -> Reading:
    plain = plain_address(value)
    if plain is None:
        try:
            # The reserved domain `test` stays readable: it can reach nobody, and samples are made of it.
            valid = validate_email(value, check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            return Reading("email", value, None, unparsed="invalid_address", beside=beside or None)
        plain = Reading("email", value, valid.normalized, traits=mailbox_traits(valid.local_part, valid.domain))
    return Reading("email", value, plain.normalised, traits=plain.traits, beside=beside or None)
