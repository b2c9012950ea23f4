"""The copy of the seals outside the database: who cuts the ledger and its seals table is still found out.

It is `seals.jsonl` under home, or the file that AMANAH_SEALS names, best on another disk or under another user's
append-only mark. One ledger has one such file.
"""

from __future__ import annotations

import os
from pathlib import Path

from include.evidence.lines import Unreadable, read_seal, seal_line
from include.evidence.model import Fault, Flaw, Seal
from include.store import home

__all__ = ["append", "read"]


def read() -> tuple[tuple[Seal, ...], tuple[Fault, ...]]:
    """Read the seals that are kept outside, and a fault for each line that is none.

    A last line without its end is what a loss of power leaves of a seal that was never in force: it is passed over.
    """
    path = _path()
    seals: list[Seal] = []
    faults: list[Fault] = []
    if path.exists():
        for line in path.read_bytes().split(b"\n")[:-1]:
            try:
                seals.append(read_seal(line))
            except Unreadable:
                faults.append(Fault(0, Flaw.SEALS_UNREADABLE))
    return tuple(seals), tuple(faults)


def append(seal: Seal) -> None:
    """Add a seal as one line, and return when the disk has it."""
    path = _path()
    new = not path.exists()
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        held = file.read()
        file.seek(held.rfind(b"\n") + 1)
        file.write(seal_line(seal).encode() + b"\n")
        file.truncate()
        file.flush()
        os.fsync(file.fileno())
    if new:
        _keep_name(path.parent)


def _keep_name(folder: Path) -> None:
    """Bring a new file's name to the disk as well."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _path() -> Path:
    named = os.environ.get("AMANAH_SEALS")
    return Path(named).expanduser() if named else home() / "seals.jsonl"
