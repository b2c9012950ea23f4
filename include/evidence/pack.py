"""A ledger to take away: one zip file from which anybody can verify it, with this verifier or one of their own."""

from __future__ import annotations

import hashlib
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TypeVar

from include.errors import NeverRetry
from include.evidence import lines, signing
from include.evidence.model import Fault, Flaw
from include.evidence.rules import Book

__all__ = ["PackUnreadable", "opened", "write"]

README = """\
This is the evidence ledger of an installation of Amanah. It holds ids, counts, codes, hashes and instants, no personal
data. To verify it: python -m include evidence verify --pack THIS_FILE --trust PUBLIC_KEY_FILE, with a public key that
was handed over by another way than this file. To verify it with a program of your own:

ledger.jsonl  one record a line, by seq from 1. hash = SHA-256 of prev_hash, seq (8 bytes, big-endian), recorded_at in
              microseconds since 1970 (8 bytes, big-endian), kind, one zero byte, payload (all text as UTF-8).
              prev_hash is the hash of the record before; the first one's is 32 zero bytes.
leaves.jsonl  hashes of the items of batch records. Their Merkle tree (RFC 6962) has the root in the record's payload.
seals.jsonl   Ed25519 signatures over the line "amanah evidence seal 1", a line feed, and
              {"at":"...","count":N,"hash":"...","seq":N}, where hash is that of record seq.
head.json     the last record as the database remembered it.
keys.pem      the public keys that this installation has signed with.
"""
EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The same ledger gives the same bytes: no entry carries the time of packing."""
BROKEN = (lines.Unreadable, zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)
"""All that reading a damaged entry raises."""
T = TypeVar("T")


class PackUnreadable(NeverRetry):
    """Raise for a file that is no pack at all. A pack with damage inside is not this, but a fault."""


def write(book: Book, keys: Iterable[bytes], path: Path) -> bytes:
    """Write a book to a pack, under another name until it is whole, readable by its owner only; return its SHA-256."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with (
            os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file,
            zipfile.ZipFile(file, "w") as archive,
        ):
            _put(archive, "README.txt", [README.rstrip("\n")])
            _put(archive, "keys.pem", (signing.public_pem(key).decode().rstrip("\n") for key in sorted(keys)))
            _put(archive, "seals.jsonl", map(lines.seal_line, book.seals))
            _put(archive, "head.json", [lines.head_line(book.head)] if book.head else [])
            _put(archive, "ledger.jsonl", map(lines.event_line, book.events))
            _put(archive, "leaves.jsonl", map(lines.leaf_line, book.leaves))
        with draft.open("rb") as whole:
            digest = hashlib.file_digest(whole, "sha256").digest()
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return digest


@contextmanager
def opened(path: Path) -> Iterator[Book]:
    """Open a pack for reading.

    Where something in it cannot be read, the book ends there with a fault.

    :raises PackUnreadable: it is no zip file, or lacks one of a pack's parts.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise PackUnreadable(
            f"{path.name} is no pack ({type(error).__name__}); give the file as it was exported"
        ) from None
    with archive:
        missing = {"ledger.jsonl", "leaves.jsonl", "seals.jsonl", "head.json", "keys.pem"} - set(archive.namelist())
        if missing:
            raise PackUnreadable(f"{path.name} lacks {', '.join(sorted(missing))}; give the file as it was exported")
        damage: list[Fault] = []
        heads = tuple(_read(archive, "head.json", lines.read_head, damage))
        yield Book(
            events=_read(archive, "ledger.jsonl", lines.read_event, damage),
            leaves=_read(archive, "leaves.jsonl", lines.read_leaf, damage),
            seals=tuple(_read(archive, "seals.jsonl", lines.read_seal, damage)),
            head=heads[0] if heads else None,
            keys=_keys(archive, damage),
            faults=damage,
        )


def _put(archive: zipfile.ZipFile, name: str, told: Iterable[str]) -> None:
    entry = zipfile.ZipInfo(name, EARLIEST)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    with archive.open(entry, "w", force_zip64=True) as file:
        for line in told:
            file.write(line.encode() + b"\n")


def _read(archive: zipfile.ZipFile, name: str, understand: Callable[[bytes], T], damage: list[Fault]) -> Iterator[T]:
    try:
        with archive.open(name) as file:
            for line in _lines(file):
                yield understand(line)
    except BROKEN:
        damage.append(Fault(0, Flaw.PACK_UNREADABLE))


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline(lines.LONGEST):
        if not line.endswith(b"\n"):
            raise lines.Unreadable("a line is cut off, or longer than any of ours")
        yield line


def _keys(archive: zipfile.ZipFile, damage: list[Fault]) -> frozenset[bytes]:
    pem = b"".join(_read(archive, "keys.pem", bytes, damage))
    if not pem.strip():
        return frozenset()
    try:
        return signing.keys_in(pem, "keys.pem")
    except signing.SealKeyUnreadable:
        damage.append(Fault(0, Flaw.PACK_UNREADABLE))
        return frozenset()
