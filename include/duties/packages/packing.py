"""The archive: the pages, the data for programs, and a table of each part; the same bytes for the same data and day."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from include.documents import harmless
from include.duties.packages.enclosing import Enclosed
from include.duties.packages.spool import Spool

__all__ = ["packed"]

PIECE = 1 << 16
MARK = "\ufeff"
"""By which spreadsheet programs know that a file is UTF-8 and show Arabic."""


class _Outlet(io.RawIOBase):
    """Takes what a ZIP is written of, and gives it on piece by piece: it is never whole in memory."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, part: object) -> int:
        given = bytes(part)  # type: ignore[call-overload]
        self._waiting += given
        return len(given)

    def given(self) -> bytes:
        """Give what was written since the last time."""
        part = bytes(self._waiting)
        self._waiting.clear()
        return part


def packed(
    spool: Spool, pages: bytes, head: dict[str, str | None], day: date, files: Iterable[Enclosed] = ()
) -> Iterator[bytes]:
    """Give the archive piece by piece: `copy.pdf`, `data.json`, `csv/…` for each sheet that has rows, and `files/…`.

    Every file in it bears the day, and nothing in it the time of making.
    """
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as into:
        yield from _file(into, outlet, "copy.pdf", iter([pages]), day)
        yield from _file(into, outlet, "data.json", _as_json(spool, head), day)
        for sheet, rows in spool.read():
            yield from _file(into, outlet, f"csv/{sheet.key}.csv", _as_csv(list(sheet.columns.values()), rows), day)
        for each in files:
            yield from _file(into, outlet, each.name, each.parts(), day)
    yield outlet.given()


def _file(into: zipfile.ZipFile, outlet: _Outlet, name: str, parts: Iterator[bytes], day: date) -> Iterator[bytes]:
    about = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
    about.compress_type, about.external_attr, about.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
    with into.open(about, "w", force_zip64=True) as file:
        for part in parts:
            file.write(part)
            yield outlet.given()


def _as_json(spool: Spool, head: dict[str, str | None]) -> Iterator[bytes]:
    """Write one object: about the copy, then the sheets in their order, each row by the names of its columns."""

    def said(value: object) -> str:
        return json.dumps(value, ensure_ascii=False)

    yield f'{{"about": {said(head)},\n"sheets": ['.encode()
    for number, (sheet, rows) in enumerate(spool.read()):
        told = {"key": sheet.key, "title": sheet.title, "about": dict(sheet.about), "columns": dict(sheet.columns)}
        yield (",\n" if number else "\n").encode() + said(told)[:-1].encode() + b', "rows": ['
        for place, row in enumerate(rows):
            cells = said(dict(zip(sheet.columns, row, strict=True)))
            yield f"{',' if place else ''}\n  {cells}".encode()
        yield b"]}"
    yield b"\n]}\n"


def _as_csv(headings: list[str], rows: Iterator[list[object]]) -> Iterator[bytes]:
    """Write a table for spreadsheets: no cell of it is run as a formula."""
    sink = io.StringIO(newline="")
    writer: Callable[[list[object]], object] = csv.writer(sink, lineterminator="\r\n").writerow
    yield MARK.encode()
    writer([harmless(cell) for cell in headings])
    for row in rows:
        writer([harmless(cell) for cell in row])
        if sink.tell() > PIECE:
            yield _taken(sink)
    yield _taken(sink)


def _taken(sink: io.StringIO) -> bytes:
    text = sink.getvalue()
    sink.seek(0)
    sink.truncate()
    return text.encode()
