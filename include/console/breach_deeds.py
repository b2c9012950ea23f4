"""What the pages of breaches do that is more than one call: a form's local times, and a report that somebody reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from include.duties.breach import Given, Means, Unfit, document, note, notice_of
from include.duties.breach.incidents import incident, note_event
from include.duties.breach.reporting import latest
from include.duties.notice.calendar import HOME
from include.evidence import Kind
from include.law import edition_for, load_controller, now
from include.store import Role, begin

__all__ = ["noted_by_form", "printed_report", "read_notice", "time_of"]


def time_of(given: str) -> datetime | None:
    """Read a form's local time as an instant; None where it is empty. Raises Unfit where it is no time."""
    if not given.strip():
        return None
    try:
        found = datetime.fromisoformat(given.strip())
    except ValueError:
        raise Unfit("a time of the form is none") from None
    return found if found.tzinfo else found.replace(tzinfo=edition_for(HOME, now()).zone)


def noted_by_form(
    codes: Mapping[str, Any], moments: Mapping[str, datetime | None], systems: str, *, rehearsal: bool, by: str
) -> UUID:
    """Note an incident from the console's form. Raises Unfit, also where a time is missing."""
    if missing := [name for name, value in moments.items() if value is None and name != "ended_at"]:
        raise Unfit(f"these times are missing: {', '.join(missing)}")
    named = tuple(filter(None, systems.replace(",", " ").split()))
    return note(Given(**codes, **moments, systems=named, rehearsal=rehearsal), means=Means.CONSOLE, by=by, at=now())  # type: ignore[arg-type]


def printed_report(breach: UUID, language: str, *, by: str, at: datetime) -> bytes | None:
    """Print the report that stands, in a unit of work that records who read it; None where there is none."""
    with begin(Role.DUTIES) as connection:
        about, report = incident(connection, breach), latest(connection, breach)
        if report is None:
            return None
        made = document(connection, report.id, "pdf", "ar" if language == "ar" else "en")
        note_event(connection, Kind.VALUE_READ, about, at, by=by, codes={"reason": "to_decide"})
    return made


def read_notice(breach: UUID, language: str, *, by: str, at: datetime) -> str:
    """Give the notice to people as it reads now, as a mail and as a short message, and record who read it.

    Raises IncompleteReport where it lacks a part, and Unfit where all is over.
    """
    letter = notice_of(breach, load_controller())[0]["ar" if language == "ar" else "en"]
    with begin(Role.DUTIES) as connection:
        about = incident(connection, breach)
        note_event(connection, Kind.VALUE_READ, about, at, by=by, codes={"reason": "to_decide"})
    return f"{letter.subject}\n\n{letter.text}\n---\n{letter.short}\n"
