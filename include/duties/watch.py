"""The watch over every clock: a warning at four fifths of it, an alarm at its end, each raised once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy import Connection, text

from include.channels import Channel, OutgoingMessage, enqueue
from include.duties.notice.calendar import HOME
from include.evidence import Kind, record
from include.law import Controller, clocks, edition_named
from include.store import Role, advisory_lock, begin

__all__ = ["watch"]

OPEN = text("""
    select duty.id, duty.kind, duty.edition, duty.starts_at, duty.due_at, duty.state,
           exists (select from duties.alert where alert.duty_id = duty.id and alert.level = 'warning') as warned
      from duties.duty
     where duty.due_at is not null
       and (duty.state = 'open'
            or duty.state = 'missed'
               and not exists (select from duties.alert where alert.duty_id = duty.id and alert.level = 'missed'))
     order by duty.due_at, duty.id
""")


def watch(at: datetime, controller: Controller) -> dict[str, int]:
    """Raise what is new: clocks past the edition's share of their length, and clocks that ended with the duty open.

    A missed duty is marked as missed, for good: what is done later does not make it kept. Returns how many were
    `warned` and `missed` now, and how many are `open`. The officer gets one mail for each run that found something.
    """
    with begin(Role.DUTIES) as connection:
        advisory_lock(connection, "watch")
        rows = list(connection.execute(OPEN))
        missed = [row for row in rows if row.state == "missed" or row.due_at < at]
        warned = [row for row in rows if row not in missed and not row.warned and _warning(row) <= at]
        _raise_alerts(connection, missed, "missed", Kind.PROMISE_MISSED, at)
        _raise_alerts(connection, warned, "warning", Kind.PROMISE_WARNED, at)
        connection.execute(
            text("update duties.duty set state = 'missed', closed_at = :at where id = any(:ids) and state = 'open'"),
            {"at": at, "ids": [row.id for row in missed]},
        )
        found = {"open": len(rows) - len(missed), "warned": len(warned), "missed": len(missed)}
        if missed or warned:
            _tell_officer(connection, found, controller, at)
    return found


def _warning(row: Any) -> datetime:
    return clocks.warning_at(row.starts_at, row.due_at, edition_named(row.edition).warning_share.value)


def _raise_alerts(connection: Connection, rows: Iterable[Any], level: str, kind: Kind, at: datetime) -> None:
    by_duty: dict[str, int] = {}
    for row in rows:
        connection.execute(
            text("""
                insert into duties.alert (duty_id, level, raised_at) values (:duty, :level, :at)
                on conflict (duty_id, level) do nothing
            """),
            {"duty": row.id, "level": level, "at": at},
        )
        by_duty[row.kind] = by_duty.get(row.kind, 0) + 1
    for duty, count in sorted(by_duty.items()):
        record(connection, kind, at=at, codes={"kind": duty}, counts={"notices": count})


def _tell_officer(connection: Connection, found: dict[str, int], controller: Controller, at: datetime) -> None:
    """Write the officer one mail with counts only: names and reasons are looked up where the data is."""
    officer = controller.dpo
    if officer is None or officer.email is None:
        return
    arabic = f"التزامات تجاوزت أربعة أخماس مهلتها: {found['warned']}\nالتزامات فات موعدها: {found['missed']}"
    english = f"Clocks past four fifths: {found['warned']}\nClocks missed: {found['missed']}"
    enqueue(
        connection,
        OutgoingMessage(
            id=uuid5(NAMESPACE_OID, f"promise_alert:{at.isoformat()}"),
            kind="promise_alert",
            channel=Channel.EMAIL,
            recipient=officer.email,
            subject="تنبيه بالمواعيد النظامية | Clocks that need you",
            text=f"{arabic}\n\n{english}\n\nOpen watch_promises in Airflow, or run: python -m include status\n",
            language="ar",
            template="promise_alert/1",
            jurisdiction=HOME,
            not_before=at,
        ),
        at=at,
    )
