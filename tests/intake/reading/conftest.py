"""Write a small file and read it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from include.intake.contracts import Format
from include.intake.reading import Chunk, read


@dataclass(frozen=True)
class Result:
    """A whole file, all its chunks together."""

    chunks: list[Chunk]

    @property
    def columns(self) -> list[str]:
        return [str(name) for name in self.chunks[0].frame.columns]

    @property
    def rows(self) -> list[list[str]]:
        return [list(row) for chunk in self.chunks for row in chunk.frame.itertuples(index=False)]

    @property
    def numbers(self) -> list[int]:
        return [int(number) for chunk in self.chunks for number in chunk.frame.index]

    @property
    def faults(self) -> list[tuple[int, str]]:
        return [(fault.row, fault.reason.value) for chunk in self.chunks for fault in chunk.faults]


@pytest.fixture
def given(tmp_path: Path) -> Callable[..., Path]:
    """Write bytes, or text in an encoding, as a file."""

    def write(content: str | bytes, encoding: str = "utf-8", name: str = "delivery.raw") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


@pytest.fixture
def taken() -> Callable[..., Result]:
    """Read a whole file in a format given by its options."""

    def everything(path: Path, type: str = "csv", chunk_rows: int = 20_000, **options: Any) -> Result:
        return Result(list(read(path, Format.model_validate({"type": type, **options}), chunk_rows)))

    return everything


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    """Write a workbook of named sheets, each a list of rows; `merged` are ranges of the first one."""

    def write(hidden: str = "", merged: tuple[str, ...] = (), **sheets: list[list[Any]]) -> Path:
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.worksheets[0])
        for name, rows in sheets.items():
            sheet = workbook.create_sheet(name)
            sheet.sheet_state = "hidden" if name == hidden else "visible"
            for row in rows:
                sheet.append(row)
        for span in merged:
            workbook.worksheets[0].merge_cells(span)
        path = tmp_path / "delivery.raw"
        workbook.save(path)
        return path

    return write
