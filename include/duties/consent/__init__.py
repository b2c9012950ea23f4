"""Consent: asked once for each purpose, given only by what somebody does, kept as it was said, withdrawn as easily."""

from include.duties.consent.actions import delete_asked, grant, questions, refuse, withdraw, withdraw_by_key
from include.duties.consent.asking import ask, may_ask
from include.duties.consent.model import ALL, Contact, Outcome, Question, Said

__all__ = [
    "ALL",
    "Contact",
    "Outcome",
    "Question",
    "Said",
    "ask",
    "delete_asked",
    "grant",
    "may_ask",
    "questions",
    "refuse",
    "withdraw",
    "withdraw_by_key",
]
