"""Which rows leave an archive, and the archive written anew without them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from include.duties.archives.model import Archive, Line
from include.duties.archives.sealing import open_archive, place_of_archive, write_archive

__all__ = ["Drop", "write_shorter"]


@dataclass(frozen=True, slots=True)
class Drop:
    """Which rows of an archive go: those whose time is over by a moment, or those of a person, by keyed hashes."""

    until: datetime | None = None
    keys: frozenset[str] = field(default=frozenset(), repr=False)

    def of(self, archive: Archive) -> Callable[[Line], bool] | None:
        """Say which rows of this archive go; None for all."""
        return None if self.until is not None and archive.due_at <= self.until else self.goes

    def goes(self, line: Line) -> bool:
        """Say whether a row goes by itself; what hangs on it alone goes with it."""
        over = self.until is not None and line.until is not None and datetime.fromisoformat(line.until) <= self.until
        return over or not self.keys.isdisjoint(line.who)

    def told(self) -> dict[str, Any]:
        """Write it down: a moment and keyed hashes."""
        return {"until": self.until.isoformat() if self.until else None, "keys": sorted(self.keys)}

    @classmethod
    def of_told(cls, told: Mapping[str, Any]) -> Drop:
        """Read what `told` wrote."""
        return cls(datetime.fromisoformat(told["until"]) if told["until"] else None, frozenset(told["keys"]))


def write_shorter(archive: Archive, left: tuple[Line, ...]) -> bytes:
    """Write an archive anew with these of its lines and the files that they name; return its SHA-256."""
    place = place_of_archive(archive.system, archive.file)
    paths = {path: number for number, line in enumerate(left) for path in line.files}
    return write_archive(place, archive.id, _text(place, archive, left, paths))


def _text(place: Path, archive: Archive, left: tuple[Line, ...], paths: dict[str, int]) -> Iterator[str]:
    for line in left:
        yield line.text()
    for text in open_archive(place, archive.id):
        if not text.startswith("{"):
            _, path, piece = json.loads(text)
            if path in paths:
                yield json.dumps([paths[path], path, piece])
