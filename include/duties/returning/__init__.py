"""What follows when mail comes back: the person is told otherwise, promotion stops, and a person reads the rest."""

from include.duties.returning.actions import Outcome, Taken, read_returns, take

__all__ = ["Outcome", "Taken", "read_returns", "take"]
