"""How far a file is read is known from its bytes, long before anybody knows how many rows it has."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from include.intake.contracts import Format
from include.intake.reading import Way, read

Given = Callable[..., Path]
ROWS = 40_000
CSV = "name,phone\n" + "".join(f"shop {number * number},{number}\n" for number in range(ROWS))
JSON_LINES = "".join(f'{{"name": "shop {number * number}"}}\n' for number in range(ROWS))


def zipped(content: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("shops.csv", content)
    return sink.getvalue()


@pytest.mark.parametrize(
    ("content", "type"),
    [
        (CSV.encode(), "csv"),
        (gzip.compress(CSV.encode()), "csv"),
        (zipped(CSV.encode()), "csv"),
        (JSON_LINES.encode(), "jsonl"),
    ],
    ids=["plain", "gzip", "zip", "lines"],
)
def test_half_of_the_rows_is_about_half_of_the_file(content: bytes, type: str, given: Given) -> None:
    way, shares = Way(), list[float]()
    assert way.share() is None
    for _ in read(given(content), Format.model_validate({"type": type}), ROWS // 10, way=way):
        shares.append(way.share() or 0.0)
    assert len(shares) == 10
    assert shares == sorted(shares)
    assert 0.3 < shares[4] < 0.9
    assert 0 < shares[0] < 0.5
