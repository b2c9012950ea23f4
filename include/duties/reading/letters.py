"""Read a letter that waits in the outbox, as its recipient will, but for what would let a reader act as them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from include.channels.model import AWAITED
from include.duties.reading.actions import STEPS, noted
from include.errors import NeverRetry
from include.evidence import leaf
from include.store import Role, begin

__all__ = ["Letter", "LetterGone", "Withheld", "masked", "read_letter"]

TOKEN = re.compile(r"(?<![a-z2-7])[a-z2-7]{39,40}(?![a-z2-7])")
"""Whoever has the token of a link opens the page of the letter's reader, or stops promotion in their name."""
MASK = "……"


class LetterGone(NeverRetry):
    """The letter was sent or destroyed: nothing of what it said is kept."""


class Withheld(NeverRetry):
    """Nobody but its recipient reads this kind of message: it holds a code by which they prove who they are."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a message says and to whom it goes. Its repr shows nothing of it."""

    recipient: str = field(repr=False)
    subject: str | None = field(repr=False)
    text: str = field(repr=False)
    alarmed: bool
    """So much was read that an alarm was raised."""


def read_letter(message: UUID, *, by: str, at: datetime) -> Letter:
    """Show a message that has not gone out to an operator, by login, at `at` (UTC); the ledger says who read it.

    Links in it open nothing. Raises LetterGone, or Withheld for a code.
    """
    with begin(Role.DUTIES) as connection:
        row = _waiting(connection, message)
        leaves = [leaf(message=message)]
        alarmed = noted(connection, "to_check", subject=row.subject_id, leaves=leaves, by=by, at=at)
    return Letter(row.recipient, masked(row.subject or "") or None, masked(row.text_body or ""), alarmed)


def masked(text: str) -> str:
    """Put a mask in place of every token of a link."""
    return TOKEN.sub(MASK, text)


def _waiting(connection: Connection, message: UUID) -> Any:
    rows = STEPS.rows(connection, "letter", {"message": message})
    if not rows:
        raise LetterGone(f"message {message} is not waiting: what it said went when it was sent or destroyed")
    if rows[0].kind in AWAITED:
        raise Withheld(f"message {message} holds a code, which is shown to nobody")
    return rows[0]
