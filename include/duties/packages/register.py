"""What the register holds of a person, sheet by sheet: data, sources, decisions, consents, notices, requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection

from include.duties.letter.words import words_in as letter_words
from include.duties.packages.case import Case
from include.duties.packages.model import Cells, Sheet
from include.duties.packages.redacting import Redactor
from include.duties.requests.actions import name_of_right
from include.intake.classification.wording import reasons
from include.store.sql import Steps

__all__ = ["STEPS", "of_register"]

STEPS = Steps("include.duties.packages", "packages.sql")
ABOUT_OTHERS = ("role",)
"""Fields of a listing that say something of one person: of whom, nobody knows where it names several."""

Reading = Callable[[Case, Redactor, Any], "dict[str, Any] | Iterator[dict[str, Any]]"]


def of_register(connection: Connection, case: Case, redactor: Redactor) -> Iterator[tuple[Sheet, Iterator[Cells]]]:
    """Give every sheet of the register with its rows, in one order."""
    titles = dict[str, str]()
    for row in STEPS.rows(connection, "sources", {"subject": case.subject}):
        titles[row.key] = (row.title or {}).get(case.language) or row.key
    for key, (columns, reading) in SHEETS.items():
        called = {column: case.words.columns[column] for column in columns}
        sheet = Sheet(f"register.{key}", case.words.sheets[f"register.{key}"], columns=called)
        yield sheet, _rows(connection, case, redactor, key, reading, titles)


def _rows(
    connection: Connection, case: Case, redactor: Redactor, key: str, reading: Reading, titles: dict[str, str]
) -> Iterator[Cells]:
    for row in STEPS.rows(connection, key, {"subject": case.subject}):
        read = reading(case, redactor, row)
        for cells in (read,) if isinstance(read, dict) else read:
            if "source" in cells:
                cells["source"] = titles.get(cells["source"], cells["source"])
            yield cells


def _source(case: Case, _: Redactor, row: Any) -> dict[str, Any]:
    retention = case.controller.retention
    return {
        "source": row.key,
        "kind": letter_words(case.language).source_kinds.get(row.kind, row.kind),
        "received": case.moment(row.received_at),
        "basis": case.joined([case.words.cases.get(row.basis_case, row.basis_case), case.legal_basis(row.purposes)]),
        "purpose": case.purposes(row.purposes),
        "retention": retention.in_(case.language) if retention else None,
        "recipients": case.recipients(),
    }


def _contact(case: Case, _: Redactor, row: Any) -> dict[str, Any]:
    return {
        "kind": letter_words(case.language).categories.get(row.kind, row.kind),
        "value": row.value,
        "source": row.source_key,
        "received": case.moment(row.received_at),
    }


def _fields(case: Case, redactor: Redactor, row: Any) -> Iterator[dict[str, Any]]:
    named = letter_words(case.language).categories
    for name, value in sorted(row.fields.items()):
        said = redactor.clean(str(value), row.names, row.others)
        if row.shared and name in ABOUT_OTHERS:
            said = redactor.instead()
        yield {
            "source": row.source_key,
            "field": named.get(name, name),
            "value": said,
            "received": case.moment(row.received_at),
        }


def _decision(case: Case, _: Redactor, row: Any) -> dict[str, Any]:
    return {
        "value": row.value,
        "class": case.words.code(row[2]),
        "reasons": case.joined(reasons(code)[case.language] for code in row.reasons),
        "decided": case.moment(row.decided_at),
        "by": case.joined([case.words.code(row.decided_by), row.edition]),
    }


def _own_contact(case: Case, _: Redactor, row: Any) -> dict[str, Any]:
    return {
        "purpose": case.purposes([row.purpose]),
        "channel": case.words.code(row.channel),
        "value": row.value,
        "received": case.moment(row.received_at),
    }


def _consent(case: Case, _: Redactor, row: Any) -> dict[str, Any]:
    return {
        "purpose": case.purposes([row.purpose]),
        "channel": case.words.code(row.channel),
        "action": case.words.code(row.action),
        "means": case.words.code(row.means),
        "at": case.moment(row.at),
    }


def _notice(case: Case, _: Redactor, row: Any) -> dict[str, Any]:
    return {
        "source": row.source_key,
        "purpose": case.purposes([row.purpose]),
        "channel": case.words.code(row.channel),
        "state": case.words.code(row.state),
        "told_at": case.moment(row.told_at),
    }


def _request(case: Case, redactor: Redactor, row: Any) -> dict[str, Any]:
    return {
        "reference": row.reference,
        "right": name_of_right(row.right, case.language),
        "received": case.moment(row.received_at),
        "due": case.moment(row.due_at),
        "details": redactor.clean(row.details) if row.details else None,
    }


def _restriction(case: Case, _: Redactor, row: Any) -> dict[str, Any]:
    return {
        "kind": case.words.code(row.kind),
        "purpose": case.purposes([row.purpose or "all"]),
        "means": case.words.code(row.means),
        "since": case.moment(row.since),
        "ended": case.moment(row.ended_at),
    }


def _stop(case: Case, _: Redactor, row: Any) -> dict[str, Any]:
    return {
        "kind": case.words.code(row.kind),
        "purpose": case.purposes([row.purpose]),
        "means": case.words.code(row.means),
        "at": case.moment(row.asked_at),
    }


def _disclosure(case: Case, _: Redactor, row: Any) -> dict[str, Any]:
    return {
        "recipient": case.joined([row.recipient, row.country]),
        "kind": letter_words(case.language).categories.get(row.kind, row.kind),
        "purpose": case.purposes([row.purpose]),
        "method": case.joined([case.words.code(row.method), row.safeguard]),
        "at": case.moment(row.at),
        "told": case.moment(row.told_at),
    }


SHEETS: dict[str, tuple[tuple[str, ...], Reading]] = {
    "sources": (("source", "kind", "received", "basis", "purpose", "retention", "recipients"), _source),
    "contacts": (("kind", "value", "source", "received"), _contact),
    "fields": (("field", "value", "source", "received"), _fields),
    "decisions": (("value", "class", "reasons", "decided", "by"), _decision),
    "own_contacts": (("purpose", "channel", "value", "received"), _own_contact),
    "consents": (("purpose", "channel", "action", "means", "at"), _consent),
    "notices": (("source", "purpose", "channel", "state", "told_at"), _notice),
    "requests": (("reference", "right", "received", "due", "details"), _request),
    "restrictions": (("kind", "purpose", "means", "since", "ended"), _restriction),
    "stops": (("kind", "purpose", "means", "at"), _stop),
    "disclosures": (("recipient", "kind", "purpose", "method", "at", "told"), _disclosure),
}
"""What each sheet has as columns, and how a row of it is read."""
