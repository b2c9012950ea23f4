"""Every delivery that cannot be taken in as it is ends in one sentence: which file, field or row, and what to do.

Each goes the whole way, through the command line. Where nothing could be done the exit code is 1 and nothing is held;
where a row is bad, the others are held. The same is tested closer to where it happens, with more cases:

- encodings, binary files, archives, workbooks and XML made to harm: `tests/intake/reading`
- an XML bomb: `test_a_document_that_declares_entities_is_refused_by_its_name`, `test_what_is_too_large_is_refused`
- a contract with a typo: `test_a_typo_names_the_line_and_the_field`
- a link that needs a login, a truncated download: `test_what_is_no_file_is_told_with_the_source_and_what_to_do`,
  `test_a_truncated_download_is_not_taken_as_whole_and_the_next_try_of_the_task_goes_on`
- a full disk: `test_a_full_disk_keeps_nothing_half_and_the_next_try_completes`, and while a file is fetched
  `test_a_disk_that_is_full_is_told_and_what_came_is_gone_on_with`
- a database that goes away in the middle:
  `test_an_intake_whose_database_goes_away_may_be_retried_until_it_is_back_and_loses_nothing`
- a mail server that refuses: `test_an_address_that_does_not_exist_ends_the_message`; that answers 451:
  `test_a_busy_mailbox_is_tried_again_later_and_later`; that never answers: `test_a_server_that_never_answers_is_away`;
  that drops the line after DATA: `test_a_line_that_drops_after_the_text_leaves_the_message_to_be_tried_again`;
  that falls silent after it: `test_a_server_that_falls_silent_after_the_text_is_told_again_under_the_same_name`
"""

from __future__ import annotations

import csv
import gzip
import io
import os
import random
import re
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from builders import TERMS, ask
from command import Said, call

from include.intake.reading.gathering import MOST_COLUMNS

ROOT = Path(__file__).resolve().parents[2]
DEFINED = re.compile(r"^def (test_\w+)", re.MULTILINE)
HEAD = "id,name,contact,phone,email,city\n"
GOOD = "1,شركة المثال للتجارة,,920000001,info@shop.example,الرياض\n2,Sample Trading Company,,920000002,,Jeddah\n"


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    return partial(call, monkeypatch, capsys)


@pytest.fixture
def intake(database: str, tmp_path: Path, command: Callable[..., Said]) -> Callable[..., Said]:
    """Take a delivery in under the sample contract with some terms changed."""
    del database

    def take(content: str | bytes, name: str = "guide.csv", **changes: Any) -> Said:
        file, contract = tmp_path / name, tmp_path / "contract.yml"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        contract.write_text(yaml.safe_dump({**TERMS, **changes}, allow_unicode=True), encoding="utf-8")
        return command("intake", str(file), "--contract", str(contract))

    return take


Intake = Callable[..., Said]


def held() -> list[str]:
    return [row.name for row in ask("select fields ->> 'organisation' as name from register.listing order by 1")]


def refused(said: Said, *words: str) -> None:
    """Look that a command failed in one sentence with these words, told no value, and left nothing behind."""
    assert said.code == 1
    assert "Traceback" not in said.error
    assert "Withheld" not in said.error
    assert not any(value in said.error for value in ("شركة المثال", "Sample Trading", "shop.example", "9200000"))
    for word in words:
        assert word in said.error
    assert ask("select count(*) as rows from register.listing")[0].rows == 0
    assert [path.name for path in Path(os.environ["AMANAH_HOME"], "landing").rglob("rows-*")] == []


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file(content: bytes, intake: Intake) -> None:
    refused(intake(content), "source sample_guide: file is empty; fetch it again, or ask the publisher")


def test_headings_without_rows(intake: Intake) -> None:
    refused(intake(HEAD), "source sample_guide: the file has no rows; ask the publisher for it again")


@pytest.mark.parametrize(
    ("actual", "declared", "found"),
    [
        ("windows-1256", "utf-8", "that byte is not in it"),
        ("windows-1256", "windows-1252", "it reads as windows-1256"),
        ("utf-8", "windows-1256", "it is utf-8"),
        ("utf-16", "utf-8", "it is utf-16"),
    ],
)
def test_a_wrong_encoding_declared(actual: str, declared: str, found: str, intake: Intake) -> None:
    said = intake((HEAD + GOOD).encode(actual), format={"type": "csv", "encoding": declared, "delimiter": ","})
    refused(said, f"format.encoding says {declared}, but at byte", found, "correct it, or write auto")


def workbook() -> bytes:
    sink, book = io.BytesIO(), openpyxl.Workbook()
    book.worksheets[0].append(["id", "name"])
    book.save(sink)
    return sink.getvalue()


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "is a picture"),
        (b"\x7fELF\x02\x01" + bytes(range(256)), "is a program"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"x" * 300, "is a PDF; ask the publisher for the data itself"),
        (workbook(), "format.type says csv, but it is a zip archive or a workbook; correct it"),
        (bytes(range(256)) * 20, "is binary, not text; check whether it is the right file"),
    ],
    ids=["picture", "program", "PDF", "workbook", "noise"],
)
def test_binary_instead_of_csv(content: bytes, what: str, intake: Intake) -> None:
    refused(intake(content), what)


def test_an_unknown_column(intake: Intake) -> None:
    rows = GOOD.replace("\n", ",x\n")
    refused(
        intake(HEAD.replace("\n", ",notes\n") + rows), "unknown: 'notes': map under columns, or ignore with a reason"
    )


def test_a_missing_mandatory_column(intake: Intake) -> None:
    said = intake("id,name,contact,phones,email,city\n" + GOOD)
    refused(said, "column 'phone' is missing (did it become 'phones'?)", "correct columns, or mark it optional: true")


@pytest.mark.parametrize(
    ("row", "reason"),
    [("1,x,y\n", "too_few_cells"), ('1,"x"y,,,,\n', "broken_quoting"), ("1,a\0b,,,,\n", "nul_character")],
)
def test_all_rows_bad(row: str, reason: str, intake: Intake) -> None:
    said = intake(HEAD + row * 10)
    refused(said, f"source sample_guide: not one of the 10 rows could be taken in ({reason} 10): check format")


def test_all_rows_bad_does_not_withdraw_what_is_held(intake: Intake) -> None:
    assert intake(HEAD + GOOD).code == 0
    assert intake(HEAD + "1,x,y\n" * 20).code == 1
    assert held() == ["Sample Trading Company", "شركة المثال للتجارة"]


def test_a_cell_of_10_mb(intake: Intake) -> None:
    said = intake(HEAD + f"9,{'x' * (10 << 20)},,,,\n" + GOOD + f'8,"{"y" * (10 << 20)}",,,,\n')
    assert (said.code, said.counts["received"], said.counts["quarantined"]) == (0, 4, 2)
    assert held() == ["Sample Trading Company", "شركة المثال للتجارة"]


def test_100_000_columns(intake: Intake) -> None:
    head = ",".join(f"c{number}" for number in range(100_000))
    said = intake(f"{head}\n{',' * 99_999}\n")
    refused(said, f"the header row has 100,000 columns, at most {MOST_COLUMNS:,} are read", "check format.delimiter")


FORMULAS = ["=cmd|' /C calc'!A0", "+1+cmd|' /C calc'!A0", "-2+3+cmd|'/C calc'!A0", "@SUM(1+1)*cmd", "\t=1+1", "＝1+1"]


def test_formula_injection(intake: Intake, command: Callable[..., Said], tmp_path: Path) -> None:
    sink = io.StringIO()
    rows = csv.writer(sink)
    rows.writerows([str(number), formula, "", "+966 11 000 0001", "", ""] for number, formula in enumerate(FORMULAS))
    said = intake(HEAD + sink.getvalue())
    assert (said.code, said.counts["received"]) == (0, len(FORMULAS))
    assert "=cmd|' /C calc'!A0" in held()
    output = tmp_path / "classes.csv"
    assert (
        command("classify", str(tmp_path / "guide.csv"), "-o", str(output), "-c", str(tmp_path / "contract.yml")).code
        == 0
    )
    with output.open(encoding="utf-8", newline="") as written:
        cells = [cell for row in csv.DictReader(written) for cell in row.values()]
    assert not [cell for cell in cells if cell.lstrip()[:1] in "=-@＝" and cell.strip()]
    assert {cell for cell in cells if cell.startswith("+")} <= {"+966 11 000 0001", "+966110000001"}
    assert "'=cmd|' /C calc'!A0" in cells
    assert "+966110000001" in cells


@pytest.mark.parametrize("kind", ["gzip", "zip"])
def test_a_zip_bomb(kind: str, intake: Intake) -> None:
    bomb, sink = (HEAD + ",,,,,\n" * (12 << 20)).encode(), io.BytesIO()
    if kind == "gzip":
        sink.write(gzip.compress(bomb))
    else:
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("guide.csv", bomb)
    refused(intake(sink.getvalue()), "unpacks to more than 250 times its size (MOST_RATIO), as a zip bomb does")


@pytest.mark.parametrize("name", ["../../escaped.csv", "/tmp/escaped.csv"])
def test_path_traversal(name: str, intake: Intake, tmp_path: Path) -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr(name, HEAD + GOOD)
    refused(intake(sink.getvalue()), "has a path that leads out of the archive; nothing of it is read")
    assert list(tmp_path.parent.rglob("escaped.csv")) == []


def test_an_xml_bomb(intake: Intake) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e0 "x">{entities}]><d><r><id>1</id><name>&e11;</name></r></d>'
    refused(intake(bomb, format="xml"), "source sample_guide: ", "entit")


def test_a_contract_with_a_typo(intake: Intake) -> None:
    refused(intake(HEAD + GOOD, purpuses=["x"]), "contract.yml:28: purpuses: is not a known field")
    refused(
        intake(HEAD + GOOD, format={"type": "csv", "delimeter": ";"}),
        "contract.yml:",
        "format.delimeter: is not a known field",
    )


def test_a_link_that_needs_a_login(intake: Intake) -> None:
    page = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><form></form></body></html>"
    refused(intake(page), "is a web page and no data: the link asks for a login, or has moved; fetch the file itself")


def test_a_truncated_download(intake: Intake) -> None:
    rows = "".join(f"{n},Sample {random.random()},,,,\n" for n in range(5000))
    whole = gzip.compress((HEAD + rows).encode())
    refused(intake(whole[: len(whole) // 2]), "breaks off before its end: a truncated download; fetch the file again")
    refused(intake('[{"id": "1", "name": "x"}, {"id": "2"', format="json"), "breaks off before its end; fetch the file")


def test_what_is_tested_elsewhere_is_there() -> None:
    elsewhere = set(re.findall(r"`(test_\w+)`", __doc__ or ""))
    defined = {
        name for file in (ROOT / "tests").rglob("test_*.py") for name in DEFINED.findall(file.read_text("utf-8"))
    }
    assert len(elsewhere) > 10
    assert elsewhere <= defined
