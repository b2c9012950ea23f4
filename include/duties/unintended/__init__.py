"""Personal data that nobody meant to have: found, blocked, the customer asked once, else destroyed."""

from include.duties.unintended.asking import REASONS, Standing, answer, ask, destroy, owed, standing
from include.duties.unintended.finding import blocked, blocked_columns, find_unintended

__all__ = [
    "REASONS",
    "Standing",
    "answer",
    "ask",
    "blocked",
    "blocked_columns",
    "destroy",
    "find_unintended",
    "owed",
    "standing",
]
