"""Read the rows of a CSV file of labels, and say of one that cannot be read what to do."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from hashlib import sha256
from io import StringIO
from pathlib import Path

from include.errors import NeverRetry

__all__ = ["LabelsUnreadable", "label_rows"]

WRITTEN_AS_TEXT = re.compile(r"'(?=\s*[=+\-@＝＋－＠]|[\t\r\n])")
"""The apostrophe that an export puts before what a spreadsheet would take for a formula: no part of the cell."""


class LabelsUnreadable(NeverRetry):
    """Raise where a file of labels lacks a column, holds a label that is none, or is no CSV file in UTF-8."""


def label_rows(path: Path) -> tuple[list[dict[str, str]], str]:
    """Give the rows of a file, missing cells as empty ones, and the SHA-256 of the file. Raises LabelsUnreadable."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise LabelsUnreadable(
            f"{path.name}, row {row}: it is not UTF-8; save the file as CSV UTF-8, or recode it "
            f"(an older Arabic one: iconv -f windows-1256 -t utf-8)"
        ) from None
    reader = csv.DictReader(StringIO(text, newline=""))
    try:
        rows = [_row(row) for row in reader]
    except csv.Error as error:
        raise LabelsUnreadable(
            f"{path.name}, line {reader.reader.line_num}: it is no CSV ({error}); save it as CSV UTF-8 again"
        ) from None
    if not rows:
        raise LabelsUnreadable(f"{path.name} has no rows")
    return rows, sha256(content).hexdigest()


def _row(row: Mapping[str | None, str | None]) -> dict[str, str]:
    return {column: _as_meant(cell or "") for column, cell in row.items() if column}


def _as_meant(cell: str) -> str:
    return cell[1:] if WRITTEN_AS_TEXT.match(cell) else cell
