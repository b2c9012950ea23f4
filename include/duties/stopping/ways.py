"""Every address by which promotion could come to a person, and the end of it at all of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, text

from include.duties.stopping.actions import StopAsked, stop_asked
from include.law import Controller

__all__ = ["Means", "stop_everywhere", "ways_of"]

Means = Literal["reply", "link", "api", "operator"]
"""How somebody who stops was heard."""


def ways_of(connection: Connection, subject: UUID) -> Sequence[Any]:
    """Give every mailbox and number of a person, as rows of kind and value: mailboxes first."""
    return connection.execute(WAYS, {"subject": subject}).all()


def stop_everywhere(
    connection: Connection,
    subject: UUID,
    controller: Controller,
    at: datetime,
    *,
    means: Means,
    confirm: bool,
    kinds: Collection[str] = ("email", "phone"),
) -> int:
    """Stop promotion at `at` (UTC) to every address of a person that is of these kinds; say to how many.

    Where it is confirmed, then to the first of them alone.
    """
    wanted = [way for way in ways_of(connection, subject) if way.kind in kinds]
    for place, way in enumerate(wanted):
        who = {"address": way.value} if way.kind == "email" else {"number": way.value}
        stop_asked(connection, StopAsked(means=means, confirm=confirm and place == 0, **who), controller, at)
    return len(wanted)


WAYS = text("""
    select distinct kind, value from (
        select kind, value from duties.own_contact where subject_id = :subject
        union all
        select kind, normalised from register.contact_point
         where subject_id = :subject and kind in ('email', 'phone') and normalised is not null) ways
     order by kind, value
""")
