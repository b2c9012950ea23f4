"""Every reason can be told to a person, in Arabic and English."""

from __future__ import annotations

import re

import pytest

from include.intake.classification import reasons
from include.intake.classification.weighing import KNOWLEDGE, scale
from include.intake.classification.wording import UnknownReason
from include.intake.normalise.lexicon import lexicon

GIVEN_WITHOUT_WEIGHT = {"holds_person_name", "named_in_memory", "no_letters", "unknown_words"}
CODES = sorted({*scale("points").evidence, *scale("names").evidence})


@pytest.mark.parametrize("code", CODES)
def test_a_reason_has_a_text_in_both_languages(code: str) -> None:
    text = reasons(code)
    assert set(text) == {"ar", "en"}
    assert re.search("[\u0621-\u064a]", text["ar"])
    assert re.fullmatch(r"[\x20-\x7e\u0600-\u06ff«»]+", text["en"])


def test_no_text_is_kept_for_a_reason_that_no_decision_gives() -> None:
    assert set(lexicon(KNOWLEDGE / "reasons.yml")) == set(CODES)
    assert set(CODES) >= GIVEN_WITHOUT_WEIGHT


def test_an_unknown_reason_is_refused_by_name() -> None:
    with pytest.raises(UnknownReason, match="no_such_reason"):
        reasons("no_such_reason")
