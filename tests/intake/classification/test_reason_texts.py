"""Every reason can be told to a person, in Arabic and English."""

from __future__ import annotations

import re

import pytest

from include.intake.classification import reasons
from include.intake.classification.weighing import KNOWLEDGE, scale
from include.intake.classification.wording import OTHERS, UnknownReason, unweighed
from include.intake.normalise.lexicon import lexicon
from include.intake.redeciding.unreviewed import UNREVIEWED

GIVEN_WITHOUT_WEIGHT = {"holds_person_name", "named_in_memory", "no_letters", "unknown_words"}
CODES = sorted({*scale("points").evidence, *scale("names").evidence})


@pytest.mark.parametrize("code", CODES)
def test_a_reason_has_a_text_in_both_languages(code: str) -> None:
    text = reasons(code)
    assert set(text) == {"ar", "en"}
    assert re.search("[\u0621-\u064a]", text["ar"])
    assert re.fullmatch(r"[\x20-\x7e\u0600-\u06ff«»]+", text["en"])


def test_what_a_person_or_the_day_on_which_doubt_ends_decides_has_a_text_too() -> None:
    for part in ("business", "personal", "undecided", "retired"):
        for code, texts in unweighed(part).items():
            assert reasons(code) == texts
            assert set(texts) == {"ar", "en"}
            assert all(texts.values())
    assert "time" in reasons(UNREVIEWED)["en"]
    assert "confirmed" in reasons("confirmed_by_organisation")["en"]


def test_a_reason_that_is_given_no_more_keeps_its_text_for_the_decisions_that_it_gave() -> None:
    assert reasons("leading_activity_word")["en"] == "The Arabic name opens with the trade"
    assert reasons("inner_capital")["en"] == "A capital inside a word"


def test_no_code_has_two_texts() -> None:
    parts = [*lexicon(OTHERS).values(), lexicon(KNOWLEDGE / "reasons.yml")]
    every = [code for part in parts for code in part]
    assert len(every) == len(set(every))


def test_no_text_is_kept_among_those_of_now_for_a_reason_that_no_decision_gives() -> None:
    known = set(lexicon(KNOWLEDGE / "reasons.yml"))
    assert not known - set(CODES), "move their texts to `retired` in wording.yml: old decisions have them"
    assert not set(CODES) - known
    assert set(CODES) >= GIVEN_WITHOUT_WEIGHT


def test_an_unknown_reason_is_refused_by_name() -> None:
    with pytest.raises(UnknownReason, match="no_such_reason"):
        reasons("no_such_reason")
