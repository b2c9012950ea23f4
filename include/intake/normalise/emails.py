"""Read e-mail addresses: several in a cell, written plainly, with a name, or disguised."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from email_validator import SPECIAL_USE_DOMAIN_NAMES as SPECIAL
from email_validator import EmailNotValidError, validate_email
from email_validator.rfc_constants import CASE_INSENSITIVE_MAILBOX_NAMES

from include.intake.normalise.email_disguises import KEPT_COMMA, undisguised
from include.intake.normalise.mailboxes import mailbox_traits
from include.intake.normalise.placeholders import is_placeholder
from include.intake.normalise.reading import Reading
from include.intake.normalise.text import clean, squeeze, visible

__all__ = ["plain_address", "read_emails"]

LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
PLAIN = re.compile(rf"([A-Za-z0-9_+'-]+(?:\.[A-Za-z0-9_+'-]+)*)@((?:{LABEL}\.)+[A-Za-z]{{2,63}})")
LINK = re.compile(r"(?:https?://|www\.)[^\s/@,;|]+(?:/[^\s;|<>]*)?(?![^\s,;]*@)", re.I)
SCHEME = re.compile(r"https?:/+", re.I)
SEPARATOR = re.compile(r"[\r\n\t;|،؛/\\]+|,(?![^<]*>)|\s+(?:أو|او|or|and|و)\s+", re.I)
GATEWAY = re.compile(r"(?:/[\w\-]+=[^/@\s]*)+/?@\S+")
WRAPPING = "<>()[]{}\"'“”«»,;:."
BULLETS = "*•·"
WORDS = re.compile(r"[^\W\d_][^\s<>()\[\]\"@:;,]*")
IN_BRACKETS = re.compile(r"<([^<>]*@[^<>]*)>")
SLIPS = ("www.", "u003")
"""How no mailbox begins: what was written before an address has run into it."""
SHORTEST_NUMBER = 7
LONGEST_LOCAL, LONGEST_ADDRESS = 64, 254
"""RFC 5321, section 4.5.3.1, and what of it is left for an address in a path."""


def read_emails(text: str, at_sign: str | None = None) -> tuple[Reading, ...]:
    """Read every address of a cell; `at_sign` is what the source writes for @ (`&` in one well-known register)."""
    given = visible(text)
    signed = given.replace(at_sign, "@") if at_sign and "@" not in given else given
    plain = plain_address(signed)
    if plain is not None:
        return (plain if signed is given else replace(plain, value=given),)
    cell = clean(given)
    links: list[Reading] = []
    if "://" in cell or "www." in cell.casefold():
        links = [Reading("email", link.strip(","), None, unparsed="not_an_address") for link in LINK.findall(cell)]
        cell = SCHEME.sub(" ", LINK.sub(" ", cell))
    found = (reading for piece in _pieces(undisguised(cell, at_sign)) for reading in _read_piece(piece))
    readings = [*links, *found]
    return (replace(readings[0], value=given),) if len(readings) == 1 else tuple(readings)


def _pieces(text: str) -> Iterator[str]:
    if text[:1] == "/" and GATEWAY.fullmatch(text):
        yield text
        return
    held = ""
    for piece in SEPARATOR.split(text):
        piece = f"{held} {squeeze(piece)}".strip()
        # "Family, Given <address>": a comma inside the name of an address, not between two addresses.
        held = piece if piece and "@" not in piece and "<" in text else ""
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
    rest = " ".join(token for token in tokens if "@" not in token)
    numbered = sum(map(str.isdecimal, rest)) >= SHORTEST_NUMBER
    beside = "" if numbered or len(addresses) > 1 else squeeze(" ".join(WORDS.findall(rest)))
    for token in addresses:
        for part in IN_BRACKETS.findall(token) or [token]:
            yield _address(part.strip(WRAPPING).lstrip(BULLETS).replace(KEPT_COMMA, ","), beside)
    if numbered:
        yield Reading("email", rest.strip(" -–"), None, unparsed="not_an_address")


def plain_address(text: str) -> Reading | None:
    """Read the usual address without the validator, and give it the form that the validator would."""
    match = PLAIN.fullmatch(text)
    if match is None:
        return None
    local, domain = match[1], match[2].casefold()
    if local.casefold().startswith(SLIPS):
        return None
    if (
        len(local) > LONGEST_LOCAL
        or len(text) > LONGEST_ADDRESS
        or "--" in domain
        or domain.rpartition(".")[2] in SPECIAL
    ):
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
            valid = None
        if valid is None or value.casefold().startswith(SLIPS):
            return Reading("email", value, None, unparsed="invalid_address", beside=beside or None)
        plain = Reading("email", value, valid.normalized, traits=mailbox_traits(valid.local_part, valid.domain))
    return replace(plain, value=value, beside=beside or None)
