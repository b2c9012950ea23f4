"""Files that rows name go into the package too: where they hold nobody else, are there, and are not too large.

A voice cannot be taken out of a recording, so one in which others may be heard is not enclosed (IR 6(3)): the map says
of which files that is not so. Where a file stood that is not enclosed, the package says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from include.duties.packages.words import Words
from include.duties.purposes.rules import is_recording
from include.systems import System, Table
from include.systems.files import FileRefused, read_file, size_of
from include.systems.model import Column

__all__ = ["LARGEST", "Enclosed", "Enclosing"]

LARGEST = 100_000_000
"""Bytes of one file (house)."""
AT_MOST = 1_000_000_000
"""Bytes of all files of a package (house)."""
ENDING = re.compile(r"\.([A-Za-z0-9]{1,8})$")


@dataclass(frozen=True, slots=True)
class Enclosed:
    """One file as it stands in the archive, and where it is read."""

    name: str
    base: str
    path: str = field(repr=False)

    def parts(self) -> Iterator[bytes]:
        """Give what it holds, piece by piece; nothing where it has gone meanwhile."""
        yield from read_file(self.base, self.path) or ()


@dataclass(slots=True)
class Enclosing:
    """What a package encloses."""

    words: Words
    settings: Mapping[str, str]
    largest: int = LARGEST
    at_most: int = AT_MOST
    files: list[Enclosed] = field(default_factory=list)
    bytes: int = 0
    left_out: int = 0

    def instead_of(self, system: System, mapped: Table, column: Column, value: Any) -> str | None:
        """Enclose the file that a row names; return what stands in its place: its name in the archive, or why not."""
        if not value:
            return None
        if not self._is_theirs(column):
            return self._without("others")
        base = self.settings.get(system.files or "")
        size = self._size(base, str(value)) if base else None
        if base is None or size is None:
            return self._without("missing")
        if size > self.largest or self.bytes + size > self.at_most:
            return self._without("large")
        ending = ENDING.search(str(value))
        name = f"files/{system.key}.{mapped.name}/{len(self.files) + 1}{ending[0].lower() if ending else ''}"
        self.files.append(Enclosed(name, base, str(value)))
        self.bytes += size
        return name

    @staticmethod
    def _is_theirs(column: Column) -> bool:
        return column.alone if column.alone is not None else not is_recording(column)

    @staticmethod
    def _size(base: str, path: str) -> int | None:
        try:
            return size_of(base, path)
        except FileRefused:
            return None

    def _without(self, why: str) -> str:
        self.left_out += 1
        return self.words.enclosing[why]
