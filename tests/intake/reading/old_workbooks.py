"""Write a small XLS workbook byte by byte: the records of BIFF8 in a compound file, as Excel 97 to 2003 did."""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

__all__ = ["write_xls"]

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SMALLEST = 4096
"""Shorter streams would lie in the small sectors of a compound file; ours is filled up."""
DAY_ZERO = dt.date(1899, 12, 30)
PLAIN, DATE = 0, 1
ERROR = object()
"""Stands for a cell that shows #N/A."""


def write_xls(
    path: Path,
    merged: Sequence[tuple[int, int, int, int]] = (),
    *,
    stray: tuple[int, int] | None = None,
    password: bool = False,
    stream: str = "Workbook",
    **sheets: Sequence[Sequence[Any]],
) -> Path:
    """Write sheets of rows.

    `merged` are the first sheet's: first and last row, first and last column, from 0. `stray` is one more cell of it.
    `stream` is the name of the compound file's part: a workbook under lock lies in one called otherwise.
    """
    bodies = [_sheet(rows, merged if number == 0 else (), stray) for number, rows in enumerate(sheets.values())]
    before = len(_globals(list(sheets), [0] * len(sheets), password))
    offsets = [before + sum(map(len, bodies[:number])) for number in range(len(bodies))]
    path.write_bytes(_compound(_globals(list(sheets), offsets, password) + b"".join(bodies), stream))
    return path


def _record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _globals(names: Sequence[str], offsets: Sequence[int], password: bool) -> bytes:
    formats = b"".join(_record(0xE0, struct.pack("<HHH14x", 0, number, 0)) for number in (0, 14))
    locked = _record(0x2F, b"\1\0" * 3) if password else b""
    sheets = b"".join(
        _record(0x85, struct.pack("<IBBBB", offset, 0, 0, len(name), 1) + name.encode("utf-16-le"))
        for name, offset in zip(names, offsets, strict=True)
    )
    return _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 1997, 0, 0)) + locked + formats + sheets + _record(0x0A)


def _sheet(rows: Sequence[Sequence[Any]], merged: Sequence[tuple[int, int, int, int]], stray: Any) -> bytes:
    start = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 1997, 0, 0))
    size = _record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows), default=0), 0))
    cells = b"".join(
        _cell(row, column, cell)
        for row, line in enumerate(rows)
        for column, cell in enumerate(line)
        if cell is not None
    )
    spans = struct.pack("<H", len(merged)) + b"".join(struct.pack("<HHHH", *span) for span in merged)
    if stray:
        cells += _cell(*stray, 1)
    return start + size + cells + _record(0xE5, spans) + _record(0x0A)


def _cell(row: int, column: int, cell: Any) -> bytes:
    place = struct.pack("<HHH", row, column, DATE if isinstance(cell, dt.date) else PLAIN)
    match cell:
        case str():
            return _record(0x204, place + struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le"))
        case bool():
            return _record(0x205, place + struct.pack("<BB", cell, 0))
        case dt.date():
            return _record(0x203, place + struct.pack("<d", (cell - DAY_ZERO).days))
        case int() | float():
            return _record(0x203, place + struct.pack("<d", cell))
    return _record(0x205, place + struct.pack("<BB", 0x2A, 1))


def _compound(stream: bytes, name: str) -> bytes:
    """Put one stream into a compound file: a header, the table of sectors, the directory, the stream."""
    stream = stream.ljust(SMALLEST, b"\0")
    stream += b"\0" * (-len(stream) % SECTOR)
    used = len(stream) // SECTOR
    assert used + 2 <= SECTOR // 4, "one sector of the table holds no more"
    table = [FAT, END, *range(3, used + 2), END]
    table += [FREE] * (SECTOR // 4 - len(table))
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, SMALLEST, END, 0, END, 0, 0,
    )  # fmt: skip
    header += struct.pack("<108I", *[FREE] * 108)
    directory = _entry("Root Entry", 5, END, 0, child=1) + _entry(name, 2, 2, len(stream)) + b"\0" * 256
    return header + struct.pack("<128I", *table) + directory + stream


def _entry(name: str, kind: int, start: int, size: int, child: int = FREE) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    tree = struct.pack("<BBIII", kind, 1, FREE, FREE, child)
    return text.ljust(64, b"\0") + struct.pack("<H", len(text)) + tree + b"\0" * 36 + struct.pack("<IQ", start, size)
