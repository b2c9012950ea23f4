"""Deliveries that were expected and did not come within their contract's grace: an alarm, once for each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from include.duties.notice.calendar import HOME
from include.evidence import Kind, learn, record
from include.intake.contracts import Contract
from include.intake.contracts.refresh import CRON, grace_of
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
NOT_AWAITED = text("""
    update duties.awaited set refresh = :refresh, since = :at where source_key = :source and refresh <> :refresh
""")
CAME = text("""
    select max(received_at) from register.receipt where source_key = :source and state = 'registered'
""")
WITHOUT_CONTRACT = text("""
    select awaited.source_key, awaited.refresh, coalesce(source.jurisdiction, :home) as jurisdiction,
           case when source.contract ->> 'refresh' = awaited.refresh then source.contract ->> 'grace' end as grace
      from duties.awaited left join register.source on source.key = awaited.source_key
     where awaited.source_key <> all(:good)
     order by awaited.source_key
""")
"""Sources that were awaited when their contract was last read, and whose contract is broken or gone now."""


@dataclass(frozen=True, slots=True)
class Expected:
    """When deliveries of a source are expected, and how late they may be."""

    source: str
    jurisdiction: str
    refresh: str
    cron: str
    patience: timedelta


def raise_late(connection: Connection, contracts: Iterable[Contract], at: datetime) -> dict[str, int]:
    """Record every expected delivery that is late since the last look; return how many of each source.

    A delivery is late where its contract's grace has passed since the moment that its schedule named, and nothing of
    the source was registered from that moment on. A source is awaited from when its contract, or its schedule, is
    first seen; one that only a person collects never is. `contracts` are those that can be read: a source whose
    contract broke or went is awaited as it last said, until its contract says `refresh: manual`.
    """
    contracts = list(contracts)
    keys, late = [each.key for each in contracts], {}
    for expected in [*_said(connection, contracts, at), *_said_before(connection, keys)]:
        if missed := _late(connection, expected, at):
            late[expected.source] = len(missed)
            learn(connection, expected.source)
            for slot in missed:
                record(
                    connection,
                    Kind.DELIVERY_LATE,
                    at=at,
                    edition=edition_for(expected.jurisdiction, at).name,
                    codes={"source": expected.source},
                    times={"due_at": slot + expected.patience, "slot": slot},
                )
    return late


def _said(connection: Connection, contracts: Iterable[Contract], at: datetime) -> Iterator[Expected]:
    for each in contracts:
        if each.cron is None:
            connection.execute(NOT_AWAITED, {"source": each.key, "refresh": each.refresh, "at": at})
        else:
            yield Expected(each.key, each.jurisdiction, each.refresh, each.cron, each.patience)


def _said_before(connection: Connection, good: Collection[str]) -> Iterator[Expected]:
    for row in connection.execute(WITHOUT_CONTRACT, {"good": list(good), "home": HOME}):
        cron = CRON.get(row.refresh, row.refresh)
        if cron is not None:
            yield Expected(row.source_key, row.jurisdiction, row.refresh, cron, grace_of(row.grace, row.refresh))


def _late(connection: Connection, expected: Expected, at: datetime) -> list[datetime]:
    """Find the moments that were waited for in vain, and go on from the last one that was looked at."""
    values = {"source": expected.source, "refresh": expected.refresh, "at": at}
    since = connection.execute(AWAITED, values).scalar_one()
    zone = edition_for(expected.jurisdiction, at).zone
    due = list(slots(expected.cron, zone, since, at - expected.patience))
    if not due:
        return []
    connection.execute(
        text("update duties.awaited set since = :last where source_key = :source"), {**values, "last": due[-1]}
    )
    came = connection.execute(CAME, values).scalar()
    return [slot for slot in due if came is None or came < slot]
