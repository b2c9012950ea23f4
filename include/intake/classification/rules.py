"""Decide whose each contact point of a listing is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256

from include.intake.classification.listing import Standing, standing
from include.intake.classification.model import Decision, Klass, ListingFacts
from include.intake.classification.points import point_evidence
from include.intake.classification.weighing import KNOWLEDGE, scale
from include.intake.normalise.lexicon import HERE
from include.intake.normalise.reading import Reading, contact_key_text

__all__ = [
    "BY_LIKENESS",
    "RULES",
    "STAMP",
    "class_of",
    "decide",
    "decision_alike",
    "decision_of",
    "knowledge_hash",
    "version_of",
]


STAMP = KNOWLEDGE / "rule_code.json"
"""Since which code decisions are what they are. The code itself is not read here: `rule_code` compares it in tests."""


def knowledge_hash(decides: str | None = None) -> str:
    """Hash what the rules know, and the code since which they decide as they do."""
    digest = sha256()
    known = (path for kind in ("*.yml", "*.parquet", "*.npz") for path in (*KNOWLEDGE.glob(kind), *HERE.glob(kind)))
    for path in sorted(known):
        digest.update(path.name.encode() + b"\x00" + path.read_bytes())
    digest.update((decides or "").encode())
    return digest.hexdigest()


def version_of(decides: str | None) -> str:
    """Name the rules: a changed word or weight, and code that decides otherwise, is another version."""
    letters = knowledge_hash(decides)[:12].translate(str.maketrans("0123456789", "ghijklmnop"))
    return f"rules/1-{letters}"  # a word of the evidence: no run of digits that could be somebody's number


RULES = version_of(json.loads(STAMP.read_text(encoding="utf-8"))["decides"])


def decide(listing: ListingFacts, readings: Sequence[Reading]) -> tuple[Decision, ...]:
    """Decide the class of each reading in its listing, in the order given.

    Business needs that nothing personal stands against it: a personal signal sets a limit which no sum of business ones
    crosses (LAW section 4). Between the thresholds lies undetermined, which is treated as personal.
    """
    about = standing(listing)
    sites = {r.normalised for r in readings if r.kind == "website" and "own_site" in r.traits and r.normalised}
    domains = listing.domains | sites if sites else listing.domains
    return tuple(
        decision_alike(
            reading.kind,
            about.codes,
            bool(about.people),
            reading.number_type,
            reading.traits,
            reading.unparsed,
            bool(reading.detail),
        )
        if reading.kind in BY_LIKENESS and reading.beside is None and not listing.shared
        else decision_of(_evidence(listing, reading, about, domains))
        for reading in readings
    )


def _evidence(listing: ListingFacts, reading: Reading, about: Standing, domains: frozenset[str]) -> frozenset[str]:
    codes = point_evidence(reading, about, domains)
    shared = listing.shared.get(contact_key_text(reading)) if listing.shared else None
    return codes | shared.codes if shared else codes


BY_LIKENESS = frozenset({"phone", "address"})
"""Kinds of which no text is looked at here: what is known of the value is in its type and traits."""


@lru_cache(maxsize=1 << 15)
def decision_alike(
    kind: str,
    about: frozenset[str],
    named: bool,
    number_type: str | None,
    traits: frozenset[str],
    unparsed: str | None,
    detailed: bool,
) -> Decision:
    """Decide a point as every other of which the same is known."""
    reading = Reading(
        kind, "", None if unparsed else "", number_type, traits, unparsed, None, "0" if detailed else None
    )
    return decision_of(point_evidence(reading, Standing(about, ("",) if named else (), (), ()), frozenset()))


@lru_cache(maxsize=1 << 14)
def decision_of(codes: frozenset[str]) -> Decision:
    """Decide on evidence alone: the same codes always give the same decision."""
    points = scale("points")
    score, reasons = points.weigh(codes)
    return Decision(class_of(score), score, reasons)


def class_of(score: float) -> Klass:
    """Give the class of a contact point that is personal with this probability."""
    points = scale("points")
    if score <= points.low:
        return Klass.BUSINESS
    return Klass.PERSONAL if score >= points.high else Klass.UNDETERMINED
