"""Read a past delivery again under the edition of its day, and compare it with what is held; nothing is changed."""

from include.intake.rereading.actions import NothingThen, PastForgotten, reread

__all__ = ["NothingThen", "PastForgotten", "reread"]
