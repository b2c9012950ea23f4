"""What a file is, told from its bytes; and what is refused, in words that help."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from include.errors import MayBeRetried
from include.intake.contracts import Format
from include.intake.reading import UnreadableFile, detect, read, resolve

Given = Callable[..., Path]
Taken = Callable[..., Any]


@pytest.mark.parametrize("type", ["csv", "tsv", "json", "jsonl", "xlsx"])
@pytest.mark.parametrize("content", [b"", b"\n\r\n  ", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_said_to_be_empty(type: str, content: bytes, given: Given, taken: Taken) -> None:
    path = given(content)
    for attempt in (lambda: taken(path, type), lambda: detect(path)):
        with pytest.raises(UnreadableFile, match=r"delivery\.raw: file is empty"):
            attempt()


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7 ...", "a PDF"),
        (gzip.compress(gzip.compress(b"name,phone\n" * 50)), "gzip archive inside an archive"),
        (b"\x89PNG\r\n" + b"\0" * 100, "a picture"),
        (b"\x7fELF" + b"\0" * 100, "a program"),
        (bytes(range(1, 32)) * 40, "binary"),
        (os.urandom(4096), "binary"),
    ],
    ids=["pdf", "gzip", "png", "elf", "controls", "random"],
)
def test_binary_instead_of_text_is_named(content: bytes, what: str, given: Given, taken: Taken) -> None:
    path = given(content)
    for attempt in (lambda: taken(path), lambda: detect(path)):
        with pytest.raises(UnreadableFile, match=what):
            attempt()


@pytest.mark.parametrize("heading", ["PARENT_ID", "PAR1", "GIF8", "BZh"])
def test_a_heading_that_begins_as_a_binary_file_does_is_a_heading(heading: str, given: Given, taken: Taken) -> None:
    path = given(f"{heading},name\n1,x\n")
    assert taken(path).columns == [heading, "name"]
    assert detect(path).type == "csv"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "an old XLS workbook"),
        (b"PAR1" + b"\0" * 100, "a Parquet file"),
    ],
    ids=["xls", "parquet"],
)
def test_binary_data_under_another_type_is_named(content: bytes, what: str, given: Given, taken: Taken) -> None:
    with pytest.raises(UnreadableFile, match=rf"format\.type says csv, but it is {what}"):
        taken(given(content))


def test_a_file_that_is_not_there_may_come_later(tmp_path: Path) -> None:
    with pytest.raises(MayBeRetried, match=r"gone\.csv"):
        list(read(tmp_path / "gone.csv", Format(type="csv")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\n1,2\n", Format(type="csv", encoding="utf-8", delimiter=",")),
        ("a\tb\n1\t2\n", Format(type="tsv", encoding="utf-8", delimiter="\t")),
        ('[{"a": 1}]', Format(type="json", encoding="utf-8")),
        ('{"a": 1}\n{"a": 2}\n', Format(type="jsonl", encoding="utf-8")),
        ('{"meta": {}, "data": {"items": [{"a": 1}]}}', Format(type="json", encoding="utf-8", records="data.items")),
        ('{\n "tags": ["x"],\n "rows": [{"a": 1}]\n}', Format(type="json", encoding="utf-8", records="rows")),
        (
            "Directory, 2026\n\nname;phone;city\nx;0110000001;c\ny;0110000002;d\n",
            Format(type="csv", encoding="utf-8", delimiter=";", header_row=3),
        ),
    ],
    ids=["csv", "tsv", "json", "jsonl", "nested", "spread", "banner"],
)
def test_the_format_is_told_from_the_bytes(text: str, expected: Format, given: Given) -> None:
    found = detect(given(text))
    assert found == expected
    assert resolve(given(text), found) == found


def test_a_single_json_line_goes_by_its_name(given: Given) -> None:
    assert detect(given('{"a": [{"b": 1}]}', name="x.jsonl")).type == "jsonl"
    assert detect(given('{"a": [{"b": 1}]}', name="x.json")).records == "a"


def test_json_without_a_list_is_said(given: Given) -> None:
    with pytest.raises(UnreadableFile, match="JSON without a list of records"):
        detect(given('{"a": {"b": 1}}'))
