"""Keep the record over time: activities stay on it after their end, and checks that come due become duties."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from include.duties.records.assessing import covers, due_on
from include.duties.records.model import LANGUAGES, Facts
from include.duties.records.processing import next_check
from include.duties.records.rules import findings
from include.duties.records.sheets import row_of
from include.evidence import Kind, learn, record
from include.law.days import add_months, first_second, last_second, local_day
from include.store import Role, advisory_lock, begin
from include.store.sql import Steps

__all__ = ["Check", "checks", "keep_records"]

STEPS = Steps("include.duties.records", "records.sql")
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Check:
    """A check with a day: of a processor's compliance, or of an assessment."""

    kind: str
    """`processor_check` or `assessment_review`: the kind of its duty."""
    key: str
    since: date
    """The day from which it runs: of the last check, or of the assessment."""
    due: date
    article: str


def checks(facts: Facts) -> tuple[Check, ...]:
    """Name every check that runs: of processors whose contract has not ended, of assessments that cover something."""
    found = [
        Check("processor_check", key, max(each.checked, default=each.since), next_check(each), "IR 17(3)")
        for key, each in facts.file.processors.items()
        if each.until is None or each.until >= facts.day
    ]
    found += [
        Check("assessment_review", reference.lower(), each.made, due_on(each), _article(each.kind))
        for reference, each in facts.file.assessments.items()
        if covers(facts, reference, each)
    ]
    return tuple(found)


def _article(kind: str) -> str:
    return {"impact": "Law 22, IR 25", "legitimate_interest": "IR 16(3)", "transfer": "TR 7"}[kind]


def keep_records(facts: Facts, at: datetime) -> dict[str, int]:
    """Note at `at` (UTC) which activities there are, and open and close the duties of checks; return counts.

    An activity that nothing names any more has ended from then on; it is let go of when the edition's years are over
    (LAW ROP-01). A check's duty bears its own day, so that `watch_promises` warns before it and says when it was
    missed; a later check closes it, and the next day is another duty. Run again, it changes nothing.
    """
    with begin(Role.DUTIES) as connection:
        advisory_lock(connection, "records")
        counts = _note_activities(connection, facts, at)
        counts |= _keep_checks(connection, facts, at)
    return counts | {"findings": len(findings(facts))}


def _note_activities(connection: Connection, facts: Facts, at: datetime) -> dict[str, int]:
    found = findings(facts)
    for activity in facts.activities:
        told = {language: [list(cell) for cell in row_of(facts, activity, found, language)] for language in LANGUAGES}
        values = {"key": activity.key, "told": json.dumps(told, ensure_ascii=False), "at": at}
        STEPS.run(connection, "note", values)
    there = {"keys": [activity.key for activity in facts.activities], "at": at}
    if facts.unread:  # what cannot be read has not ended
        return {"activities": len(facts.activities), "ended": 0}
    ended = STEPS.run(connection, "ended", there)
    tail = facts.edition.retention.ropa_tail_years
    if tail is not None:
        first = add_months(local_day(facts.edition, at), -MONTHS * tail.value)
        STEPS.run(connection, "let_go", {"before": first_second(facts.edition, first)})
    return {"activities": len(facts.activities), "ended": ended}


def _keep_checks(connection: Connection, facts: Facts, at: datetime) -> dict[str, int]:
    running = checks(facts)
    opened = closed = 0
    standing = {(row.kind, row.source_key, row.due_at): row.id for row in STEPS.rows(connection, "standing")}
    wanted = {(each.kind, each.key, last_second(facts.edition, each.due)): each for each in running}
    for (kind, key, due), duty in standing.items():
        if (kind, key, due) not in wanted:
            later = any(each.kind == kind and each.key == key for each in running)
            values = {"id": duty, "outcome": "checked" if later else "ended", "at": at}
            if STEPS.run(connection, "close", values):
                _tell(connection, Kind.DUTY_CLOSED, facts, {"kind": kind, "reference": key}, at)
                closed += 1
    for (kind, key, due), check in wanted.items():
        starts = first_second(facts.edition, check.since)
        values = {"kind": kind, "key": key, "due_at": due, "starts_at": starts, "at": at}
        given = values | {"edition": facts.edition.name, "article": check.article}
        if STEPS.run(connection, "open", given):
            _tell(connection, Kind.DUTY_OPENED, facts, {"kind": kind, "reference": key}, at)
            opened += 1
    return {"checks_opened": opened, "checks_closed": closed}


def _tell(connection: Connection, kind: Kind, facts: Facts, codes: Mapping[str, str], at: datetime) -> None:
    learn(connection, *codes.values())
    record(connection, kind, at=at, edition=facts.edition.name, codes=codes)
