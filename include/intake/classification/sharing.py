"""What other listings say of a contact point: who else gives it, and whether it is known there as somebody's own."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from include.intake.classification.model import Decision
from include.intake.classification.rules import class_of, decision_of
from include.intake.classification.weighing import scale
from include.intake.normalise.names import organisation_form

__all__ = ["ELSEWHERE", "SHARING", "beside_others", "called", "personal_codes"]

ELSEWHERE = "personal_elsewhere"
SHARING = ("personal_elsewhere", "shared_by_listings", "shared_by_sources")
"""Reasons that no listing gives by itself."""


@cache
def personal_codes() -> tuple[str, ...]:
    """Give the reasons that make a contact point somebody's own, whatever speaks against them."""
    evidence = scale("points").evidence
    return tuple(sorted(code for code, said in evidence.items() if said.bar == "personal"))


def beside_others(reasons: Iterable[str], shared: Iterable[str], score: float) -> Decision:
    """Decide a contact point on what its own listing says, and what others say beside it.

    `score` is that of its own decision. Where older rules gave reasons that ours no longer know, it is the least that
    the new one may be: what they saw is not taken for nothing.
    """
    known = scale("points").evidence
    own = [code for code in reasons if code not in SHARING]
    decision = decision_of(frozenset(code for code in (*own, *shared) if code in known))
    unknown = tuple(code for code in own if code not in known)
    if not unknown:
        return decision
    least = max(score, decision.score)
    return Decision(class_of(least), least, (*decision.reasons, *unknown))


@lru_cache(maxsize=1 << 14)
def called(name: str) -> str:
    """Give by what a listing's organisation is known in other listings: empty where it has no words.

    Of names in several scripts, one to a line, it is the Arabic one.
    """
    lines = name.split("\n")
    return organisation_form(next((line for line in lines if not line.isascii()), lines[0])).core
