"""Decide again what is held: by new rules or a new edition, by a person, or by the day on which doubt ends."""

from include.intake.redeciding.actions import Change, Redecided, redecide
from include.intake.redeciding.correcting import AlreadyReviewed, PointGone, correct
from include.intake.redeciding.unreviewed import treat_as_personal

__all__ = ["AlreadyReviewed", "Change", "PointGone", "Redecided", "correct", "redecide", "treat_as_personal"]
