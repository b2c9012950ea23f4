"""Text in the encodings that Arabic directories come in, declared or not, rightly or wrongly."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from include.intake.reading import UnreadableFile, detect
from include.intake.reading.encoding import encoding_of, first_bad_byte
from include.intake.reading.file import File

Given = Callable[..., Path]
Taken = Callable[..., Any]

ARABIC = "الاسم,الهاتف,المدينة\nشركة المثال للتجارة المحدودة,0110000001,الرياض\nمؤسسة النموذج,0110000002,جدة\n"
SHORT = "الاسم,رقم\nمطعم البيت,1\n"
FRENCH = "nom,ville\nSociété Générale d'Été,Fès\nHôtel Exemple,Béni Mellal\nCrédit Modèle,Orléans\n"
EVERY = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1256", "iso-8859-6"]


@pytest.mark.parametrize("text", [ARABIC, SHORT], ids=["long", "short"])
@pytest.mark.parametrize("encoding", EVERY)
def test_arabic_is_read_in_every_encoding_undeclared(encoding: str, text: str, given: Given, taken: Taken) -> None:
    result = taken(given(text, encoding))
    lines = [line.split(",") for line in text.splitlines()]
    assert [result.columns, *result.rows] == lines
    assert result.faults == []


@pytest.mark.parametrize("encoding", EVERY)
def test_arabic_is_read_in_every_encoding_declared(encoding: str, given: Given, taken: Taken) -> None:
    assert taken(given(ARABIC, encoding), encoding=encoding).rows == taken(given(ARABIC)).rows


def test_a_mark_at_the_beginning_settles_it(given: Given, taken: Taken) -> None:
    for encoding in ("utf-8-sig", "utf-16"):
        assert taken(given(ARABIC, encoding), encoding=encoding.removesuffix("-sig")).columns[0] == "الاسم"


def test_french_is_windows_1252_and_not_arabic(given: Given, taken: Taken) -> None:
    path = given(FRENCH, "windows-1252")
    assert encoding_of(File(path)) == "cp1252"
    assert taken(path).rows[0] == ["Société Générale d'Été", "Fès"]


def test_arabic_with_french_words_between_is_windows_1256(given: Given) -> None:
    text = "nom,الاسم\n" + "Café Modèle,مقهى النموذج\n" * 5
    assert encoding_of(File(given(text, "windows-1256"))) == "cp1256"


def test_letters_that_come_late_are_found(given: Given, taken: Taken) -> None:
    late = "a,b\n" + f"{'x' * 100_000},y\n" * 40
    assert taken(given(late + "شركة,آخر\n")).rows[-1] == ["شركة", "آخر"]
    assert taken(given(late + "شركة,آخر\n", "windows-1256")).rows[-1] == ["شركة", "آخر"]


@pytest.mark.parametrize(
    ("actual", "declared", "at"),
    [
        ("windows-1256", "utf-8", 0),
        ("windows-1252", "utf-8", 14),
        ("utf-8", "windows-1256", 0),
        ("utf-8", "windows-1252", 0),
        ("utf-8", "iso-8859-6", 0),
        ("utf-8", "utf-16", 0),
        ("utf-16", "utf-8", 0),
        ("utf-16", "windows-1256", 0),
        ("utf-8-sig", "windows-1256", 0),
        ("windows-1256", "windows-1252", 0),
        ("iso-8859-6", "windows-1256", 0),
        ("windows-1256", "utf-16", 0),
        ("windows-1256", "iso-8859-6", 11),
        ("windows-1252", "iso-8859-6", 38),
    ],
)
def test_a_wrong_declared_encoding_is_named_with_the_byte(
    actual: str, declared: str, at: int, given: Given, taken: Taken
) -> None:
    path = given(FRENCH if actual == "windows-1252" else ARABIC, actual)
    with pytest.raises(UnreadableFile) as error:
        taken(path, encoding=declared)
    said = str(error.value)
    assert f"format.encoding says {declared}" in said
    assert f"byte {at} " in said
    assert path.name in said
    assert not any(word in said for word in ("شركة", "Soci"))


def test_german_declared_as_arabic_is_named(given: Given, taken: Taken) -> None:
    path = given("name,city\nMüller Söhne,Köln\nBäckerei Muster,Würzburg\n" * 3, "windows-1252")
    with pytest.raises(UnreadableFile, match=r"format\.encoding says windows-1256, .*it reads as windows-1252"):
        taken(path, encoding="windows-1256")


def test_the_french_letters_that_windows_1256_has_are_no_mistake(given: Given, taken: Taken) -> None:
    path = given("nom,ville\nSociété générale,Fès\nCafé modèle,Béni Mellal\n", "windows-1256")
    assert taken(path, encoding="windows-1256").rows[0] == ["Société générale", "Fès"]


@pytest.mark.parametrize("declared", ["auto", "utf-8"])
def test_a_text_that_was_encoded_twice_is_refused(declared: str, given: Given, taken: Taken) -> None:
    twice = ARABIC.encode().decode("windows-1252", errors="ignore")
    with pytest.raises(UnreadableFile, match=r"was put into UTF-8 twice .* ask the publisher"):
        taken(given(twice), encoding=declared)


def test_a_few_rows_that_were_encoded_twice_do_not_stop_the_others(given: Given, taken: Taken) -> None:
    spoilt = "شركة المثال".encode().decode("windows-1252", errors="ignore")
    rows = "شركة,الرياض\n" * 9 + f"{spoilt},x\n"
    assert len(taken(given(f"الاسم,المدينة\n{rows}")).rows) == 10


def test_bytes_that_no_encoding_explains_are_an_error(given: Given, taken: Taken) -> None:
    with pytest.raises(UnreadableFile, match=r"encoding cannot be told .* declare format\.encoding"):
        taken(given(b"name,x\n" + bytes([0xC1, 0x81, 0x8D, 0x90, 0x9D, 0xF5]) * 9 + b",y\n"))


def test_a_file_that_breaks_off_in_utf_16_names_the_byte(given: Given, taken: Taken) -> None:
    whole = ("a,b\n" + "س,ص\n" * 100).encode("utf-16-le")
    with pytest.raises(UnreadableFile, match=f"at byte {len(whole)} the file is not utf-16-le"):
        taken(given(whole + b"\x00"), encoding="utf-16-le")


def test_the_first_bad_byte_is_counted_over_blocks(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    good = "س" * 700_000
    path.write_bytes(good.encode() + b"\xff" + b"x" * 10)
    assert first_bad_byte(File(path), "utf-8") == 1_400_000
    path.write_bytes(good.encode())
    assert first_bad_byte(File(path), "utf-8") is None


def test_detection_says_which_encoding_it_found(given: Given) -> None:
    found = detect(given(ARABIC.replace(",", ";"), "windows-1256"))
    assert (found.type, found.encoding, found.delimiter, found.header_row) == ("csv", "cp1256", ";", 1)
