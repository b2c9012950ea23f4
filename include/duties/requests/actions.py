"""Receive a request of rights: store it, start its clock, acknowledge it with its reference and its day."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

from pydantic import RootModel
from sqlalchemy import Connection

from include.channels import OutgoingMessage, enqueue
from include.duties.letter.brief import Languages, Words, about, brief, message_of
from include.duties.letter.dates import day
from include.duties.marketing.restricting import Kind as Restricted
from include.duties.marketing.restricting import Restriction, restrict
from include.duties.notice.calendar import HOME
from include.duties.requests.model import Asked, Means, Open, Received
from include.duties.requests.rules import joined, proven
from include.evidence import Kind, record
from include.law import Controller, clocks, edition_for, load_strict
from include.store import keyed
from include.store.sql import Steps

__all__ = ["TEMPLATE", "facts_of", "hold_back", "name_of_right", "receive", "restriction_of", "words_of_receipt"]

STEPS = Steps("include.duties.requests", "requests.sql")
TEMPLATE = "request_received/3"
LONGEST = 4000
"""Signs of what a person wrote that are kept."""
RESTRICTS: dict[str, Restricted] = {
    "object": "objection",
    "correct": "contested_accuracy",
    "restrict": "restriction",
    "complain": "complaint",
}
"""What a request holds back until it is answered: nothing is used meanwhile (IR 7(1))."""


class _Rights(RootModel[dict[str, dict[str, str]]]):
    """The names of rights by language."""


def receive(connection: Connection, asked: Asked, controller: Controller, at: datetime) -> Received:
    """Store a request received at `at` (UTC), open its duty and write the acknowledgement (Law 21, IR 3(1)).

    The clock runs from now and does not wait for a proof of identity. The same right asked for again by the same person
    joins what is open, whose clock goes on, but nothing that was received after it.
    Raises IdentityDocument, and NeverRetry for a code that nobody knows.
    """
    proof, facts = proven(asked), facts_of(asked.details, asked.facts)
    whose = {"subject": asked.subject, "asker": asked.asker, "right": asked.right}
    STEPS.run(connection, "turn", {"whose": f"{asked.subject or (asked.asker or b'').hex()}:{asked.right}"})
    edition, request = edition_for(HOME, at), uuid4()
    due = clocks.request_due(edition, at)
    first = joined(asked, proof, facts, due, [_open(row) for row in STEPS.rows(connection, "open", whose)])
    values = {
        "id": request,
        "edition": edition.name,
        "article": edition.requests.days.article if edition.requests.days else "Law 21",
        "at": at,
        "due": first.due_at if first else due,
        "reference": request.hex[:8].upper(),
        "state": "merged" if first else "checked" if proof else "received",
        "joins": first is not None,
        "merged_into": first.id if first else None,
        "details": (asked.details or "").strip()[:LONGEST] or None,
        "language": "en" if asked.language == "en" else "ar",
        "proof": proof,
        "facts": facts,
        "answers": list(asked.answers),
        "channel": asked.channel.value,
        "reply_to": asked.reply_to if first is None and _answered_there(asked, proof) else None,
        "means": asked.means,
        "capacity": asked.capacity,
        "guardianship": asked.guardianship,
        "destruction": asked.destruction,
    }
    STEPS.run(connection, "duty", values)
    STEPS.run(connection, "store", values | whose)
    if first:
        _tell(connection, Kind.REQUEST_MERGED, request, asked, at, edition.name, {"first": first.id})
        return Received(first.reference, first.due_at, first.id, joined=True)
    received = Received(str(values["reference"]), values["due"], request)  # type: ignore[arg-type]
    if asked.reply_to is not None and not asked.reply_shared:
        enqueue(connection, _acknowledgement(asked, asked.reply_to, received, proof, controller, at), at=at)
    if proof is not None and asked.subject is not None:
        hold_back(connection, request, asked.right, asked.means, asked.subject, at)
    _tell(connection, Kind.DUTY_OPENED, request, asked, at, edition.name, {}, due_at=received.due_at)
    return received


def _answered_there(asked: Asked, proof: str | None) -> bool:
    """Whether the answer needs the address: who is known is answered where we hold them, unless that goes meanwhile."""
    known = proof is not None and asked.subject is not None and asked.capacity == "self"
    return not known or asked.right in ("destroy", "withdraw")


def hold_back(connection: Connection, request: UUID, right: str, means: Means, subject: UUID, at: datetime) -> None:
    """Restrict the use of what a request contests, once it is known who asks, until it is answered. Twice is once."""
    if (kind := RESTRICTS.get(right)) is not None:
        by = "operator" if means == "file" else means
        restrict(connection, Restriction(kind=kind, means=by, subject=subject, id=restriction_of(request)), at)


def restriction_of(request: UUID) -> UUID:
    """Give the id of the restriction that a request placed."""
    return uuid5(NAMESPACE_OID, f"request:{request}")


def name_of_right(right: str, language: str) -> str:
    """Say a right in words."""
    return _rights()[language][right]


def _open(row: Any) -> Open:
    return Open(
        row.id, row.reference, row.due_at, row.first_due_at, row.proven, row.capacity, row.facts and bytes(row.facts),
        row.by_word, row.asker and bytes(row.asker),
    )  # fmt: skip


def facts_of(*said: str | None) -> bytes | None:
    """Hash what was written, however it is spaced; None where nothing was."""
    written = " ".join(" ".join(each or "" for each in said).casefold().split())
    return keyed("request", written) if written else None


def _tell(
    connection: Connection,
    kind: Kind,
    request: UUID,
    asked: Asked,
    at: datetime,
    edition: str,
    refs: dict[str, UUID],
    **times: datetime,
) -> None:
    record(
        connection,
        kind,
        at=at,
        edition=edition,
        refs={"duty": request} | ({"subject": asked.subject} if asked.subject else {}) | refs,
        codes={"kind": "rights_request", "right": asked.right, "means": asked.means},
        hashes={"actor": keyed("login", asked.by)} if asked.by else {},
        times=times,
    )


def _acknowledgement(
    asked: Asked, reply_to: str, received: Received, proof: str | None, controller: Controller, at: datetime
) -> OutgoingMessage:
    said = {language: _said(asked, received, proof, controller, at, language) for language in ("ar", "en")}
    written, to = brief(said, asked.language), (reply_to, asked.channel)
    return message_of(written, uuid4(), "rights_request", to, TEMPLATE, at=at, owed_by=received.due_at)


def _said(
    asked: Asked, received: Received, proof: str | None, controller: Controller, at: datetime, language: str
) -> tuple[str, list[str]]:
    values = {
        "reference": received.reference,
        "right": name_of_right(asked.right, language),
        "received": day(at, edition_for(HOME, at).zone, language),
        "due": day(received.due_at, edition_for(HOME, received.due_at).zone, language),
        "portal": controller.portal or "",
        **about(controller, language),
    }
    words = _words()[language]
    shown = proof is None and controller.portal is not None
    lines = [line for line in words.lines if shown or "{portal}" not in line]
    return words.subject.format(**values), [line.format(**values) for line in lines]


def words_of_receipt(language: str) -> tuple[str, list[str]]:
    """Give subject and lines of the acknowledgement, with names in braces where values stand."""
    return _words()[language].said


@cache
def _words() -> dict[str, Words]:
    return load_strict(Path(__file__).with_name("words.yml"), Languages).root


@cache
def _rights() -> dict[str, dict[str, str]]:
    return load_strict(Path(__file__).with_name("rights.yml"), _Rights).root
