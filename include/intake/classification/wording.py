"""Say a reason code in Arabic and English: those of the rules, of persons, of time that ran out, and of older rules."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from include.errors import NeverRetry
from include.intake.classification.weighing import KNOWLEDGE
from include.intake.normalise.lexicon import lexicon

__all__ = ["Texts", "UnknownReason", "reasons", "unweighed"]

OTHERS = Path(__file__).with_name("wording.yml")
Texts = Mapping[str, str]
"""A text by language: `ar`, `en`."""


class UnknownReason(NeverRetry):
    """Raise where a code is asked for that no edition of the rules has given."""

    def __init__(self, code: str) -> None:
        super().__init__(f"The reason code {code!r} has no text: add it to knowledge/reasons.yml or wording.yml")
        self.code = code


def reasons(code: str) -> Texts:
    """Give the text of any code that a decision can carry, by language (`ar`, `en`). Raises UnknownReason."""
    try:
        return _every()[code]
    except KeyError:
        raise UnknownReason(code) from None


def unweighed(part: str) -> Mapping[str, Texts]:
    """Give the codes with their texts of one part of `wording.yml`: business, personal, undecided or retired."""
    found: Mapping[str, Texts] = lexicon(OTHERS)[part]
    return found


@cache
def _every() -> Mapping[str, Texts]:
    return {code: texts for part in lexicon(OTHERS).values() for code, texts in part.items()} | lexicon(
        KNOWLEDGE / "reasons.yml"
    )
