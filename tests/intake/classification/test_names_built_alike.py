"""Many names decided at once are decided as if each were looked at alone, and what says nothing changes nothing."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.intake.classification import NameDecision, NameKind, classify_name, classify_names
from include.intake.classification.name_evidence import text_marks
from include.intake.classification.name_parts import tokens
from include.intake.classification.name_text import spoken_column, words_column
from include.intake.classification.patterns import sign_of
from include.intake.normalise.names import words
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
    *("Smith,", "John", "O'Neil", "x.example", "PhD", "Bin", "ACME", "(Riyadh)", "school", "W.L.L.", "ذ.م.م", "M/S"),
    *("سميث", "كول", "١٢", "Ünal", "a`b", "،", ",", "_", "ﷲ", "L.L.C", "d'Or", "Al-Noor", "٪", "ـ"),
]
names = st.lists(st.sampled_from(WORDS), min_size=0, max_size=6).map(" ".join)


def alone(name: str) -> NameDecision:
    return classify_name.__wrapped__(name)


@settings(deadline=None)  # the first name waits for the lists to be read
@given(st.lists(names, max_size=8))
def test_names_are_decided_together_as_each_alone(several: list[str]) -> None:
    assert classify_names(several) == [alone(name) for name in several]


@settings(deadline=None)
@given(st.lists(st.text(max_size=30), max_size=5))
def test_any_text_is_decided_together_as_alone(several: list[str]) -> None:
    assert classify_names(several) == [alone(name) for name in several]


@settings(deadline=None)
@given(st.lists(names | st.text(max_size=30), max_size=5))
def test_names_are_split_together_as_each_alone(several: list[str]) -> None:
    texts = pl.Series(several, dtype=pl.String)
    assert spoken_column(texts).to_list() == [list(tokens(squeeze(clean(name)))) for name in several]
    assert words_column(texts).to_list() == [list(words(name)) for name in several]


@settings(deadline=None)
@given(names, st.randoms())
def test_the_order_of_rows_never_changes_a_decision(name: str, chance: random.Random) -> None:
    rows = [name, "Zorvex", "سالم", "Palm Medical Center"]
    shuffled = chance.sample(rows, len(rows))
    assert dict(zip(shuffled, classify_names(shuffled), strict=True)) == dict(
        zip(rows, classify_names(rows), strict=True)
    )


@settings(deadline=None)
@given(names)
def test_letter_case_never_changes_a_decision(name: str) -> None:
    assert alone(name.upper()) == alone(name.lower()) == alone(name)


@settings(deadline=None)
@given(names)
def test_spaces_bidi_marks_and_other_digits_never_change_a_decision(name: str) -> None:
    spaced = "\u200f" + name.replace(" ", "  \u202b") + "\u202c\u200e"
    eastern = name.translate({ord("1"): "١", ord("2"): "٢"})
    assert alone(spaced) == alone(eastern) == alone(name)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Al Otaibi, Fahad", ("alotaibi", ",", "fahad")),
        ("عبد الله الغامدي", ("عبدالله", "الغامدي")),
        ("Abdul al Rahman", ("abdulalrahman",)),
        ("شركة الأفق ذ. م. م.", ("شركه", "الافق", "ذمم")),
        ("12 - +", ("12", "+")),
        ("", ()),
    ],
)
def test_a_name_is_split_into_the_words_that_are_weighed(text: str, words: tuple[str, ...]) -> None:
    assert tokens(text) == words


@pytest.mark.parametrize(("one", "other"), [("qumqum", "gold"), ("qmx", "qumqum"), ("بن", "ابن"), ("a", "b")])
def test_words_that_are_told_apart_have_signs_apart(one: str, other: str) -> None:
    assert sign_of(one) != sign_of(other)


def test_what_the_text_shows_is_marked() -> None:
    assert set(text_marks("Sara's Café 24 شاي & co! www.x.example")) == {
        "possessive",
        "digits",
        "two_scripts",
        "ampersand",
        "symbols",
        "web_name",
    }


def test_a_text_without_letters_is_nobodys_name() -> None:
    assert classify_names(["0110", "", "-"]) == [alone("0110")] * 3
    assert classify_name("0110").kind is NameKind.UNDETERMINED


@pytest.mark.directories
def test_the_labelled_names_are_decided_together_as_each_alone(test_data: Path) -> None:
    with (test_data / "labels" / "person_org_names.csv").open(encoding="utf-8", newline="") as file:
        labelled = [row["name"] for row in csv.DictReader(file)]
    together = classify_names(labelled)
    assert len(labelled) > 30_000
    assert [at for at, name in enumerate(labelled) if together[at] != alone(name)] == []
