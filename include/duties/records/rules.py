"""Everything that the registers lack or that is due, and how each is said: pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from include.duties.records.assessing import assessment_gaps
from include.duties.records.completeness import record_gaps
from include.duties.records.model import Facts, Finding
from include.duties.records.processing import processing_gaps
from include.duties.records.words import Words

__all__ = ["counted", "findings", "in_words"]

SPOKEN = {"clause": "clauses", "element": "elements"}
"""Facts of a finding that are codes with words of their own."""


def findings(facts: Facts) -> tuple[Finding, ...]:
    """Name everything that is missing or due, each once, register by register."""
    told = (*record_gaps(facts), *processing_gaps(facts), *assessment_gaps(facts))
    return tuple(dict.fromkeys(told))


def in_words(finding: Finding, words: Words) -> str:
    """Say what is missing, in one language."""
    told = {name: _spoken(name, value, words) for name, value in finding.told}
    return words.say(words.findings[finding.code], **told)


def _spoken(name: str, value: str, words: Words) -> str:
    if name == "country":
        return words.country(value)
    return words.among(getattr(words, SPOKEN[name]), value) if name in SPOKEN else value


def counted(found: Iterable[Finding]) -> dict[str, int]:
    """Count findings by register."""
    return dict(sorted(Counter(finding.register for finding in found).items()))
