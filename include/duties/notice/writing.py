"""One letter for each person and source: what is in it, what it asks, and the link to its reader's page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, text

from include.channels import Channel, OutgoingMessage
from include.channels.links import link_for
from include.duties.letter import NoticeFacts, render, short_text
from include.intake.contracts import Contract
from include.law import Controller, edition_named
from include.store.sql import Steps

__all__ = ["Owed", "contracts_of", "held_of", "letters_of", "message_of", "page_of"]

STEPS = Steps("include.duties.notice", "notice.sql")
LINK_LIVES = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Owed:
    """One letter: a subject, a source, and the notices (one per purpose) that it fulfils."""

    rows: tuple[Any, ...]
    """The notices as they are owed."""

    @property
    def notices(self) -> tuple[UUID, ...]:
        """Their ids."""
        return tuple(row.id for row in self.rows)

    @property
    def purposes(self) -> tuple[str, ...]:
        """What the data is for."""
        return tuple(sorted(row.purpose for row in self.rows))

    @property
    def first(self) -> Any:
        """The row of the first of them."""
        return self.rows[0]


def letters_of(rows: Iterable[Any]) -> Iterable[Owed]:
    """Bring the purposes of one subject and source together: they are told in one letter."""
    together: dict[tuple[UUID, str], list[Any]] = {}
    for row in rows:
        together.setdefault((row.subject_id, row.source_key), []).append(row)
    for group in together.values():
        yield Owed(tuple(group))


def held_of(connection: Connection, letters: list[Owed]) -> dict[tuple[UUID, str], tuple[str, ...]]:
    subjects = list({letter.first.subject_id for letter in letters})
    rows = STEPS.rows(connection, "held", {"subjects": subjects})
    return {(row.subject_id, row.source_key): (*row.kinds, *(("role",) if row.role else ())) for row in rows}


def contracts_of(connection: Connection, keys: set[str]) -> dict[str, Contract]:
    rows = connection.execute(
        text("select key, contract from register.source where key = any(:keys)"), {"keys": list(keys)}
    )
    return {row.key: Contract.model_validate(row.contract) for row in rows}


def message_of(
    letter: Owed,
    held: tuple[str, ...],
    contract: Contract,
    controller: Controller,
    by_phone: Channel | None,
    at: datetime,
    carrying: set[UUID],
    page: str | None,
) -> OutgoingMessage:
    """Write one letter as the message that carries it: whole by e-mail, in its short form to a phone."""
    owed = letter.first
    edition = edition_named(owed.edition)
    facts = NoticeFacts(
        reference=str(owed.id)[:8].upper(),
        source_title={"ar": contract.title.ar, "en": contract.title.en},
        source_kind=contract.kind,
        received_at=owed.received_at,
        categories=held,
        purposes=letter.purposes,
        due_at=owed.due_at,
        language=owed.language,
        asked=tuple(sorted(each.purpose for each in letter.rows if each.id in carrying)),
        page=page,
    )
    channel = Channel.EMAIL if owed.kind == "email" or by_phone is None else by_phone
    by_mail = channel is Channel.EMAIL
    whole = render(controller, edition, facts)
    return OutgoingMessage(
        id=_message_id(owed),
        kind="source_notice",
        channel=channel,
        recipient=owed.normalised,
        text=whole.text if by_mail else short_text(controller, edition, facts),
        html=whole.html if by_mail else None,
        subject=whole.subject if by_mail else None,
        language=owed.language,
        template=whole.template,
        jurisdiction=owed.jurisdiction,
        not_before=at,
        expires_at=owed.last_sending,
        duty_id=owed.id,
    )


def _message_id(owed: Any) -> UUID:
    return uuid5(owed.id, str(owed.tries))


def page_of(connection: Connection, letter: Owed, controller: Controller, at: datetime) -> str | None:
    """Make the link to the reader's own page. It opens until the data is destroyed, and no longer than a year."""
    if controller.portal is None:
        return None
    owed = letter.first
    return link_for(
        connection,
        controller.portal,
        _message_id(owed),
        owed.subject_id,
        owed.language,
        at=at,
        expires_at=at + LINK_LIVES,
    )
