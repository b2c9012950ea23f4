"""No digit of a number, no letter of a mailbox and no name is made up, whatever a cell holds."""

from __future__ import annotations

from collections import Counter

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.intake.normalise import read_cell
from include.intake.normalise.lexicon import HERE, lexicon
from include.intake.normalise.names import words
from include.intake.normalise.phones import ONLY_AREA, Number, read_number
from include.intake.normalise.posts import is_post
from include.intake.normalise.text import clean

SAID_SO = frozenset({"completed", "range", "vanity", "renumbered"})
"""Traits of a number that has digits which do not stand in its own piece, and says so."""
PIECES = st.sampled_from(
    [
        "0500000011",
        "0110000012",
        "011",
        "0000012",
        "13",
        "+966 ",
        "00966",
        "9200 00011",
        "(0)",
        "٠١١٠٠٠٠٠١٢",
        "19900",
        "77",
    ]
)
BETWEEN = st.sampled_from(
    [" ", ", ", "/", "-", " - ", "\n", " fax ", "تحويلة ", " ext ", "(", ") ", " إلى ", "O", "x", "."]
)


@given(st.lists(st.tuples(PIECES, BETWEEN), min_size=1, max_size=5), st.sampled_from(["SA", "EG", "NP", None]))
def test_every_digit_of_a_number_stands_in_its_cell_or_the_number_says_otherwise(
    parts: list[tuple[str, str]], region: str | None
) -> None:
    cell = "".join(piece + sign for piece, sign in parts)
    there = Counter(filter(str.isdecimal, clean(cell)))
    for reading in read_cell("phone", cell, region):
        if reading.normalised and not reading.traits & SAID_SO:
            code = phonenumbers.parse(reading.normalised).country_code or 0
            assert Counter(reading.normalised.removeprefix(f"+{code}")) <= there


@given(st.lists(st.tuples(PIECES, BETWEEN), min_size=1, max_size=5))
def test_every_digit_of_a_cell_stands_in_some_reading(parts: list[tuple[str, str]]) -> None:
    cell = "".join(piece + sign for piece, sign in parts)
    readings = read_cell("phone", cell, "SA")
    said = Counter("".join(f"{clean(r.value)} {r.normalised} {r.detail}" for r in readings))
    assert set(filter(str.isdecimal, clean(cell))) - {"0"} <= set(said)


LETTERS = st.text("abz019._-+@&,;:/ ()<>[]\n'\"مث", max_size=30)


@given(LETTERS)
def test_every_mailbox_stands_in_its_cell_letter_by_letter(cell: str) -> None:
    for reading in read_cell("email", cell, "SA"):
        if reading.kind == "email" and reading.normalised:
            local, _, domain = reading.normalised.rpartition("@")
            assert local.casefold() in cell.casefold().replace("\n", " ")
            assert domain in cell.casefold()


@given(st.sampled_from(["Sara Sample", "محمد المثال", "Dr.", "د/", "CEO", "مدير عام", "MD"]).map(str), st.data())
def test_every_word_of_a_name_stands_in_its_cell(first: str, data: st.DataObject) -> None:
    more = data.draw(
        st.lists(st.sampled_from(["Omar Sample", "سارة المثال", "(Owner)", "PhD", "المدير", "1-"]), max_size=3)
    )
    cell = data.draw(st.sampled_from([" ", ", ", " - ", " / ", "\n", "، ", " & "])).join([first, *more])
    readings = read_cell("person", cell, "SA")
    assert readings
    assert {word for reading in readings for word in (reading.normalised or "").split()} <= set(words(cell))


@pytest.mark.parametrize(("region", "length"), ONLY_AREA)
def test_an_area_is_added_only_where_the_plan_has_no_other(region: str, length: int) -> None:
    plan = phonenumbers.PhoneMetadata.metadata_for_region(region)
    assert plan is not None
    assert plan.fixed_line is not None
    areas = set()
    for total in plan.fixed_line.possible_length:
        for area in range(10 ** (total - length - 1), 10 ** (total - length)):
            for local in range(2, 9):  # what begins with 9 is completed by none
                number = phonenumbers.PhoneNumber(
                    country_code=phonenumbers.country_code_for_region(region),
                    national_number=int(f"{area}{local}".ljust(total, "0")),
                )
                if phonenumbers.is_valid_number(number):
                    areas.add(str(area))
    assert areas == {ONLY_AREA[region, length]}


def test_a_number_that_is_whole_gets_no_area() -> None:
    found = read_number("9800000012", "NP")
    assert isinstance(found, Number)
    assert (found.e164, found.trait) == ("+9779800000012", None)


@pytest.mark.parametrize("name", ["Sara Manager", "Dean Sample", "Major Sample", "محمد المدير", "أمين المثال", "Sales"])
def test_a_name_with_a_word_of_a_post_in_it_is_no_post(name: str) -> None:
    assert not is_post(name)


def test_a_label_declares_one_thing() -> None:
    listed = Counter(word.casefold() for words in lexicon(HERE / "phone_labels.yml").values() for word in words.split())
    assert [word for word, times in listed.items() if times > 1] == []
