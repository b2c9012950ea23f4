"""vCards of all three versions become rows; a broken card costs itself alone."""

from __future__ import annotations

import quopri
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import vobject

from include.intake.contracts import Format
from include.intake.reading import columns, detect

Given = Callable[..., Path]
Taken = Callable[..., Any]

NAME = "شركة المثال للتجارة"


def card(*lines: str, version: str = "3.0") -> str:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


def record(result: Any, row: int = 0) -> dict[str, str]:
    return {name: cell for name, cell in zip(result.columns, result.rows[row], strict=True) if cell}


WHOLE = card(
    "PRODID:-//Example//EN",
    "FN:Eng. Sample Name",
    "N:Name;Sample;Middle;Eng.;",
    "ORG:Example Trading\\, Ltd.;Sales;Riyadh",
    "TITLE:Sales manager",
    "TEL;TYPE=work,voice,pref:+966 11 000 0001",
    "TEL;TYPE=CELL:+966 50 000 0001",
    "TEL;TYPE=cell;TYPE=voice:+966 50 000 0002",
    "TEL;TYPE=FAX:+966 11 000 0002",
    "TEL;TYPE=HOME,FAX:+966 11 000 0003",
    "item1.EMAIL;TYPE=INTERNET,WORK:sales@example.com",
    "EMAIL:info@example.com",
    "ADR;TYPE=WORK:PO Box 1;;King Example St\\; 5;Riyadh;;11111;Saudi Arabia",
    "URL:https://example.com/a;b",
    "NOTE:first line\\nsecond\\, line",
    "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ",
    " SkZJRgABAQ==",
    "LOGO;VALUE=uri:data:image/png;base64,iVBORw0KGgo=",
)


def test_a_card_becomes_a_row_with_a_column_for_each_kind_of_property(given: Given, taken: Taken) -> None:
    path = given(WHOLE)
    assert detect(path) == Format(type="vcard", encoding="utf-8")
    assert record(taken(path, "vcard")) == {
        "FN": "Eng. Sample Name",
        "N": "Eng. Sample Middle Name",
        "ORG": "Example Trading, Ltd.",
        "ORG UNIT": "Sales, Riyadh",
        "TITLE": "Sales manager",
        "TEL WORK": "+966 11 000 0001",
        "TEL CELL": "+966 50 000 0001\n+966 50 000 0002",
        "TEL FAX": "+966 11 000 0002",
        "TEL HOME FAX": "+966 11 000 0003",
        "EMAIL WORK": "sales@example.com",
        "EMAIL": "info@example.com",
        "ADR WORK": "PO Box 1, King Example St; 5, Riyadh, 11111, Saudi Arabia",
        "URL": "https://example.com/a;b",
        "NOTE": "first line\nsecond, line",
    }


def test_it_reads_what_another_reader_reads(given: Given, taken: Taken) -> None:
    theirs = vobject.readOne(WHOLE)
    ours = record(taken(given(WHOLE), "vcard"))
    assert ours["FN"] == theirs.fn.value
    assert ours["NOTE"] == theirs.note.value
    assert ours["ORG"] == theirs.org.value[0]
    phones = [ours[name] for name in ("TEL WORK", "TEL CELL", "TEL FAX", "TEL HOME FAX")]
    assert "\n".join(phones).split("\n") == [phone.value for phone in theirs.contents["tel"]]
    assert theirs.adr.value.street in ours["ADR WORK"]


@pytest.mark.parametrize(
    ("version", "line", "column", "value"),
    [
        ("2.1", "TEL;CELL;VOICE:+966 50 000 0001", "TEL CELL", "+966 50 000 0001"),
        ("2.1", "TEL;WORK;FAX;PREF:+966 11 000 0001", "TEL WORK FAX", "+966 11 000 0001"),
        ("2.1", "EMAIL;INTERNET:info@example.com", "EMAIL", "info@example.com"),
        ("2.1", "NOTE;ENCODING=QUOTED-PRINTABLE:a=3Db=\r\n  c=0D=0Ad", "NOTE", "a=b  c\r\nd"),
        ("2.1", "NOTE:one\r\n two", "NOTE", "one two"),
        ("3.0", "NOTE:one\r\n two", "NOTE", "onetwo"),
        ("3.0", "NOTE:a\\\\b\\;c\\,d\\ne", "NOTE", "a\\b;c,d\ne"),
        ("3.0", "fn;charset=UTF-8:Sample", "FN", "Sample"),
        ("3.0", 'TEL;TYPE="work,cell":+966 50 000 0001', "TEL WORK CELL", "+966 50 000 0001"),
        ("3.0", "FN;LANGUAGE=ar:مثال", "FN ar", "مثال"),
        ("4.0", "TEL;VALUE=uri;TYPE=cell:tel:+966-50-000-0001;ext=5", "TEL CELL", "+966-50-000-0001 ext. 5"),
        ("4.0", 'TEL;TYPE="voice,work":tel:+966-11-000-0001', "TEL WORK", "+966-11-000-0001"),
        ("4.0", 'ADR;LABEL="a: b; c";TYPE=work:;;Street 1;Riyadh;;;', "ADR WORK", "Street 1, Riyadh"),
        ("4.0", "EMAIL:mailto:info@example.com", "EMAIL", "info@example.com"),
        ("4.0", "X-SHOP:5", "X-SHOP", "5"),
    ],
)
def test_each_version_is_read_by_its_own_rules(
    version: str, line: str, column: str, value: str, given: Given, taken: Taken
) -> None:
    assert record(taken(given(card(line, version=version)), "vcard")) == {column: value}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1256", "utf-16"])
def test_cards_come_in_other_encodings(encoding: str, given: Given, taken: Taken) -> None:
    path = given(card(f"FN:{NAME}") * 3, encoding)
    assert detect(path).type == "vcard"
    assert taken(path, "vcard").rows == [[NAME]] * 3


def test_a_property_may_be_in_an_encoding_of_its_own(given: Given, taken: Taken) -> None:
    legacy = NAME.encode("windows-1256")
    raw = b"FN;CHARSET=windows-1256:" + legacy
    quoted = b"ORG;CHARSET=WINDOWS-1256;ENCODING=QUOTED-PRINTABLE:" + quopri.encodestring(legacy)
    mixed = b"NOTE;CHARSET=UTF-8:" + "مدينة الرياض".encode()
    lines = [b"BEGIN:VCARD", b"VERSION:2.1", raw, quoted, mixed, b"END:VCARD"]
    result = taken(given(b"\r\n".join(lines)), "vcard")
    assert record(result) == {"FN": NAME, "ORG": NAME, "NOTE": "مدينة الرياض"}


def test_a_line_folded_inside_a_letter_is_whole(given: Given, taken: Taken) -> None:
    text = f"FN:{NAME}".encode()
    folded = b"\r\n ".join(text[at : at + 6] for at in range(0, len(text), 6))
    assert taken(given(b"BEGIN:VCARD\r\n" + folded + b"\r\nEND:VCARD\r\n"), "vcard").rows == [[NAME]]


GOOD = card("FN:Sample")


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (card("FN:Invented", "no property at all"), "broken_card"),
        (card("FN Invented"), "broken_card"),
        (card('TEL;TYPE="work:1'), "broken_card"),
        (card("FN;CHARSET=unicode_escape:Invented"), "broken_card"),
        ("BEGIN:VCARD\r\nFN:Invented\r\n", "broken_card"),
        ("BEGIN:VCARD\r\nEND:VCARD\r\n", "broken_card"),
        ("Invented text\r\nbetween cards\r\n", "broken_card"),
        (card("FN:a\0b"), "nul_character"),
        (card("FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E4=E5"), "undecodable"),
        (card(f"NOTE:{'x' * (2 << 20)}"), "record_too_large"),
        (card(*["NOTE:" + "x" * 1000] * 2000), "record_too_large"),
    ],
    ids=[
        "no property",
        "no colon",
        "open quote",
        "no charset",
        "no end",
        "nothing in it",
        "text between",
        "nul",
        "wrong bytes",
        "one huge line",
        "huge",
    ],
)
def test_a_broken_card_costs_itself_and_not_the_next_one(broken: str, reason: str, given: Given, taken: Taken) -> None:
    result = taken(given(GOOD + broken + GOOD), "vcard")
    assert result.faults == [(2, reason)]
    assert (result.rows, result.numbers) == ([["Sample"], ["Sample"]], [1, 3])


def test_a_card_that_breaks_off_is_set_aside(given: Given, taken: Taken) -> None:
    result = taken(given(GOOD + "BEGIN:VCARD\r\nFN:Inv"), "vcard")
    assert (result.rows, result.faults) == ([["Sample"]], [(2, "broken_card")])


def test_pictures_are_dropped_however_they_are_written(given: Given, taken: Taken) -> None:
    data = "QUJD" * 18
    pictures = (
        ["PHOTO;ENCODING=BASE64;JPEG:", f" {data}", f" {data}", ""],
        ["PHOTO;JPEG;BASE64:", data, data, ""],
        ["LOGO;ENCODING=b:" + "A" * (3 << 20)],
        ["PHOTO;", " TYPE=JPEG;ENCODING=b:QUJD", " QUJD"],
        ["X-PICTURE;ENCODING=BASE64:" + data],
        ["item2.SOUND;TYPE=OGG;ENCODING=B:" + data],
        ["KEY:data:application/pgp-keys;base64,mQ=="],
    )
    cards = "".join(card("FN:Sample", *lines, "NOTE:after", version="2.1") for lines in pictures)
    result = taken(given(cards), "vcard")
    assert (result.columns, result.rows, result.faults) == (["FN", "NOTE"], [["Sample", "after"]] * 7, [])


def test_a_card_inside_a_card_is_not_a_row(given: Given, taken: Taken) -> None:
    path = given(card("FN:Sample", "AGENT:", "BEGIN:VCARD", "FN:Invented", "END:VCARD", "NOTE:x", version="2.1"))
    assert record(taken(path, "vcard")) == {"FN": "Sample", "NOTE": "x"}


def test_columns_are_those_of_the_first_thousand_cards(given: Given) -> None:
    path = given(card("FN:a") * 999 + card("NOTE:x") + card("TITLE:x"))
    assert columns(path, Format(type="vcard")) == ["FN", "NOTE"]
