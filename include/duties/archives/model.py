"""The nouns of an archive: its lines, what hangs on what in it, and the archive as it stands."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from include.systems.whole import unwritten, written

__all__ = ["Archive", "Line", "counted", "remaining"]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of an archive."""

    table: str
    how: str
    """`gone`: the row went whole. `emptied`: it stayed, and these columns of it were emptied. `lost`: it is somebody
    else's, and lost its reference. `stays`: it is there still, and is named for what hangs on it."""
    columns: dict[str, Any] = field(repr=False)
    """Each value as the database stored it; of a row that stayed, its key and what was emptied."""
    by: tuple[int, ...] = ()
    """The lines that hold it, by their place: it goes with the last of them."""
    of: tuple[int, ...] = ()
    """The lines that it was computed from: it goes with any."""
    until: str | None = None
    """When a shorter rule of its own ends (ISO 8601, UTC)."""
    who: tuple[str, ...] = field(default=(), repr=False)
    """Keyed hashes of the identities of the person that the row is, in hexadecimal."""
    files: tuple[str, ...] = field(default=(), repr=False)
    """Paths of the files that it names and that go with it."""

    def text(self) -> str:
        """Write it as a line of JSON."""
        told = asdict(self) | {"columns": {name: written(value) for name, value in self.columns.items()}}
        return json.dumps(told, separators=(",", ":"))

    @classmethod
    def of_text(cls, text: str) -> Line:
        """Read what `text` wrote."""
        told = json.loads(text)
        for name in ("by", "of", "who", "files"):
            told[name] = tuple(told[name])
        told["columns"] = {name: unwritten(value) for name, value in told["columns"].items()}
        return cls(**told)


@dataclass(frozen=True, slots=True)
class Archive:
    """One archive as it stands in the store."""

    id: UUID
    system: str
    rule: str
    edition: str
    plan_id: UUID
    file: str
    sha256: bytes | None
    rows: dict[str, int]
    event_at: datetime
    made_at: datetime
    earliest: datetime
    latest: datetime
    due_at: datetime
    state: str
    identities: tuple[bytes, ...] = field(repr=False)
    root: bytes = field(repr=False)


def counted(lines: Iterable[Line]) -> dict[str, int]:
    """Count the rows of each table that an archive holds something of."""
    rows = dict[str, int]()
    for line in lines:
        if line.how != "stays":
            rows[line.table] = rows.get(line.table, 0) + 1
    return rows


def remaining(lines: Sequence[Line], drop: Callable[[Line], bool]) -> tuple[Line, ...]:
    """Take lines out of an archive with all that hangs on these alone; the first line is the account, and holds all.

    Nothing is left where the account itself is dropped.
    """
    out = {place for place, line in enumerate(lines) if drop(line)}
    held = dict[int, list[int]]()
    for place, line in enumerate(lines):
        for holder in (*line.by, *line.of):
            held.setdefault(holder, []).append(place)
    while True:
        stays = _reached(out, held)
        derived = {place for place in stays if set(lines[place].of) - stays}
        if not derived:
            break
        out |= derived
    places = {old: new for new, old in enumerate(sorted(stays))}
    return tuple(_placed(lines[old], places) for old in sorted(stays))


def _reached(out: set[int], held: dict[int, list[int]]) -> set[int]:
    if 0 in out:
        return set()
    found, waiting = {0}, deque([0])
    while waiting:
        for place in held.get(waiting.popleft(), ()):
            if place not in out and place not in found:
                found.add(place)
                waiting.append(place)
    return found


def _placed(line: Line, places: dict[int, int]) -> Line:
    told = {name: getattr(line, name) for name in line.__slots__}
    for name in ("by", "of"):
        told[name] = tuple(places[place] for place in told[name] if place in places)
    return Line(**told)
