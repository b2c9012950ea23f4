"""Memory does not grow with the file."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).resolve().parents[3]
READ = """
import resource, sys
from pathlib import Path
from include.intake.contracts import Format
from include.intake.reading import read
rows = sum(len(chunk) for chunk in read(Path(sys.argv[1]), Format(type=sys.argv[2])))
print(rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
LINE = "{number},Sample Trading Company {number},+966 11 000 0001,contact@example.com,Riyadh,{filling}\n"
FILLING = "an address that is long enough to make a row of some two hundred letters, " * 2


def peak(path: Path, type: str) -> tuple[int, int]:
    """Return the rows read and the peak of memory in MB, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path), type], capture_output=True, text=True, check=True, cwd=ROOT
    )
    rows, megabytes = done.stdout.split()
    return int(rows), int(megabytes)


def write_csv(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("id,name,phone,email,city,address\n")
        file.writelines(LINE.format(number=number, filling=f'"{FILLING}"') for number in range(rows))


def write_gzip(path: Path, rows: int) -> None:
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as file:
        file.write("id,name,phone,email,city,address\n")
        file.writelines(LINE.format(number=number, filling=f'"{FILLING}"') for number in range(rows))


def write_json(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        lines = (f'{{"id": {number}, "name": "{FILLING}"}}' for number in range(rows))
        file.write("[" + next(lines))
        file.writelines(f",\n{line}" for line in lines)
        file.write("]")


def write_parquet(path: Path, rows: int) -> None:
    group = 5_000
    with pq.ParquetWriter(path, pa.schema([("id", pa.int64()), ("name", pa.string())])) as file:
        for first in range(0, rows, group):
            numbers = list(range(first, first + group))
            names = [f"{number} {FILLING}" for number in numbers]
            file.write_table(pa.table({"id": numbers, "name": names}), row_group_size=group)


@pytest.mark.parametrize(
    ("type", "write"),
    [("csv", write_csv), ("csv", write_gzip), ("json", write_json), ("parquet", write_parquet)],
    ids=["csv", "gzip", "json", "parquet"],
)
def test_a_file_ten_times_as_large_takes_no_more_memory(
    type: str, write: Callable[[Path, int], None], tmp_path: Path
) -> None:
    peaks = {}
    for rows in (25_000, 250_000):
        path = tmp_path / f"{rows}.raw"
        write(path, rows)
        read_rows, peaks[rows] = peak(path, type)
        assert read_rows == rows
    assert peaks[250_000] - peaks[25_000] < 40
