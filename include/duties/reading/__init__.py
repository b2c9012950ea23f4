"""Whoever reads a personal value leaves a trace, and whoever reads many without need raises an alarm."""

from include.duties.reading.actions import PersonGone, put_to_use, read_person, read_point
from include.duties.reading.asked import read_request
from include.duties.reading.finding import find_person
from include.duties.reading.letters import Letter, LetterGone, Withheld, read_letter
from include.duties.reading.model import (
    MOST,
    MOST_SOUGHT,
    REASONS,
    Found,
    Person,
    Proposal,
    Reading,
    Value,
    Why,
    Written,
)

__all__ = [
    "MOST",
    "MOST_SOUGHT",
    "REASONS",
    "Found",
    "Letter",
    "LetterGone",
    "Person",
    "PersonGone",
    "Proposal",
    "Reading",
    "Value",
    "Why",
    "Withheld",
    "Written",
    "find_person",
    "put_to_use",
    "read_letter",
    "read_person",
    "read_point",
    "read_request",
]
