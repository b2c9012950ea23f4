"""What waits for a person: undetermined contact points, their decision, and what the next training learns from it."""

from include.duties.review.actions import (
    LABELS,
    History,
    UnknownReason,
    Waiting,
    decide,
    history,
    labels,
    reason_text,
    reason_texts,
    settle_unreviewed,
    waiting,
)
from include.duties.review.reasons import REASONS, TEXTS

__all__ = [
    "LABELS",
    "REASONS",
    "TEXTS",
    "History",
    "UnknownReason",
    "Waiting",
    "decide",
    "history",
    "labels",
    "reason_text",
    "reason_texts",
    "settle_unreviewed",
    "waiting",
]
