"""Deliveries that were expected and did not come within their contract's grace: an alarm, once for each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, text

from include.evidence import Kind, learn, record
from include.intake.contracts import Contract
from include.intake.contracts.slots import slots
from include.law import edition_for

__all__ = ["raise_late"]

AWAITED = text("""
    insert into duties.awaited (source_key, refresh, since) values (:source, :refresh, :at)
    on conflict (source_key) do update
       set refresh = excluded.refresh,
           since = case when awaited.refresh = excluded.refresh then awaited.since else excluded.since end
    returning since
""")
CAME = text("""
    select max(received_at) from register.receipt where source_key = :source and state = 'registered'
""")


def raise_late(connection: Connection, contracts: Iterable[Contract], at: datetime) -> dict[str, int]:
    """Record every expected delivery that is late since the last look; return how many of each source.

    A delivery is late where its contract's grace has passed since the moment that its schedule named, and nothing of
    the source was registered from that moment on. A source is awaited from when its contract, or its schedule, is
    first seen; one that only a person collects never is.
    """
    late = {}
    for contract in contracts:
        if contract.cron is not None and (missed := _late(connection, contract, contract.cron, at)):
            late[contract.key] = len(missed)
            learn(connection, contract.key)
            for slot in missed:
                record(
                    connection,
                    Kind.DELIVERY_LATE,
                    at=at,
                    edition=edition_for(contract.jurisdiction, at).name,
                    codes={"source": contract.key},
                    times={"due_at": slot + contract.patience, "slot": slot},
                )
    return late


def _late(connection: Connection, contract: Contract, cron: str, at: datetime) -> list[datetime]:
    """Find the moments that were waited for in vain, and go on from the last one that was looked at."""
    values = {"source": contract.key, "refresh": contract.refresh, "at": at}
    since = connection.execute(AWAITED, values).scalar_one()
    zone = edition_for(contract.jurisdiction, at).zone
    due = list(slots(cron, zone, since, at - contract.patience))
    if not due:
        return []
    connection.execute(
        text("update duties.awaited set since = :last where source_key = :source"), {**values, "last": due[-1]}
    )
    came = connection.execute(CAME, values).scalar()
    return [slot for slot in due if came is None or came < slot]
