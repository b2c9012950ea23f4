"""The journal of destructions outside the database: an older copy of the database learns from it what is gone since.

It is `destroyed.jsonl` under home, or the file that AMANAH_JOURNAL names, best on another disk than the database. Each
line holds ids, keyed hashes and codes, no value, and a keyed hash over itself and the line before. Beside it lies its
head, which is written after it: so a journal that lost its end is found out.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from include.duties.backups.model import Head, JournalBroken, Line
from include.store import home, keyed
from include.store.disk import room_on_disk
from include.store.home import read_private, write_private

__all__ = ["append", "head_of", "journal_file", "read"]

START = Head(0, "")
BLOCK = 65_536


def journal_file() -> Path:
    """Name the journal's file."""
    named = os.environ.get("AMANAH_JOURNAL")
    return Path(named).expanduser() if named else home() / "destroyed.jsonl"


def read(file: Path, known: Iterable[Head] = ()) -> Iterator[Line]:
    """Read the journal from its first line, and prove each; `known` are heads that it must come past.

    A last line without its end is what a loss of power leaves of one that was never in force: it is passed over.
    Raises JournalBroken, naming the line, where one was edited, taken out or cut off.
    """
    wanted = {head.lines: head.hash for head in (*known, head_of(file)) if head.lines}
    last = START
    for raw in _lines(file):
        line = _proven(raw, last)
        if wanted.pop(line.number, line.hash) != line.hash:
            raise JournalBroken(_told(line.number, "is not the line that was written there"))
        last = Head(line.number, line.hash)
        yield line
    if wanted:
        raise JournalBroken(_told(last.lines + 1, f"is missing, and so is what followed it up to line {max(wanted)}"))


def append(batch: str, items: list[dict[str, Any]], known: Head = START, file: Path | None = None) -> Head:
    """Add one line, and return the new head when the disk has it. A batch that its last line holds is not added again.

    Raises JournalBroken where the end of the journal is not what its head, or the database's `known` one, says.
    """
    path = file or journal_file()
    with room_on_disk(), _held(path) as descriptor:
        line, end = _last(descriptor)
        last = Head(line.number, line.hash) if line else START
        for head in (head_of(path), known):
            if head.lines > last.lines or (head.lines == last.lines and head.hash != last.hash):
                raise JournalBroken(_told(last.lines + 1, "is missing or another than was written"))
        if line is None or line.batch != batch:
            os.ftruncate(descriptor, end)
            last = _write(descriptor, end, last, batch, items)
        write_private(_head_file(path), json.dumps({"hash": last.hash, "lines": last.lines}))
    return last


def head_of(file: Path) -> Head:
    """Return the head that lies beside a journal; that of an empty one where there is none."""
    text = read_private(_head_file(file))
    return Head(**json.loads(text)) if text else START


def _write(descriptor: int, end: int, last: Head, batch: str, items: list[dict[str, Any]]) -> Head:
    said = _canonical({"batch": batch, "items": items, "line": last.lines + 1, "prev": last.hash})
    new = Head(last.lines + 1, keyed("journal", said).hex())
    whole = f'{{"hash":"{new.hash}","said":{said}}}\n'.encode()
    while whole:
        written = os.pwrite(descriptor, whole, end)
        whole, end = whole[written:], end + written
    os.fsync(descriptor)
    return new


def _proven(raw: bytes, last: Head) -> Line:
    """Read a line and hold it against the one before."""
    number = last.lines + 1
    line = _read(raw)
    if line is None:
        raise JournalBroken(_told(number, "was edited: its hash is not that of what it says"))
    if line.number != number or json.loads(raw)["said"]["prev"] != last.hash:
        raise JournalBroken(_told(number, "is missing or out of order"))
    return line


def _read(raw: bytes) -> Line | None:
    """Read a line by itself; None where it is none, or its hash is not that of what it says."""
    try:
        whole = json.loads(raw)
        said = whole["said"]
        if keyed("journal", _canonical(said)).hex() != whole["hash"]:
            return None
        return Line(said["line"], said["batch"], said["items"], whole["hash"])
    except (ValueError, KeyError, TypeError):
        return None


def _last(descriptor: int) -> tuple[Line | None, int]:
    """Find the last whole line from the end of the file, and where it ends."""
    size = os.fstat(descriptor).st_size
    tail, at = b"", size
    while at > 0 and tail.count(b"\n") < 2:
        step = min(BLOCK, at)
        at -= step
        tail = os.pread(descriptor, step, at) + tail
    end = at + tail.rfind(b"\n") + 1
    if b"\n" not in tail:
        return None, 0
    raw = tail[: tail.rfind(b"\n")].rpartition(b"\n")[2]
    line = _read(raw)
    if line is None:
        raise JournalBroken("the last line of the journal of destructions was edited: nothing is added to it")
    return line, end


def _lines(file: Path) -> Iterator[bytes]:
    if file.exists():
        with file.open("rb") as stream:
            for line in stream:
                if line.endswith(b"\n"):
                    yield line[:-1]


@contextmanager
def _held(path: Path) -> Iterator[int]:
    """Open the journal for this process alone; a new file's name reaches the disk too."""
    new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if new:
            folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        yield descriptor
    finally:
        os.close(descriptor)


def _head_file(file: Path) -> Path:
    return file.with_name(f"{file.name}.head")


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def _told(number: int, what: str) -> str:
    return (
        f"the journal of destructions is not whole: line {number} {what}. Nothing was restored by it: bring the file "
        "back as it was, with its head"
    )
