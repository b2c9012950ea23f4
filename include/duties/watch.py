"""The watch over every clock: a warning at four fifths of it, an alarm at its end, each raised once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy import Connection, text

from include.channels import Channel, OutgoingMessage, enqueue
from include.duties.awaiting import raise_late
from include.duties.breach.warning import raise_warnings
from include.duties.due_days import count_days
from include.duties.notice.calendar import HOME
from include.duties.rights import extensions_sent
from include.evidence import Kind, learn, record
from include.intake.contracts import Contract
from include.law import Controller, clocks, edition_named
from include.store import Role, advisory_lock, begin

__all__ = ["watch"]

GRACE = timedelta(days=1)
"""So long a destruction may take after its clock ended: then something keeps it from happening."""
AT_ONCE = timedelta(hours=1)
"""So long a destruction may take that somebody asked for (CON-08: at once; the figure is house)."""

ASKED = text("""
    update duties.destruction_request set alarmed_at = :at
     where closed_at is null and alarmed_at is null and asked_at <= :asked
       and not exists (select from duties.held_subject held where held.subject_id = destruction_request.subject_id)
""")

CLOCKS = text("""
    select duty.id, duty.kind, duty.edition, duty.starts_at, duty.due_at, duty.state, notice.send_by,
           notice.state as notice,
           array(select level from duties.alert where alert.duty_id = duty.id) as raised
      from duties.duty left join duties.notice on notice.id = duty.id
     where duty.due_at is not null
       and (duty.state = 'open'
            or duty.state = 'missed'
               and not exists (select from duties.alert where alert.duty_id = duty.id and alert.level = 'missed')
            or notice.state = 'told' and notice.due_at < :overdue
               and not exists (select from duties.held_subject held where held.subject_id = notice.subject_id))
     order by duty.due_at, duty.id
""")


def watch(
    at: datetime, controller: Controller, contracts: Iterable[Contract] = (), *, broken: Collection[str] = ()
) -> dict[str, int]:
    """Raise what is new about every clock, each once, and return how many of each kind there were.

    `warned`: past the edition's share of its length, or at the edition's hours of a breach, `unsent`: a notice that did
    not go out by its day, `missed`: ended with the duty open, `overdue`: a silence that ended a day ago and was not
    acted on, because a plan waits for a person or no run came, or a destruction that somebody asked for an hour ago and
    that is not done, `late`: a delivery that did not come within its contract's grace. A missed duty stays missed: what
    is done later does not make it kept. `open` counts the others. The officer gets one mail for each run that found
    something; it names the sources in `broken` too, whose contracts cannot be read.
    """
    with begin(Role.DUTIES) as connection:
        advisory_lock(connection, "watch")
        extensions_sent(connection, at)  # a clock that was extended in time is not missed at its first end
        rows = list(connection.execute(CLOCKS, {"overdue": at - GRACE}))
        raised = {
            level: [row for row in rows if level not in row.raised and is_so(row, at)]
            for level, is_so in LEVELS.items()
        }
        for level, found in raised.items():
            _raise_alerts(connection, found, level, at)
        connection.execute(
            text("update duties.duty set state = 'missed', closed_at = :at where id = any(:ids) and state = 'open'"),
            {"at": at, "ids": [row.id for row in raised["missed"]]},
        )
        counts = {name: len(raised[level]) for level, name in NAMES.items()}
        counts["overdue"] += _raise_asked(connection, at)
        count_days(connection, at)
        counts["warned"] += len(raise_warnings(connection, at))
        late = raise_late(connection, contracts, at)
        counts["late"] = sum(late.values())
        if any(counts.values()):
            _tell_officer(connection, counts, sorted(late), sorted(broken), controller, at)
        still_open = sum(row.state == "open" and row.due_at >= at for row in rows)
    return {"open": still_open} | counts


def _ended(row: Any, at: datetime) -> bool:
    return bool(row.state == "missed" or (row.state == "open" and row.due_at < at))


def _nearly_ended(row: Any, at: datetime) -> bool:
    share = edition_named(row.edition).warning_share.value
    if row.kind == "breach_authority":  # warned of at hours of its own
        return False
    return row.state == "open" and not _ended(row, at) and clocks.warning_at(row.starts_at, row.due_at, share) <= at


def _unsent(row: Any, at: datetime) -> bool:
    return row.state == "open" and row.notice in ("owed", "queued") and row.send_by < at


def _not_acted_on(row: Any, at: datetime) -> bool:
    return bool(row.notice == "told" and row.due_at < at - GRACE)


LEVELS = {"unsent": _unsent, "warning": _nearly_ended, "missed": _ended, "overdue": _not_acted_on}
NAMES = {"unsent": "unsent", "warning": "warned", "missed": "missed", "overdue": "overdue"}
KINDS = {
    "unsent": Kind.PROMISE_WARNED,
    "warning": Kind.PROMISE_WARNED,
    "missed": Kind.PROMISE_MISSED,
    "overdue": Kind.PROMISE_MISSED,
}


def _raise_alerts(connection: Connection, rows: list[Any], level: str, at: datetime) -> None:
    """Write down what was raised, set-wise, and put a count for each kind of duty into the evidence."""
    if not rows:
        return
    connection.execute(
        text("""
            insert into duties.alert (duty_id, level, raised_at)
            select id, :level, :at from unnest(cast(:ids as uuid[])) as given (id)
            on conflict (duty_id, level) do nothing
        """),
        {"ids": [row.id for row in rows], "level": level, "at": at},
    )
    learn(connection, level)
    for kind, count in sorted(Counter(row.kind for row in rows).items()):
        record(connection, KINDS[level], at=at, codes={"kind": kind, "level": level}, counts={"notices": count})


def _raise_asked(connection: Connection, at: datetime) -> int:
    """Raise that people wait for the destruction which they asked for; return how many, each counted once."""
    waiting = connection.execute(ASKED, {"at": at, "asked": at - AT_ONCE}).rowcount
    if waiting:
        codes = {"kind": "destruction_request", "level": "overdue"}
        record(connection, Kind.PROMISE_MISSED, at=at, codes=codes, counts={"requests": waiting})
    return waiting


def _tell_officer(
    connection: Connection,
    found: dict[str, int],
    late: list[str],
    broken: list[str],
    controller: Controller,
    at: datetime,
) -> None:
    """Write the officer one mail with counts and sources only: names and reasons are looked up where the data is."""
    officer = controller.dpo
    if officer is None or officer.email is None:
        return
    arabic = (
        f"إشعارات لم تُرسل في يومها: {found['unsent']}\nالتزامات تجاوزت أربعة أخماس مهلتها: {found['warned']}\n"
        f"التزامات فات موعدها: {found['missed']}\nإتلافات متأخرة: {found['overdue']}\n"
        f"توريدات لم تصل في مهلتها: {found['late']}\n"
        f"عقود مصادر لا يمكن قراءتها: {len(broken)}"
    )
    english = (
        f"Notices not sent by their day: {found['unsent']}\nClocks past four fifths: {found['warned']}\n"
        f"Clocks missed: {found['missed']}\nDestructions overdue: {found['overdue']}\n"
        f"Deliveries that did not come in time: {found['late']}"
        + "".join(f"\n  {source}: look at collect_{source}, or ask its publisher" for source in late)
        + f"\nContracts that cannot be read: {len(broken)}"
        + "".join(f"\n  {source}: nothing is collected until its contract is corrected" for source in broken)
    )
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
