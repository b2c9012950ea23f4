"""The seal's signature: Ed25519 (RFC 8032) over what a seal says, with a key that the database never sees."""

from __future__ import annotations

import base64
import binascii
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from include.errors import NeverRetry
from include.evidence.model import Head, Seal
from include.evidence.payload import canonical, instant
from include.store import home
from include.store.home import read_private, write_private

if TYPE_CHECKING:  # `cryptography` costs every DAG file that merely records an event a tenth of a second
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = [
    "SealKeyUnreadable",
    "genuine",
    "genuine_text",
    "known_keys",
    "read_keys",
    "sign",
    "sign_text",
    "signing_key",
]

SETTING = "AMANAH_SEAL_KEY"
CONTEXT = b"amanah evidence seal 1\n"
"""Stands before everything that is signed, so that no other signature of the same key can pass for a seal."""


class SealKeyUnreadable(NeverRetry):
    """Raise where a key cannot be read or lies open to others; the message names the setting or the file."""


def sign(key: Ed25519PrivateKey, head: Head, count: int, at: datetime) -> Seal:
    """Seal the ledger at its head."""
    public = key.public_key().public_bytes_raw()
    return Seal(head.seq, head.hash, count, at, public, key.sign(_message(head.seq, head.hash, count, at)))


def genuine(seal: Seal) -> bool:
    """Tell whether a seal was signed by the key that it names."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = Ed25519PublicKey.from_public_bytes(seal.public_key)
        key.verify(seal.signature, _message(seal.seq, seal.hash, seal.count, seal.at))
    except (InvalidSignature, ValueError, OverflowError):
        return False
    return True


def sign_text(context: bytes, whole: bytes) -> str:
    """Sign a document as this installation: its public key and the signature, base64, one a line.

    `context` stands before what is signed, so that no signature can pass for one of another kind.
    """
    key = signing_key()
    given = (key.public_key().public_bytes_raw(), key.sign(context + whole))
    return "".join(f"{base64.b64encode(part).decode()}\n" for part in given)


def genuine_text(context: bytes, whole: bytes, signature: str, trusted: frozenset[bytes] | None) -> bool:
    """Tell whether a document is as it was signed, by one of the keys that are trusted."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        public, signed = (base64.b64decode(line, validate=True) for line in signature.split())
        if public not in (trusted or ()):
            return False
        Ed25519PublicKey.from_public_bytes(public).verify(signed, context + whole)
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


def signing_key() -> Ed25519PrivateKey:
    """Find the key to sign with, and keep its public half in `seal_key.pub` under home, beside any earlier ones.

    It comes from AMANAH_SEAL_KEY (PEM, or base64 of the 32 bytes); without it a development key is made once.

    :raises SealKeyUnreadable: the setting or the file is no Ed25519 key, or others may read the file.
    """
    given = os.environ.get(SETTING)
    key = _private(given, SETTING) if given else _development_key()
    _publish(key)
    return key


def known_keys() -> frozenset[bytes] | None:
    """Read the public keys that this installation has signed with (raw, 32 bytes each); None if it never has."""
    path = _public_path()
    given = os.environ.get(SETTING)
    keys = read_keys(path) if path.exists() else frozenset()
    if given:
        keys |= {_private(given, SETTING).public_key().public_bytes_raw()}
    return keys or None


def read_keys(path: Path) -> frozenset[bytes]:
    """Read one or more public keys in PEM from a file.

    :raises SealKeyUnreadable: something in it is no Ed25519 public key.
    """
    return keys_in(path.read_bytes(), path.name)


def keys_in(pem: bytes, name: str) -> frozenset[bytes]:
    """Read one or more public keys in PEM."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    found = set()
    for block in pem.split(b"-----BEGIN PUBLIC KEY-----")[1:]:
        try:
            key = load_pem_public_key(b"-----BEGIN PUBLIC KEY-----" + block)
        except ValueError:
            key = None
        if not isinstance(key, Ed25519PublicKey):
            raise SealKeyUnreadable(f"{name} holds something that is no Ed25519 public key in PEM; put the key there")
        found.add(key.public_bytes_raw())
    if not found:
        raise SealKeyUnreadable(f"{name} holds no public key in PEM; put the seal's public key there")
    return frozenset(found)


def public_pem(raw: bytes) -> bytes:
    """Write a raw public key as PEM."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return Ed25519PublicKey.from_public_bytes(raw).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _message(seq: int, digest: bytes, count: int, at: datetime) -> bytes:
    return CONTEXT + canonical({"at": instant(at), "count": count, "hash": digest.hex(), "seq": seq}).encode()


def _private(given: str, name: str) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        if "-----BEGIN" in given:
            key = load_pem_private_key(given.replace("\\n", "\n").encode(), password=None)
        else:
            key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(given.strip(), validate=True))
    except (ValueError, TypeError, binascii.Error):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise SealKeyUnreadable(f"{name} is no Ed25519 private key; give it as unencrypted PEM or base64 of 32 bytes")
    return key


def _development_key() -> Ed25519PrivateKey:
    path = home() / "seal_key"
    text = read_private(path)
    if text is None:
        write_private(path, _new_pem(), replace=False)  # of two processes the first one's key stands
        text = path.read_text()
    if path.stat().st_mode & 0o077:
        raise SealKeyUnreadable(f"{path.name} can be read by others; make it readable by its owner only (chmod 600)")
    return _private(text, path.name)


def _new_pem() -> str:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _public_path() -> Path:
    return home() / "seal_key.pub"


def _publish(key: Ed25519PrivateKey) -> None:
    raw = key.public_key().public_bytes_raw()
    path = _public_path()
    held = read_private(path) or ""
    if not held or raw not in keys_in(held.encode(), path.name):
        write_private(path, held + public_pem(raw).decode())
