"""Draft, approve and file the authority's reports: what is approved is what is shown, and a person files it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from include.documents import Language
from include.duties.breach.actions import opened, said_of, stamp
from include.duties.breach.incidents import note_event
from include.duties.breach.model import Incident, Moved, Unfit
from include.duties.breach.owing import close_duty, counted_of, owed_of
from include.duties.breach.printing import as_json, as_pdf
from include.duties.breach.progress import told_of
from include.duties.breach.report import Facts, Filed, compose, hash_of
from include.duties.breach.scoping import scope_of
from include.duties.breach.weighing import assessed, decision_of
from include.duties.references import REFERENCE
from include.evidence import Kind
from include.law import Controller, edition_named
from include.store import Role, begin
from include.store.sql import Steps

__all__ = ["Report", "approve", "document", "draft", "file", "latest"]

STEPS = Steps("include.duties.breach", "report.sql")


@dataclass(frozen=True, slots=True)
class Report:
    """One report as it stands: no word of it."""

    id: UUID
    number: int
    state: str
    hash: bytes
    deferred: Mapping[str, str]
    delays: tuple[str, ...]
    drafted_at: datetime
    filed_at: datetime | None


def draft(
    breach: UUID,
    controller: Controller,
    *,
    at: datetime,
    deferred: Mapping[str, str] | None = None,
    delays: Collection[str] = (),
) -> Report:
    """Draft the next report at `at` (UTC): the first, or a supplement to those that were filed.

    A draft that nobody filed is replaced by it. The same facts give the same report, which is then left as it is.
    Raises IncompleteReport naming what is missing, and Unfit where nothing is to be reported or supplemented.
    """
    with begin(Role.DUTIES) as connection:
        about = opened(connection, breach)
        _see_that_it_is_to_be_told(connection, about)
        last = latest(connection, breach)
        filed = _filed(connection, breach)
        number = filed.number + 1 if filed else 0
        content = _content(connection, about, controller, number, at, dict(deferred or {}), tuple(sorted(delays)))
        hashed = hash_of(content)
        if last is not None and last.state in ("drafted", "approved") and last.hash == hashed:
            return last
        STEPS.run(connection, "replace", {"breach": breach})
        values = {
            "breach": breach, "number": number, "hash": hashed, "content": json.dumps(content, ensure_ascii=False),
            "deferred": json.dumps(content["deferred"]), "delays": content["delays"], "edition": about.edition,
            "at": at, "counted": json.dumps(counted_of(connection, about)),
        }  # fmt: skip
        (row,) = STEPS.rows(connection, "draft", values)
        counts = {"number": number, "deferred": len(content["deferred"]), "delays": len(content["delays"])}
        note_event(connection, Kind.BREACH_DRAFTED, about, at, counts=counts, hashes={"report": hashed})
        return _report(row)


def approve(breach: UUID, shown: str, controller: Controller, *, by: str, at: datetime) -> None:
    """Approve the draft as it was shown, by its hash in hex; again, it stays approved.

    Raises Moved where another draft stands there, or where what it says is not so any more.
    """
    with begin(Role.DUTIES) as connection:
        about = opened(connection, breach)
        last = latest(connection, breach)
        if last is None or last.hash.hex() != shown or last.state not in ("drafted", "approved"):
            raise Moved("this is not the report that stands there now: look at it again, and approve what is shown")
        if last.state == "approved":
            return
        now_said = _content(
            connection, about, controller, last.number, last.drafted_at, dict(last.deferred), last.delays
        )
        (drafted,) = STEPS.rows(connection, "content", {"id": last.id})
        decided = STEPS.one(connection, "decided_since", {"breach": breach, "at": last.drafted_at})
        if drafted.content and not decided:  # letters go out meanwhile; to decide otherwise is another report
            now_said["elements"]["people_told"] = drafted.content["elements"]["people_told"]
        if hash_of(now_said) != last.hash:
            raise Moved("what the report says has changed since it was drafted: draft it again")
        STEPS.run(connection, "approve", {"id": last.id, "by": by, "at": at})
        note_event(connection, Kind.BREACH_APPROVED, about, at, by=by, counts={"number": last.number},
                   hashes={"report": last.hash})  # fmt: skip


def file(breach: UUID, reference: str, *, by: str, at: datetime) -> None:
    """Record that a person filed the approved report on the authority's platform, under its reference there.

    The first one ends the clock: in time, or late with its reasons. A rehearsal is filed nowhere; it is recorded as if.
    Raises Unfit for a reference that is none, for a report that nobody approved, and for one that was drafted in time
    and is filed late: it has to say why.
    """
    if not REFERENCE.fullmatch(reference):
        raise Unfit("the authority's reference is letters, digits and ./_- alone, at most 40, and no name")
    with begin(Role.DUTIES) as connection:
        about = opened(connection, breach)
        last = latest(connection, breach)
        if last is not None and last.state == "filed" and _reference(connection, last.id) == reference:
            return
        if last is None or last.state != "approved":
            raise Unfit("no report of this incident is approved: an officer approves it first")
        late = last.number == 0 and about.due_at is not None and at > about.due_at
        if late and not last.delays:
            raise Unfit("the report is late by now and says no reason: write `delay`, and draft it again")
        STEPS.run(connection, "file", {"id": last.id, "by": by, "at": at, "reference": reference})
        stamp(connection, breach, "supplemented" if last.number else "reported", at)
        if last.number == 0:
            close_duty(connection, about, "authority", "reported_late" if late else "reported", at)
        note_event(
            connection, Kind.BREACH_FILED, about, at, by=by, codes={"verdict": "late" if late else "in_time"},
            counts={"number": last.number}, hashes={"report": last.hash}, times={"known_at": about.known_at},
        )  # fmt: skip


def document(connection: Connection, report: UUID, form: str, language: Language) -> bytes:
    """Give a report as `pdf` in a language, or as `json` with both. Raises Unfit where its words are gone."""
    rows = STEPS.rows(connection, "content", {"id": report})
    if not rows or rows[0].content is None:
        raise Unfit("there is no such report, or its time is over and its words are gone")
    content, hashed = rows[0].content, bytes(rows[0].hash)
    return as_json(content, hashed).encode() if form == "json" else as_pdf(content, hashed, language)


def latest(connection: Connection, breach: UUID) -> Report | None:
    """Give the last report that was not replaced."""
    rows = STEPS.rows(connection, "latest", {"breach": breach})
    return _report(rows[0]) if rows else None


def _filed(connection: Connection, breach: UUID) -> Report | None:
    rows = STEPS.rows(connection, "filed", {"breach": breach})
    return _report(rows[0]) if rows else None


def _content(
    connection: Connection,
    about: Incident,
    controller: Controller,
    number: int,
    at: datetime,
    deferred: dict[str, str],
    delays: tuple[str, ...],
) -> dict[str, Any]:
    against = decision_of(connection, about.id, "people")
    reasons = against[1] if against and against[0] == "not_notify" else ()
    before = STEPS.rows(connection, "filed_before", {"breach": about.id, "number": number})
    facts = Facts(
        incident=about, number=number, scope=scope_of(connection, about.id), said=said_of(connection, about.id),
        told=told_of(connection, about, reasons), controller=controller, edition=edition_named(about.edition), at=at,
        deferred=deferred, delays=delays, owed=owed_of(connection, about) if number else (),
        filed=tuple(Filed(*row) for row in before),
    )  # fmt: skip
    return compose(facts)


def _see_that_it_is_to_be_told(connection: Connection, about: Incident) -> None:
    if assessed(connection, about) is None:
        raise Unfit("nobody has weighed the risk of this incident yet: answer the assessment first")
    against = decision_of(connection, about.id, "authority")
    if against is not None and against[0] == "not_notify":
        raise Unfit("it was decided that the authority is not told of this incident; answer the assessment anew first")


def _reference(connection: Connection, report: UUID) -> str | None:
    asked = text("select authority_reference from duties.breach_report where id = :id")
    given: str | None = connection.execute(asked, {"id": report}).scalar_one()
    return given


def _report(row: Any) -> Report:
    return Report(
        row.id, row.number, row.state, bytes(row.hash), row.deferred, tuple(row.delays), row.drafted_at, row.filed_at
    )
