"""The question that travels with the source notice: one for each person and purpose, ever."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from include.evidence import Kind, learn, record
from include.store.sql import Steps

__all__ = ["ask", "may_ask"]

STEPS = Steps("include.duties.consent", "consent.sql")


def may_ask(connection: Connection, notices: Iterable[UUID]) -> set[UUID]:
    """Say which of these notices may carry the question of their purpose.

    A letter that is written again, because its first address was none, carries it again: nobody was asked yet.
    """
    return {row.id for row in STEPS.rows(connection, "may_ask", {"notices": list(notices)})}


def ask(connection: Connection, asked: Sequence[tuple[UUID, UUID, str]], at: datetime) -> int:
    """Write down what letters ask: each a notice, the message that carries it, and the text's version (LAW 6.2).

    In the unit of work that writes the letters. Returns how many questions were new.
    """
    if not asked:
        return 0
    learn(connection, *(row.purpose for row in STEPS.rows(connection, "purposes", {"notices": [a for a, *_ in asked]})))
    notices, messages, texts = (list(column) for column in zip(*asked, strict=True))
    new = STEPS.run(connection, "ask", {"notices": notices, "messages": messages, "texts": texts, "at": at})
    if new:
        record(connection, Kind.CONSENT_ASKED, at=at, counts={"questions": new})
    return new
