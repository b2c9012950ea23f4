"""Whether we could report a breach today: registered, contacts set, templates whole, rehearsed lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from include.duties.breach.report import contacts_of
from include.duties.breach.words import LANGUAGES, gaps
from include.duties.notice.calendar import HOME
from include.errors import NeverRetry
from include.evidence import Kind, record
from include.law import Controller, edition_for
from include.store import Role, begin

__all__ = ["CHECKS", "Readiness", "check_readiness", "readiness"]

CHECKS = ("registered", "contacts", "templates", "rehearsed_lately")
REHEARSED = text("select max(closed_at) from duties.breach where rehearsal")


@dataclass(frozen=True, slots=True)
class Readiness:
    """What is ready, by the words of `CHECKS`."""

    registered: bool
    """On the authority's platform, where it takes a report only from who is (LAW BRE-03)."""
    contacts: bool
    templates: bool
    rehearsed_lately: bool

    @property
    def missing(self) -> tuple[str, ...]:
        """What is not."""
        return tuple(check for check in CHECKS if not getattr(self, check))


def readiness(connection: Connection, controller: Controller, at: datetime) -> Readiness:
    """Say what is ready at `at` (UTC), under the edition in force at home."""
    edition = edition_for(HOME, at)
    needed = edition.breach.registered_beforehand
    last: datetime | None = connection.execute(REHEARSED).scalar_one()
    lately = last is not None and at - last <= timedelta(days=edition.breach.rehearsal_days.value)
    return Readiness(
        registered=bool(controller.breach_platform) or needed is None or not needed.value,
        contacts=all(contacts_of(controller, language) for language in LANGUAGES),
        templates=_whole(),
        rehearsed_lately=lately,
    )


def check_readiness(at: datetime, controller: Controller) -> Readiness:
    """Check it and write the result into the ledger, from where the console reads it."""
    with begin(Role.DUTIES) as connection:
        found = readiness(connection, controller, at)
        codes = {check: "yes" if getattr(found, check) else "no" for check in CHECKS}
        record(connection, Kind.READINESS_CHECKED, at=at, edition=edition_for(HOME, at).name, codes=codes,
               counts={"gaps": len(found.missing)})  # fmt: skip
    return found


def _whole() -> bool:
    try:
        return not gaps()
    except NeverRetry:
        return False
