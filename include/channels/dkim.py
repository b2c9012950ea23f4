"""The signature under every e-mail: that it is from our domain, and unchanged (RFC 6376, RFC 8301).

It is made here, of mails that are written here, because a relay signs each of them: the library that is known for it
takes 9 ms of a processor for one signature, this takes less than one.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from include.errors import NeverRetry

__all__ = ["SETTINGS", "Signer", "signer_of"]

SETTINGS = ("AMANAH_DKIM_KEY", "AMANAH_DKIM_SELECTOR", "AMANAH_DKIM_DOMAIN")
SHORTEST = 2048
"""Bits of an RSA key; RFC 8301 3.2 allows 1024, and large mailbox providers no longer do."""
SIGNED = (
    "from", "reply-to", "to", "subject", "date", "message-id", "auto-submitted", "x-auto-response-suppress",
    "content-language", "mime-version", "content-type", "content-transfer-encoding", "list-unsubscribe",
    "list-unsubscribe-post",
)  # fmt: skip
"""Every line that we write; RFC 8058 4 wants the last two covered."""
NEVER_ADDED = ("from", "reply-to", "to", "subject", "date", "list-unsubscribe", "list-unsubscribe-post")
"""Named once more than they stand: nobody can add another without breaking the signature (RFC 6376 8.15)."""
LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?")
SPACES = re.compile(rb"[ \t]+")
FOLDS = re.compile(rb"\r\n(?=[ \t])")


class Signer:
    """Sign mails for one domain with one key. It shows nothing of the key."""

    def __init__(self, key: RSAPrivateKey, selector: str, domain: str) -> None:
        self._key = key
        self._place = f"d={domain}; s={selector}"

    def signed(self, mail: bytes, at: datetime) -> bytes:
        """Return the mail with its signature before it, dated `at` (UTC); its lines end in CRLF."""
        head, _, body = mail.partition(b"\r\n\r\n")
        fields = _fields(head + b"\r\n")
        names = [name for name in SIGNED if name in fields] + list(NEVER_ADDED)
        tags = (
            f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; {self._place};\r\n"
            f" t={int(at.timestamp())};\r\n h={_folded(names)};\r\n"
            f" bh={b64encode(_hash_of_body(body)).decode()};\r\n b="
        ).encode()
        told = b"".join(fields.pop(name, b"") for name in names) + _relaxed(tags).removesuffix(b"\r\n")
        signature = b64encode(self._key.sign(told, PKCS1v15(), SHA256())).decode()
        lines = "\r\n  ".join(signature[at : at + 72] for at in range(0, len(signature), 72))
        return tags + lines.encode() + b"\r\n" + mail


def signer_of(settings: Mapping[str, str], domain: str) -> Signer | None:
    """Return the signer that the settings name, for the sender's domain or the one above it; None without a key.

    The key is PEM, or PEM packed into one line of base64. Raises NeverRetry naming the setting, never its content.
    """
    given = settings.get("AMANAH_DKIM_KEY")
    if not given:
        return None
    selector, of = settings.get("AMANAH_DKIM_SELECTOR", ""), settings.get("AMANAH_DKIM_DOMAIN") or domain
    if not LABEL.fullmatch(selector):
        raise NeverRetry("AMANAH_DKIM_SELECTOR must name the selector under which the public key stands in the DNS")
    if not (domain == of or domain.endswith(f".{of}")):
        raise NeverRetry("AMANAH_DKIM_DOMAIN must be the domain of sender.address in the profile, or one above it")
    return Signer(_key(given), selector, of)


def _key(given: str) -> RSAPrivateKey:
    try:
        pem = given.encode() if "-----BEGIN" in given else b64decode(given, validate=True)
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError):
        key = None
    if isinstance(key, RSAPrivateKey) and key.key_size >= SHORTEST:
        return key
    raise NeverRetry(
        f"AMANAH_DKIM_KEY must be an RSA key of {SHORTEST} bits or more without a passphrase: PEM, or that in base64"
    )


def _fields(head: bytes) -> dict[str, bytes]:
    """Return each header in relaxed form (RFC 6376 3.4.2). None of ours stands twice."""
    lines = FOLDS.sub(b"", head).split(b"\r\n")
    return {line.partition(b":")[0].decode("ascii").strip().lower(): _relaxed(line) for line in lines if line}


def _relaxed(field: bytes) -> bytes:
    name, _, value = FOLDS.sub(b"", field).partition(b":")
    return name.strip().lower() + b":" + SPACES.sub(b" ", value).strip() + b"\r\n"


def _hash_of_body(body: bytes) -> bytes:
    """Hash a body in relaxed form (RFC 6376 3.4.4): spaces as one, and none, nor empty lines, at an end."""
    lines = SPACES.sub(b" ", body).replace(b" \r\n", b"\r\n").rstrip(b"\r\n ")
    return sha256(lines + b"\r\n" if lines else b"").digest()


def _folded(names: list[str]) -> str:
    """Put the names on lines that are short enough."""
    return ":\r\n  ".join(":".join(names[at : at + 6]) for at in range(0, len(names), 6))
