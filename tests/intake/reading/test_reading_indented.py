"""Text in which a record takes several lines, each field deeper than the one before, or named on its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pydantic import ValidationError

from include.intake.contracts import Format
from include.intake.reading import UnreadableFile, columns, detect, read, resolve
from include.intake.reading.record_layout import layout_of

Given = Callable[..., Path]
Taken = Callable[..., Any]

REGISTER = """EXAMPLE NUMBERS

(last updated 2026-01-05)

Prefix: example.numbers
  as they were given out

Number
| Organisation
| | Contact
| | | Email
| | | |
0
  Example Trading
    Sample Name
      sample&example.com
1
  Sample Works
    Other Name
      other&example.com

2
  Third Example
    شركة المثال
      third&example.com


End of the register
"""
FIELDS = ["Number", "Organisation", "Contact", "Email"]
INDENTED = {"layout": "indented", "fields": FIELDS, "starts": r"\d+", "indent": 2}


def test_the_layout_is_told_from_the_file(given: Given, taken: Taken) -> None:
    path = given(REGISTER)
    found = detect(path)
    assert found == Format.model_validate({"type": "records", "encoding": "utf-8", **INDENTED})
    assert resolve(path, found) == found
    assert resolve(path, Format(type="records")) == found
    result = taken(path, "records")
    assert result.columns == FIELDS == columns(path, found)
    assert result.rows == [
        ["0", "Example Trading", "Sample Name", "sample&example.com"],
        ["1", "Sample Works", "Other Name", "other&example.com"],
        ["2", "Third Example", "شركة المثال", "third&example.com"],
    ]
    assert result.faults == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "windows-1256", "utf-16"])
def test_it_comes_in_other_encodings(encoding: str, given: Given, taken: Taken) -> None:
    assert taken(given(REGISTER, encoding), "records").rows[2][2] == "شركة المثال"


def test_it_may_be_indented_by_tabs_and_end_its_lines_otherwise(given: Given, taken: Taken) -> None:
    text = REGISTER.replace("  ", "\t").replace("\n", "\r\n")
    assert taken(given(text), "records").rows == taken(given(REGISTER), "records").rows


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        ("1\n  Org\n    Contact\n", "incomplete_record"),
        ("1\n  Org\n      mail\n", "incomplete_record"),
        ("1\n", "incomplete_record"),
        ("1x\n  Org\n    Contact\n      mail\n", "not_a_record"),
        ("1\n  Org\n    a\0b\n      mail\n", "nul_character"),
        (f"1\n  Org\n    {'x' * (2 << 20)}\n      mail\n", "record_too_large"),
        ("1\n  Org\n    Contact\n" + f"      {'x' * 999}\n" * 2000, "record_too_large"),
    ],
    ids=["last missing", "one left out", "alone", "no beginning", "nul", "huge line", "too many lines"],
)
def test_a_broken_record_costs_itself_and_not_the_next_one(block: str, reason: str, given: Given, taken: Taken) -> None:
    whole = "{}\n  Org\n    Contact\n      mail\n"
    result = taken(given(whole.format(0) + block + whole.format(2)), "records", **INDENTED)
    assert result.faults == [(2, reason)]
    assert (result.numbers, [row[0] for row in result.rows]) == ([1, 3], ["0", "2"])


def test_a_file_that_breaks_off_loses_its_last_record_and_says_so(given: Given, taken: Taken) -> None:
    text = REGISTER[: REGISTER.index("third&")].rstrip()
    result = taken(given(text), "records", **INDENTED)
    assert (len(result.rows), result.faults) == (2, [(3, "incomplete_record")])


def test_a_byte_that_is_not_in_the_encoding_costs_its_record(given: Given, taken: Taken) -> None:
    records = "".join(f"{n}\n  Örg {n}\n    Contact\n      mail\n" for n in range(40)).encode()
    result = taken(given(records.replace(b"rg 7\n", b"rg \xff\n")), "records", **INDENTED)
    assert (len(result.rows), result.faults) == (39, [(8, "undecodable")])


def test_several_lines_of_one_field_stay_lines(given: Given, taken: Taken) -> None:
    text = "1\n  Org\n    One\n      one@example.com\n    Two\n      two@example.com\n        and more\n"
    assert taken(given(text), "records", **INDENTED).rows == [
        ["1", "Org", "One\nTwo", "one@example.com\ntwo@example.com\nand more"]
    ]


def test_a_field_that_may_be_missing_is_empty_and_the_others_stay_in_place(given: Given, taken: Taken) -> None:
    text = "1\n  Org\n      mail\n2\n  Org\n    Contact\n      mail\n3\n  Org\n"
    result = taken(given(text), "records", **INDENTED, optional=["Contact", "Email"])
    assert result.rows == [["1", "Org", "", "mail"], ["2", "Org", "Contact", "mail"], ["3", "Org", "", ""]]


def test_without_a_beginning_any_line_at_the_margin_begins_a_record(given: Given, taken: Taken) -> None:
    text = "Example Trading\n  +966 11 000 0001\nSample Works\n  +966 11 000 0002\nOther\n  +966 11 000 0003\n"
    assert detect(given(text)).fields == ("column 1", "column 2")
    assert taken(given(text), "records", fields=["Name", "Phone"]).rows[1] == ["Sample Works", "+966 11 000 0002"]


def test_a_file_without_any_record_is_an_error(given: Given, taken: Taken) -> None:
    with pytest.raises(UnreadableFile, match=r"delivery\.raw: no line is as format\.starts says"):
        taken(given("a\n  b\nc\n  d\n"), "records", **INDENTED)
    with pytest.raises(UnreadableFile, match=r"delivery\.raw: how its records are laid out cannot be told"):
        taken(given("Invented\ntext\n"), "records")
    with pytest.raises(UnreadableFile, match="cannot be told"):
        taken(given(REGISTER), "records", fields=["One", "Two"])


PAIRS = """Example directory
of 2026

Name: Example Trading
Phone: +966 11 000 0001
Phone: +966 50 000 0001
Address: Building 1
  King Example Street
  Riyadh
Web: https://example.com

------------------
Name : شركة المثال
Phone: +966 11 000 0002
https://example.com/2

Name: Sample Works
Address:
Phone: +966 11 000 0003

Name: Other Works
Phone: +966 11 000 0004
"""


def test_pairs_of_key_and_value_are_records_parted_by_blank_lines(given: Given, taken: Taken) -> None:
    path = given(PAIRS)
    assert detect(path) == Format(type="records", encoding="utf-8", layout="pairs", delimiter=":")
    result = taken(path, "records")
    assert result.columns == ["Name", "Phone", "Address", "Web"]
    assert result.rows == [
        [
            "Example Trading",
            "+966 11 000 0001\n+966 50 000 0001",
            "Building 1\nKing Example Street\nRiyadh",
            "https://example.com",
        ],
        ["شركة المثال", "+966 11 000 0002\nhttps://example.com/2", "", ""],
        ["Sample Works", "+966 11 000 0003", "", ""],
        ["Other Works", "+966 11 000 0004", "", ""],
    ]
    assert result.faults == []


def test_lines_that_belong_to_no_record_are_not_lost_in_silence(given: Given, taken: Taken) -> None:
    result = taken(given(f"{PAIRS}\nthe end of it\n"), "records", layout="pairs", delimiter=":")
    assert (len(result.rows), result.faults) == (4, [(5, "not_a_record")])


def test_pairs_without_blank_lines_begin_with_their_first_key(given: Given, taken: Taken) -> None:
    text = "Directory of 2026\n" + "".join(f"Name = Works {n}\nPhone = +966 11 000 000{n}\n" for n in range(5))
    found = detect(given(text))
    assert (found.delimiter, found.starts) == ("=", r"Name\s*=.*")
    assert taken(given(text), "records").rows[4] == ["Works 4", "+966 11 000 0004"]


NO_RECORDS = {
    "csv": "name,phone\nx,0110000001\ny,0110000002\nz,0110000003\n",
    "csv with long cells": "name,address\n" + 'x,"Building 1\n  Street 2\n    Riyadh"\n' * 20,
    "csv in blocks": "name,phone\nx,1\n\ny,2\n\nz,3\n",
    "a list": "x\ny\nz\n" * 10,
    "prose": "A text. It says: nothing.\n\nAnother one, also: nothing.\n\nA third.\n\n" * 3,
    "indented prose": "A text\n  that goes on\n  and on\n" * 2,
    "nothing": "",
}


@pytest.mark.parametrize("text", NO_RECORDS.values(), ids=NO_RECORDS)
def test_other_texts_are_not_taken_for_records(text: str) -> None:
    assert layout_of(text) is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fields": ["One"]}, "must name two fields or more"),
        ({"fields": ["One", "One"]}, "must name two fields or more, each once"),
        ({"starts": "(("}, "must be a regular expression"),
        ({"indent": 0}, "greater than or equal to 1"),
        ({"layout": "pairs", "fields": ["One", "Two"]}, "mean nothing for pairs"),
        ({"delimiter": ":", "fields": ["One", "Two"]}, "means nothing for indented records"),
        ({"fields": ["One", "Two"], "optional": ["One"]}, "not the first"),
        ({"type": "csv", "starts": "x"}, "starts means nothing for csv"),
        ({"type": "vcard", "delimiter": ";"}, "delimiter means nothing for vcard"),
    ],
)
def test_a_contract_with_a_mistake_in_its_layout_is_told(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Format.model_validate({"type": "records", **options})


@pytest.mark.directories
def test_the_register_of_enterprise_numbers_says_what_its_table_says(test_data: Path) -> None:
    text = test_data / "directories" / "world_iana_enterprise_numbers.txt"
    table = test_data / "directories" / "world_iana_enterprise_numbers.csv"
    found = detect(text)
    assert found.fields == ("Decimal", "Organization", "Contact", "Email")
    ours = pd.concat([chunk.frame for chunk in read(text, found)])
    theirs = pd.read_csv(table, dtype=str, keep_default_na=False, encoding="utf-8")
    assert len(ours) == len(theirs) == 61_908
    assert [fault for chunk in read(text, found) for fault in chunk.faults] == []
    same = ours.to_numpy() == theirs[["pen", "organization", "contact", "email"]].to_numpy()
    assert same.all(axis=0).tolist() == [True] * 4
