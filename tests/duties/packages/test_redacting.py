"""What was written about a person names other people: they are taken out, and the person is not."""

from __future__ import annotations

import pytest

from include.duties.packages.redacting import Redactor, grams_of

OWN = ("huda@people.example", "+966500000001", "Huda Al Sample", "هدى النموذج")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("mail omar@people.example now", "mail [x] now"),
        ("mail HUDA@people.example now", "mail HUDA@people.example now"),
        ("call +966 50 000 0002 or 050 000 0001", "call [x] or 050 000 0001"),
        ("اتصل على ٠٥٠٠٠٠٠٠٠٢", "اتصل على [x]"),
        ("رقمي ٠٥٠٠٠٠٠٠٠١", "رقمي ٠٥٠٠٠٠٠٠٠١"),
        ("on 2026-11-30 for 1,250.00", "on 2026-11-30 for 1,250.00"),
    ],
)
def test_every_mailbox_and_number_goes_but_their_own(text: str, left: str) -> None:
    assert Redactor(OWN, "[x]").clean(text) == left


@pytest.mark.parametrize(
    ("text", "names", "left"),
    [
        ("Omar Sample brought it, Omar said", ["omar sample"], "[x] brought it, [x] said"),
        ("Sample of the cloth", ["omar sample"], "Sample of the cloth"),
        ("قال عمر النموذج إنه وعمر غائب", ["عمر النموذج"], "قال [x] إنه و[x] غائب"),
        ("أعطاها لعمر", ["عمر النموذج"], "أعطاها ل[x]"),
        ("Huda Al Sample wrote", ["huda al sample"], "Huda Al Sample wrote"),
        ("Omarion wrote", ["omar sample"], "Omarion wrote"),
    ],
)
def test_names_that_are_held_go_whole_and_in_part_but_never_their_own(text: str, names: list[str], left: str) -> None:
    assert Redactor(OWN, "[x]").clean(text, names) == left


def test_what_was_taken_out_is_counted() -> None:
    redactor = Redactor(OWN, "[x]")
    redactor.clean("omar@people.example and +966500000002 of Omar Sample", ["omar sample"])
    assert redactor.taken == 3


def test_names_are_looked_for_as_words_that_follow_each_other() -> None:
    assert set(grams_of("Omar Al Sample, Huda")) == {"omar al", "omar al sample", "al sample"}
    assert "عمر النموذج" in set(grams_of("مع وعمر النموذج"))
