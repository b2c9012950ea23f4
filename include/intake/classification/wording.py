"""Say a reason code in Arabic and English."""

from __future__ import annotations

from collections.abc import Mapping

from include.errors import NeverRetry
from include.intake.classification.weighing import KNOWLEDGE
from include.intake.normalise.lexicon import lexicon

__all__ = ["UnknownReason", "reasons"]


class UnknownReason(NeverRetry):
    """Raise where a code is asked for that no edition of the rules has given."""

    def __init__(self, code: str) -> None:
        super().__init__(f"The reason code {code!r} is not in classification/knowledge/reasons.yml: add it there")
        self.code = code


def reasons(code: str) -> Mapping[str, str]:
    """Give the text of a reason code by language (`ar`, `en`). Raises UnknownReason."""
    try:
        found: Mapping[str, str] = lexicon(KNOWLEDGE / "reasons.yml")[code]
    except KeyError:
        raise UnknownReason(code) from None
    return found
