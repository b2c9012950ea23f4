"""The rows of a package between gathering and packing: lines of one encrypted file, read as often as needed.

So nothing readable lies on the disk, and no more than a piece of it in memory, however many rows there are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from include.duties.archives.sealing import open_archive, write_archive
from include.duties.packages.model import Cells, Sheet
from include.intake.progress import Progress

__all__ = ["Spool"]


@dataclass(slots=True)
class Spool:
    """Sheets and their rows."""

    place: Path
    package: UUID
    rows: int = 0
    sheets: int = 0

    def write(self, sheets: Iterable[tuple[Sheet, Iterator[Cells]]], progress: Progress) -> None:
        """Write every sheet with its rows, in the order in which they come."""
        write_archive(self.place, self.package, self._lines(sheets, progress))

    def _lines(self, sheets: Iterable[tuple[Sheet, Iterator[Cells]]], progress: Progress) -> Iterator[str]:
        for sheet, rows in sheets:
            self.sheets += 1
            told = {"sheet": sheet.key, "title": sheet.title, "about": sheet.about, "columns": dict(sheet.columns)}
            yield json.dumps(told, ensure_ascii=False)
            for row in rows:
                self.rows += 1
                progress.add(1)
                yield json.dumps([row.get(name) for name in sheet.columns], ensure_ascii=False)

    def read(self) -> Iterator[tuple[Sheet, Iterator[list[object]]]]:
        """Give every sheet with its rows, to be read in this order."""
        lines = open_archive(self.place, self.package)
        ahead = next(lines, None)
        while ahead is not None:
            head = json.loads(ahead)
            about = tuple((name, said) for name, said in head["about"])
            rows = _Rows(lines)
            yield Sheet(head["sheet"], head["title"], about, head["columns"]), rows
            ahead = rows.rest()


class _Rows:
    """The rows up to the next sheet."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines, self._over = lines, False
        self._ahead: str | None = None

    def __iter__(self) -> _Rows:
        return self

    def __next__(self) -> list[object]:
        line = None if self._over else next(self._lines, None)
        if line is None or line.startswith("{"):
            self._ahead, self._over = (self._ahead if self._over else line), True
            raise StopIteration
        row: list[object] = json.loads(line)
        return row

    def rest(self) -> str | None:
        """Pass over what was not read, and give the line of the next sheet."""
        for _ in self:
            pass
        return self._ahead
