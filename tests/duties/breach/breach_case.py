"""An incident of an invented company, and what an officer says about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from builders import ask
from journeys_house import CONTROLLER

from include.duties.breach import Given, Means, note, say, scope, weigh
from include.duties.breach.model import Question
from include.law import load_controller
from include.store import keying

KNOWN = datetime(2026, 3, 19, 12, 30, tzinfo=UTC)
"""Thursday afternoon in Riyadh: a Saudi weekend lies within the hours that follow."""
BEGAN, ENDED = KNOWN - timedelta(days=2), KNOWN - timedelta(days=1)
WHO = load_controller(CONTROLLER)
HARMFUL = dict.fromkeys(Question, "no") | {Question.HARMS_PERSON: "yes", Question.IDENTIFIES: "yes"}
HARMLESS = dict.fromkeys(Question, "no") | {Question.PROTECTED: "yes", Question.CONTAINED: "yes"}
WORDS = {
    "description": ("نُسخ ملف من خادم داخلي.", "A file was copied from an internal server."),
    "how": ("استُخدم حساب موظف سابق.", "The account of a former employee was used."),
    "risks": ("قد تصل إلى أصحابها رسائل احتيال.", "Those concerned may get fraudulent messages."),
    "effects": ("لم يُعرف أثر حتى الآن.", "No effect is known so far."),
    "measures_taken": ("أُغلق الحساب وغُيرت كلمات المرور.", "The account was closed and passwords were changed."),
    "measures_planned": ("مراجعة كل الحسابات خلال شهر.", "All accounts are reviewed within a month."),
    "advice": ("لا تستجب لرسائل تطلب بياناتك.", "Do not answer messages that ask for your details."),
    "delay": ("استمر التحقيق في السجلات.", "The logs were still being examined."),
}


def hour(hours: float) -> datetime:
    """The instant so many hours after it was known."""
    return KNOWN + timedelta(hours=hours)


def given(**changes: Any) -> Given:
    """A file that was copied from our register."""
    facts: dict[str, Any] = {
        "kind": "disclosure", "discovered_at": KNOWN - timedelta(hours=1), "known_at": KNOWN, "began_at": BEGAN,
        "ended_at": ENDED, "systems": ("register",), "evidence": "SOC-2026-17",
    }  # fmt: skip
    return Given(**facts | changes)


def noted(at: datetime = KNOWN, **changes: Any) -> UUID:
    """Note it by command."""
    return note(given(**changes), means=Means.COMMAND, by="dpo", at=at)


def written(breach: UUID, at: datetime, *without: str) -> None:
    """Let an officer write everything but some elements."""
    for element, (arabic, english) in WORDS.items():
        if element not in (*without, "delay") or (element == "delay" and "delay" not in without):
            say(breach, element, {"ar": arabic, "en": english}, by="dpo", at=at)


def ready(*without: str, answers: Mapping[str, str] = HARMFUL, at: datetime = KNOWN, **changes: Any) -> UUID:
    """An incident that is counted, weighed and described."""
    breach = noted(at, **changes)
    scope(breach, at)
    weigh(breach, answers, by="dpo", at=at)
    written(breach, at, *without)
    return breach


def gives_a_contact(who: UUID, mailbox: str) -> None:
    """Let a person give a mailbox of their own for a purpose."""
    ask(
        "insert into duties.own_contact (subject_id, purpose, channel, kind, key, value, provenance, received_at) "
        "values (:who, 'marketing', 'email', 'email', :key, :mailbox, 'portal', :at) returning 1",
        who=who, key=keying()("email", mailbox), mailbox=mailbox, at=BEGAN - timedelta(days=1),
    )  # fmt: skip
