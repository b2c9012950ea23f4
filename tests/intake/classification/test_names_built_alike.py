"""A name that is known again by its pattern is decided as if it were looked at alone."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.intake.classification import NameKind, classify_name
from include.intake.classification.names import decided_anew
from include.intake.classification.patterns import pattern_of
from include.intake.normalise.text import clean, squeeze

WORDS = [
    *("شركة", "مؤسسة", "فهد", "العتيبي", "للتجارة", "الطبية", "عبد", "الله", "بن", "أبو", "د.", "مدرسة", "ال", "نور"),
    *(
        "Al",
        "Fahad",
        "Otaibi",
        "Trading",
        "Co.",
        "Est.",
        "Dr.",
        "L.",
        "Abdul",
        "SA",
        "and",
        "&",
        "12",
        "Zorvex",
        "eTel",
    ),
    *("Smith,", "John", "O'Neil", "x.example", "PhD", "Bin", "ACME", "(Riyadh)", "school"),
]


def alone(name: str) -> object:
    return decided_anew(squeeze(clean(name)))


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join))
def test_a_name_is_decided_as_if_no_other_had_been_seen(name: str) -> None:
    assert classify_name(name) == alone(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("شركة قمقم زمزم", "شركة طرطب لبلب"),
        ("Qumqum Trading 845", "Zamzan Trading 977"),
    ],
)
def test_words_of_which_nothing_is_known_make_one_pattern(one: str, other: str) -> None:
    assert pattern_of(one) == pattern_of(other)
    assert classify_name(one) == classify_name(other)


@pytest.mark.parametrize(("one", "other"), [("A1", "12"), ("Qumqum Gold", "Qumqum, Gold"), ("QMX", "Qumqum")])
def test_what_the_text_shows_is_in_the_pattern(one: str, other: str) -> None:
    assert pattern_of(one) != pattern_of(other)


def test_a_text_without_letters_has_no_pattern_of_a_name() -> None:
    assert pattern_of("0110") is None
    assert classify_name("0110").kind is NameKind.UNDETERMINED


@pytest.mark.directories
def test_the_labelled_names_are_decided_as_if_each_were_alone(test_data: Path) -> None:
    with (test_data / "labels" / "person_org_names.csv").open(encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    differ = [at for at, name in enumerate(names) if classify_name(name) != alone(name)]
    assert len(names) > 30_000
    assert differ == []
