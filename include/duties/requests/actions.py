"""Receive a request of rights: store it, start its clock, acknowledge it with its reference and its day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from pathlib import Path
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, RootModel
from sqlalchemy import Connection, text

from include.channels import OutgoingMessage, enqueue
from include.duties.letter.bidi import marked_line
from include.duties.letter.dates import day
from include.duties.notice.calendar import HOME
from include.duties.requests.model import Asked
from include.evidence import Kind, record
from include.law import Controller, clocks, edition_for, load_strict

__all__ = ["TEMPLATE", "Received", "name_of_right", "receive"]

TEMPLATE = "request_received/1"
DIRECTIONS = {"ar": "rtl", "en": "ltr"}
LONGEST = 4000
"""Signs of what a person wrote that are kept."""


@dataclass(frozen=True, slots=True)
class Received:
    """What a person is told of their request."""

    reference: str
    due_at: datetime
    """Until when it is answered, UTC."""


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str
    lines: tuple[str, ...]


class _Languages(RootModel[dict[str, _Words]]):
    """The words by language."""


class _Rights(RootModel[dict[str, dict[str, str]]]):
    """The names of rights by language."""


def receive(connection: Connection, asked: Asked, controller: Controller, at: datetime) -> Received:
    """Store a request received at `at` (UTC), open its duty and write the acknowledgement (Law 21, IR 3(1)).

    The clock runs from now and does not wait for a proof of identity. Nothing else is done here.
    """
    edition, request = edition_for(HOME, at), uuid4()
    received = Received(request.hex[:8].upper(), clocks.request_due(edition, at))
    values = {
        "id": request,
        "edition": edition.name,
        "article": edition.requests.days.article if edition.requests.days else "Law 21",
        "at": at,
        "due": received.due_at,
        "reference": received.reference,
        "right": asked.right,
        "subject": asked.subject,
        "means": asked.means,
        "language": asked.language,
        "details": (asked.details or "").strip()[:LONGEST] or None,
    }
    connection.execute(OPEN, values)
    connection.execute(STORE, values)
    if asked.reply_to is not None:
        enqueue(connection, _acknowledgement(asked, asked.reply_to, received, controller, at), at=at)
    record(
        connection,
        Kind.DUTY_OPENED,
        at=at,
        edition=edition.name,
        refs={"duty": request} | ({"subject": asked.subject} if asked.subject else {}),
        codes={"kind": "rights_request", "right": asked.right, "means": asked.means},
        times={"due_at": received.due_at},
    )
    return received


def name_of_right(right: str, language: str) -> str:
    """Say a right in words."""
    return _rights()[language][right]


def _acknowledgement(
    asked: Asked, reply_to: str, received: Received, controller: Controller, at: datetime
) -> OutgoingMessage:
    order = ("en", "ar") if asked.language == "en" else ("ar", "en")
    said = {language: _said(asked, received, controller, language) for language in order}
    plain = "\n\n".join("\n".join(marked_line(line, DIRECTIONS[each]) for line in said[each][1]) for each in order)
    return OutgoingMessage(
        id=uuid4(),
        kind="rights_request",
        channel=asked.channel,
        recipient=reply_to,
        subject=" | ".join(said[language][0] for language in order),
        text=plain + "\n",
        html=_html({language: lines for language, (_, lines) in said.items()}),
        language=order[0],
        template=TEMPLATE,
        jurisdiction=HOME,
        not_before=at,
    )


def _said(asked: Asked, received: Received, controller: Controller, language: str) -> tuple[str, list[str]]:
    privacy, name = controller.privacy_channel, controller.legal_name
    values = {
        "reference": received.reference,
        "right": name_of_right(asked.right, language),
        "due": day(received.due_at, edition_for(HOME, received.due_at).zone, language),
        "privacy": (privacy.email if privacy else None) or "",
        "name": (name.in_(language) if name else None) or "",
    }
    words = _words()[language]
    return words.subject.format(**values), [line.format(**values) for line in words.lines]


def _html(lines: dict[str, list[str]]) -> str:
    parts = "".join(
        f'<div lang="{language}" dir="{DIRECTIONS[language]}">'
        + "".join(f"<p>{escape(s)}</p>" for s in said)
        + "</div>"
        for language, said in lines.items()
    )
    first = next(iter(lines))
    return (
        f'<!DOCTYPE html><html lang="{first}" dir="{DIRECTIONS[first]}"><head><meta charset="utf-8"></head>'
        f'<body style="font-family:sans-serif;line-height:1.6">{parts}</body></html>'
    )


@cache
def _words() -> dict[str, _Words]:
    return load_strict(Path(__file__).with_name("words.yml"), _Languages).root


@cache
def _rights() -> dict[str, dict[str, str]]:
    return load_strict(Path(__file__).with_name("rights.yml"), _Rights).root


OPEN = text("""
    insert into duties.duty (id, kind, source_key, state, edition, article, opened_at, starts_at, due_at)
    values (:id, 'rights_request', :means, 'open', :edition, :article, :at, :at, :due)
""")
STORE = text("""
    insert into duties.request (id, reference, "right", subject_id, means, language, details, state, edition,
                                received_at, due_at)
    values (:id, :reference, :right, :subject, :means, :language, :details, 'open', :edition, :at, :due)
""")
