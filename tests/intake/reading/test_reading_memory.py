"""Memory does not grow with the file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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


@pytest.mark.parametrize("type", ["csv", "json"])
def test_a_file_ten_times_as_large_takes_no_more_memory(type: str, tmp_path: Path) -> None:
    peaks = {}
    for rows in (25_000, 250_000):
        path = tmp_path / f"{rows}.{type}"
        with path.open("w", encoding="utf-8") as file:
            if type == "csv":
                file.write("id,name,phone,email,city,address\n")
                file.writelines(LINE.format(number=number, filling=f'"{FILLING}"') for number in range(rows))
            else:
                lines = (f'{{"id": {number}, "name": "{FILLING}"}}' for number in range(rows))
                file.write("[" + next(lines))
                file.writelines(f",\n{line}" for line in lines)
                file.write("]")
        read_rows, peaks[rows] = peak(path, type)
        assert read_rows == rows
        assert rows < 250_000 or path.stat().st_size > 40_000_000
    assert peaks[250_000] - peaks[25_000] < 40


def test_an_xml_document_is_let_go_record_by_record(tmp_path: Path) -> None:
    peaks = {}
    for rows in (20_000, 40_000):
        path = tmp_path / f"{rows}.xml"
        with path.open("w", encoding="utf-8") as file:
            file.write("<directory>")
            for number in range(rows):
                inner = "".join(f"<line n='{line}'>{FILLING}</line>" for line in range(4))
                file.write(f"<company id='{number}'><name>Sample</name>{inner}</company><!-- --> between <other/>\n")
            file.write("</directory>")
        read_rows, peaks[rows] = peak(path, "xml")
        assert read_rows == rows
    assert peaks[40_000] - peaks[20_000] < 40
