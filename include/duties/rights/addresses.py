"""Where a request is answered: where its person alone reads, else where what is written says nothing of them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from include.channels import Channel
from include.duties.notice.actions import phone_channel
from include.duties.rights.model import Address, Standing
from include.store import keyed
from include.store.sql import Steps

__all__ = ["STEPS", "address_of", "addresses_of"]

STEPS = Steps("include.duties.rights", "rights.sql")


def address_of(connection: Connection, request: Standing, settings: Mapping[str, str] = os.environ) -> Address | None:
    """Say where a request is answered; None where nowhere.

    Its person is answered where we hold them, so that nobody else gets it: at a mailbox by which they alone are known,
    else where it came from, else at a number of theirs. Only where there is nothing else at a contact that is somebody
    else's too, and then it is `shared`. A guardian is answered where they asked, and so is whoever is not proven, who
    is told nothing.
    """
    ways = addresses_of(connection, request, settings)
    given = _given(connection, request)
    for way in ways:
        if not way.shared and (way.channel is Channel.EMAIL or given is None or given.shared):
            return way
    return given if given is not None and not (given.shared and ways) else next(iter(ways), None)


def addresses_of(
    connection: Connection, request: Standing, settings: Mapping[str, str] = os.environ, *, unreturned: bool = False
) -> tuple[Address, ...]:
    """Give every contact of a proven person that a carrier reaches: theirs alone first, mailboxes before numbers.

    `unreturned`: none from which anything came back.
    """
    if request.proof is None or request.capacity != "self" or request.subject is None:
        return ()
    phone = phone_channel(settings)
    rows = STEPS.rows(connection, "ways", {"subject": request.subject})
    return tuple(
        Address(row.value, channel, row.shared)
        for row in rows
        if (channel := Channel.EMAIL if row.kind == "email" else phone) and not (unreturned and row.returned)
    )


def _given(connection: Connection, request: Standing) -> Address | None:
    """Give where a request came from. Of a person themselves it is asked whether somebody else is known by it."""
    (row,) = STEPS.rows(connection, "address", {"id": request.id})
    if row.reply_to is None:
        return None
    channel = Channel(row.channel)
    own = request.proof is not None and request.capacity == "self"
    return Address(row.reply_to, channel, own and _somebody_elses(connection, request, row.reply_to, channel))


def _somebody_elses(connection: Connection, request: Standing, value: str, channel: Channel) -> bool:
    key = keyed("email" if channel is Channel.EMAIL else "phone", value.casefold())
    rows: list[Any] = STEPS.rows(connection, "somebody_elses", {"key": key, "subject": request.subject})
    return bool(rows[0].shared)
