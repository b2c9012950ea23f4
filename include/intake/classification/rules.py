"""Decide whose each contact point of a listing is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256

from include.intake.classification.listing import standing
from include.intake.classification.model import Decision, Klass, ListingFacts
from include.intake.classification.points import point_evidence
from include.intake.classification.weighing import KNOWLEDGE, scale
from include.intake.normalise.lexicon import HERE
from include.intake.normalise.reading import Reading, contact_key_text

__all__ = ["RULES", "decide", "decision_of"]


def _version() -> str:
    """Name the rules and what they know: a changed word or weight is another version."""
    digest = sha256()
    for path in sorted([*KNOWLEDGE.glob("*.yml"), *HERE.glob("*.yml")]):
        digest.update(path.name.encode() + b"\x00" + path.read_bytes())
    letters = digest.hexdigest()[:12].translate(str.maketrans("0123456789", "ghijklmnop"))
    return f"rules/1-{letters}"  # a word of the evidence: no run of digits that could be somebody's number


RULES = _version()


def decide(listing: ListingFacts, readings: Sequence[Reading]) -> tuple[Decision, ...]:
    """Decide the class of each reading in its listing, in the order given.

    Business needs that nothing personal stands against it: a personal signal sets a limit which no sum of business ones
    crosses (LAW section 4). Between the thresholds lies undetermined, which is treated as personal.
    """
    about = standing(listing)
    sites = {r.normalised for r in readings if r.kind == "website" and "own_site" in r.traits and r.normalised}
    domains = listing.domains | sites if sites else listing.domains
    decisions = []
    for reading in readings:
        codes = point_evidence(reading, about, domains)
        if listing.shared_by and listing.shared_by.get(contact_key_text(reading)):
            codes |= {"shared_by_listings"}
        decisions.append(decision_of(codes))
    return tuple(decisions)


@lru_cache(maxsize=1 << 14)
def decision_of(codes: frozenset[str]) -> Decision:
    """Decide on evidence alone: the same codes always give the same decision."""
    points = scale("points")
    score, reasons = points.weigh(codes)
    klass = Klass.UNDETERMINED
    if score <= points.low:
        klass = Klass.BUSINESS
    elif score >= points.high:
        klass = Klass.PERSONAL
    return Decision(klass, score, reasons)
