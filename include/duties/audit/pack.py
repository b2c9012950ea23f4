"""Write an audit pack: a folder of plain files with the manifest of their hashes, and its signature beside it.

Nothing in it says when it was made, so the same day gives the same bytes, whenever and however often it is audited.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from include.duties.audit import verifier
from include.errors import NeverRetry
from include.evidence.payload import canonical
from include.evidence.signing import known_keys, sign_text
from include.store import private_folder
from include.store.disk import room_on_disk
from include.store.home import write_private

__all__ = ["PackDiffers", "drafted", "finish", "folder", "write_json", "write_lines", "write_whole"]

README = """\
This is the audit of one day of an installation of Amanah. It holds ids, counts, codes, hashes and instants, no personal
data, and no time of its making: the same day gives the same bytes. The signature lies beside the folder (.sig: public
key and Ed25519 signature over the line "amanah audit pack 1" and manifest.json). To verify it without Amanah:
python verifier.py FOLDER [PUBLIC_KEY.pem], with include/duties/audit/verifier.py, a key that was handed over by another
way, and Python alone.

manifest.json   size, SHA-256 and hashes of the blocks of every other file (16 hexadecimal digits for each 512 bytes)
statement.json  which day, edition, records and seals; what was counted, and what the checks found
promised.jsonl  figures of the edition in force, each with its article
held.jsonl      what was held, owed and standing when the day ended, as it was counted then
flows.jsonl     what happened on the day: events by kind and codes, their counts added up
checks.jsonl    what must be nothing, and what was found
ledger.jsonl    the records, from the seal before the day to the first seal after it was closed; some around midnight
                are of a neighbouring day. hash = SHA-256 of prev_hash, seq (8 bytes, big-endian), recorded_at
                in microseconds since 1970 (8 bytes, big-endian), kind, one zero byte, payload
seals.jsonl     their seals: Ed25519 over the line "amanah evidence seal 1" and {"at":…,"count":…,"hash":…,"seq":…}
report.*.pdf    the same for people, in Arabic and English
"""


class PackDiffers(NeverRetry):
    """The pack of a day that stands is not what the ledger gives: one of them was changed."""


def folder(name: str) -> Path:
    """Name the folder of a pack; none need be there."""
    return private_folder("audits") / name


@contextmanager
def drafted(name: str) -> Iterator[Path]:
    """Give an empty folder to write a pack into; it is gone afterwards unless it was finished. Raises DiskFull."""
    draft = folder(f".{name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        with room_on_disk():
            draft.mkdir(mode=0o700)
            write_whole(draft / "README.txt", README.encode())
            yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def finish(draft: Path, name: str, **about: Any) -> Path:
    """Put a written draft under its name and sign it; a pack that stands is left as it is if it is the same.

    Raises PackDiffers naming the first file and byte in which they differ.
    """
    manifest = verifier.manifest_of(draft, **about)
    write_whole(draft / "manifest.json", manifest)
    whole = folder(name)
    if whole.exists():
        _compare(draft, whole)
    else:
        draft.replace(whole)
    signature = Path(f"{whole}.sig")
    if not signature.exists() or verifier.verify(whole, known_keys()):
        write_private(signature, sign_text(verifier.CONTEXT, manifest))
    return whole


def write_whole(file: Path, content: bytes) -> None:
    """Write a file that its owner alone reads, and return when the disk has it."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def write_json(file: Path, told: Mapping[str, Any]) -> None:
    """Write one object in the one form that is hashed."""
    write_whole(file, (json.dumps(told, sort_keys=True, ensure_ascii=False, indent=1) + "\n").encode())


def write_lines(file: Path, rows: Iterable[Mapping[str, Any] | str]) -> int:
    """Write rows as JSON Lines, one after the other; return how many."""
    count = 0
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        for row in rows:
            stream.write(row if isinstance(row, str) else canonical(row))
            stream.write("\n")
            count += 1
        stream.flush()
        os.fsync(stream.fileno())
    return count


def _compare(draft: Path, whole: Path) -> None:
    made, stands = ({file.name: file for file in place.iterdir()} for place in (draft, whole))
    for name in sorted(made.keys() | stands.keys()):
        one, other = (place[name].read_bytes() if name in place else None for place in (made, stands))
        if one != other:
            told = "is in one of them only" if one is None or other is None else f"from byte {_first(one, other):,} on"
            raise PackDiffers(
                f"the pack {whole.name} that stands is not what the ledger gives now: {name} {told}. Verify both "
                "(`audit verify`, `evidence verify`); put the folder elsewhere to have it written anew"
            )


def _first(one: bytes, other: bytes) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
