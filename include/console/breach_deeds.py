"""What the pages of breaches do that is more than one call: a form's local times, and a report that somebody reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from include.documents import Language
from include.duties.breach import Given, Means, Unfit, end, note, scope
from include.duties.breach.reading import read_notice, read_report
from include.duties.notice.calendar import HOME
from include.law import edition_for, load_controller, now

__all__ = ["ended_by_form", "noted_by_form", "printed_report", "shown_notice", "time_of"]


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
    """Print the report that stands, recording who read it; None where there is none."""
    try:
        return read_report(breach, "pdf", "ar" if language == "ar" else "en", why="to_decide", by=by, at=at)
    except Unfit:
        return None


def shown_notice(breach: UUID, language: str, *, by: str, at: datetime) -> str:
    """Give the notice to people as a mail and as a short message, recording who read it.

    Raises IncompleteReport where it lacks a part, and Unfit where all is over.
    """
    shown: Language = "ar" if language == "ar" else "en"
    letter = read_notice(breach, shown, load_controller(), why="to_decide", by=by, at=at)
    return f"{letter.subject}\n\n{letter.text}\n---\n{letter.short}\n"


def ended_by_form(breach: UUID, ended: str, *, by: str, at: datetime, settings: Mapping[str, str]) -> None:
    """Write down when an incident ended, and count it anew. Raises Unfit, also where the time is missing."""
    found = time_of(ended)
    if found is None:
        raise Unfit("ended_at is missing")
    end(breach, found, by=by, at=at)
    scope(breach, at, settings)
