"""One archive's file: JSON Lines in pieces of AES-256-GCM (NIST SP 800-38D), under a key of its own.

magic, salt (16 bytes), then pieces: four bytes of length, ciphertext with its tag. The key is HKDF-SHA-256 (RFC 5869)
of AMANAH_KEY and the salt. A piece's nonce is its number; that number, and whether it is the last, are authenticated
with it, so that no piece can be taken out, moved, or cut off unseen.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID

from include.errors import NeverRetry
from include.store import private_folder
from include.store.disk import room_on_disk
from include.store.keys import key_in_force

__all__ = [
    "Unreadable",
    "destroy_file",
    "hash_of",
    "is_there",
    "open_archive",
    "open_bytes",
    "place_of_archive",
    "write_archive",
    "write_bytes",
]

MAGIC, SALT, PIECE, TAG = b"amanah archive 1\n", 16, 1 << 20, 16


class Unreadable(NeverRetry):
    """Raised for an archive that is gone, cut, changed, or of another key."""


def place_of_archive(system: str, file: str) -> Path:
    """Return where the archive of that name lies: a folder of its system, closed to all others."""
    return private_folder("archives", system) / file


def write_archive(place: Path, archive: UUID, lines: Iterable[str]) -> bytes:
    """Write an archive, in place of any earlier one, and return its SHA-256 once it is on the disk for good.

    Raises DiskFull where there is no room; what was there before is there still.
    """
    return write_bytes(place, archive, (f"{line}\n".encode() for line in lines))


def write_bytes(place: Path, archive: UUID, parts: Iterable[bytes]) -> bytes:
    """Write anything as an archive is written, in memory of a piece or two; return the file's SHA-256."""
    draft, salt = place.with_suffix(".draft"), secrets.token_bytes(SALT)
    cipher, digest = _cipher(archive, salt), hashlib.sha256()
    draft.unlink(missing_ok=True)
    with room_on_disk():
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            for part in (MAGIC, salt):
                stream.write(part)
                digest.update(part)
            for number, (piece, last) in enumerate(_pieces(parts)):
                sealed = cipher.encrypt(number.to_bytes(12), piece, _said(number, last=last))
                for part in (len(sealed).to_bytes(4), sealed):
                    stream.write(part)
                    digest.update(part)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(place)
        _settle(place.parent)
    return digest.digest()


def open_archive(place: Path, archive: UUID) -> Iterator[str]:
    """Give the lines of an archive. Raises Unreadable where it is not whole, or not of this key; it names no value."""
    text = b""
    for piece in open_bytes(place, archive):
        *lines, text = (text + piece).split(b"\n")  # a letter may lie across two pieces
        yield from (line.decode() for line in lines)


def hash_of(place: Path) -> bytes:
    """Return the SHA-256 of a file. Raises Unreadable where there is none."""
    try:
        with place.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").digest()
    except FileNotFoundError:
        raise Unreadable("the archive's file is not where it was written") from None


def destroy_file(place: Path) -> None:
    """Overwrite an archive's file and remove it, with any draft of it. Again, it finds nothing to do."""
    for file in (place, place.with_suffix(".draft")):
        try:
            with file.open("r+b") as stream:
                for _ in range(0, file.stat().st_size, PIECE):
                    stream.write(bytes(PIECE))
                stream.flush()
                os.fsync(stream.fileno())
            file.unlink()
        except FileNotFoundError:
            continue
    _settle(place.parent)


def is_there(place: Path) -> bool:
    """Look by another path, the folder's own list, whether anything of an archive is left."""
    return any(each.name.startswith(place.stem) for each in place.parent.iterdir())


def _cipher(archive: UUID, salt: bytes) -> AESGCM:  # type: ignore[name-defined]  # noqa: F821 (imported when needed)
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    info = b"amanah archive 1\0" + archive.bytes
    return AESGCM(HKDF(SHA256(), 32, salt, info).derive(key_in_force().secret))


def _pieces(parts: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Cut what comes into pieces, and say of each whether it is the last."""
    waiting = bytearray()
    for part in parts:
        waiting += part
        while len(waiting) > PIECE:
            yield bytes(waiting[:PIECE]), False
            del waiting[:PIECE]
    yield bytes(waiting), True


def _said(number: int, *, last: bool) -> bytes:
    return number.to_bytes(8) + bytes([last])


def open_bytes(place: Path, archive: UUID) -> Iterator[bytes]:
    """Give what was written, piece by piece, each seen to be whole. Raises Unreadable as `open_archive` does."""
    from cryptography.exceptions import InvalidTag

    try:
        with place.open("rb") as stream:
            if stream.read(len(MAGIC)) != MAGIC:
                raise Unreadable("the file is no archive")
            cipher, number, last = _cipher(archive, stream.read(SALT)), 0, False
            length = int.from_bytes(stream.read(4))
            while not last:
                sealed, ahead = stream.read(min(length, PIECE + TAG)), stream.read(4)
                last = not ahead
                yield cipher.decrypt(number.to_bytes(12), sealed, _said(number, last=last))
                number, length = number + 1, int.from_bytes(ahead)
    except FileNotFoundError:
        raise Unreadable("the archive's file is not where it was written") from None
    except (InvalidTag, ValueError):
        raise Unreadable("the archive is not as it was written, or AMANAH_KEY is another key") from None


def _settle(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
