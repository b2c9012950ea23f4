"""The demo's rehearsal of a breach: noted as soon as it is known, weighed, written, approved, and nothing sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from include.duties.breach import Given, Means, do_step, note, say
from include.duties.breach.incidents import incident, incidents
from include.duties.breach.model import Question
from include.duties.breach.rules import stage_of
from include.store import Role, begin

__all__ = ["ANSWERS", "BY", "clocks_of_breaches", "note_rehearsal", "run_of"]

BY = "dpo"
WORDS = {
    "description": ("نُسخ ملف من الدليل إلى جهاز ضاع.", "A file of the directory was copied to a laptop that was lost."),
    "how": ("حُفظ الملف خارج مكانه.", "The file was kept outside its place."),
    "risks": ("رسائل غير مرغوبة.", "Unwanted mail."),
    "effects": ("قد يُعرف من له صلة بالدليل.", "It may become known who stands in the directory."),
    "measures_taken": ("أُبطلت المفاتيح.", "Its keys were taken back."),
    "measures_planned": ("لا تُنسخ الملفات بعد اليوم.", "Files are not copied any more."),
    "advice": ("احذر من رسائل لا تعرف مرسلها.", "Mind mail from senders that you do not know."),
}  # fmt: skip
"""What the officer writes in the console, in Arabic and English."""
ANSWERS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "assess": ("OK", dict.fromkeys(map(str, Question), "unknown")),
    "report.write": ("OK", {"deferred": [], "because": "still_investigated", "delays": []}),
    "report.allow": ("Approve", {}),
    "report.file": ("OK", {"reference": "REHEARSAL"}),
    "done": ("Close", {}),
}
"""What the officer answers in Airflow, by task."""


def note_rehearsal(at: datetime) -> UUID | None:
    """Note this month's rehearsal at `at` (UTC), with the officer's words and the ticks of containment.

    Returns its id, and None where it was closed before.
    """
    given = Given(
        kind="disclosure", evidence=f"REHEARSAL-{at:%Y-%m}", discovered_at=at, known_at=at,
        began_at=at - timedelta(hours=2), ended_at=at, systems=("register",), rehearsal=True,
    )  # fmt: skip
    breach = note(given, means=Means.COMMAND, by=BY, at=at)
    with begin(Role.DUTIES) as connection:
        if incident(connection, breach).closed_at:
            return None
        steps = connection.execute(text("select step from duties.breach_step where breach_id = :id"), {"id": breach})
        ticked = [str(row.step) for row in steps]
    for element, (arabic, english) in WORDS.items():
        say(breach, element, {"ar": arabic, "en": english}, by=BY, at=at)
    for step in ticked:
        do_step(breach, step, by=BY, at=at)
    return breach


def run_of(breach: UUID) -> str:
    """Give the id of the run that begins by itself for an incident."""
    return f"incident_{breach}"


def clocks_of_breaches() -> list[dict[str, Any]]:
    """List every incident with its clock: references, codes, counts and times."""
    with begin(Role.DUTIES) as connection:
        found = incidents(connection)
    return [
        {
            "reference": each.reference, "rehearsal": each.rehearsal, "stage": stage_of(each).value,
            "people": each.people, "known_at": each.known_at.isoformat(),
            "due_at": each.due_at.isoformat() if each.due_at else None,
            "reported_at": each.reported_at.isoformat() if each.reported_at else None,
        }
        for each in found
    ]  # fmt: skip
