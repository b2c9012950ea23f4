"""Ask a customer once whether unintended data may stay, write down what they say, and destroy it where they do not."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from include.duties.holds import keeping_of, see_that_nothing_stands_still
from include.duties.holds import standing as standing_holds
from include.duties.unintended.emptying import Emptied, empty
from include.errors import NeverRetry
from include.evidence import Kind, record
from include.law import edition_for
from include.store import Role, begin, keyed
from include.systems.connecting import address_of, connected
from include.systems.model import System

__all__ = ["REASONS", "Standing", "answer", "ask", "destroy", "owed", "standing"]

REASONS = {"keep": ("explicit_consent",), "destroy": ("customer_refused", "deletion_asked", "not_needed")}
"""Why it stays, or goes: what stays was agreed to, for this and nothing else (IR 11(1))."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One column with unintended data: names and counts, never a value."""

    id: UUID
    system: str
    table: str
    column: str
    why: str
    kinds: tuple[str, ...]
    rows: int
    state: str
    silent_at: datetime


def standing() -> tuple[Standing, ...]:
    """Give what is not settled, the next to fall silent first."""
    with begin(Role.DUTIES) as connection:
        rows = connection.execute(text(STANDING)).all()
    return tuple(
        Standing(
            row.id, row.system_key, row.table_name, row.column_name, row.why, tuple(row.kinds), row.rows, row.state,
            row.silent_at,
        )
        for row in rows
    )  # fmt: skip


def ask(duty: UUID, *, by: str, at: datetime) -> None:
    """Write down that the customer was asked, at `at` (UTC), by an employee of this login.

    Raises NeverRetry where they were asked before about this column: each is asked once, and silence says no.
    """
    with begin(Role.DUTIES) as connection:
        row = _locked(connection, duty)
        before = connection.execute(text(ASKED_BEFORE), row._mapping).scalar()
        if before is not None:
            raise NeverRetry(f"the customer was asked on {before:%Y-%m-%d}: nobody is asked twice (policy section 5)")
        if row.state != "found":
            raise NeverRetry(f"there is nothing to ask: it is {row.state}")
        connection.execute(
            text("update duties.unintended set state = 'asked', asked_at = :at, asked_by = :by where id = :id"),
            {"id": duty, "at": at, "by": _named(by)},
        )
        record(connection, Kind.UNINTENDED_ASKED, at=at, refs={"duty": duty}, hashes={"by": keyed("staff", _named(by))})


def answer(duty: UUID, said: str, *, by: str, reason: str, at: datetime) -> None:
    """Write down what the customer answered, at `at` (UTC): `keep` ends the duty, `destroy` is acted on by `destroy`.

    Raises NeverRetry for an unknown answer or reason, for a `keep` that was not asked for or came after silence had set
    in, and for what is settled.
    """
    if reason not in REASONS.get(said, ()):
        known = "; ".join(f"{each}: {', '.join(codes)}" for each, codes in REASONS.items())
        raise NeverRetry(f"an answer needs one of its reasons: {known}")
    with begin(Role.DUTIES) as connection:
        row = _locked(connection, duty)
        if row.state not in ("found", "asked"):
            raise NeverRetry(f"it is answered already: {row.state}")
        if said == "keep" and row.state != "asked":
            raise NeverRetry("the customer was not asked: say first that they were (`unintended asked`)")
        if said == "keep" and row.silent_at <= at:
            raise NeverRetry(f"no answer came until {row.silent_at:%Y-%m-%d %H:%M} UTC: it has to go")
        connection.execute(
            text(ANSWERED),
            {"id": duty, "state": ANSWERS[said], "at": at, "by": _named(by), "reason": reason},
        )
        record(
            connection,
            Kind.UNINTENDED_ANSWERED,
            at=at,
            refs={"duty": duty},
            codes={"answer": said, "reason": reason},
            hashes={"by": keyed("staff", _named(by))},
        )
        if said == "keep":
            _close(connection, row, "kept", at)


def owed(at: datetime) -> tuple[UUID, ...]:
    """Give what has to go at `at` (UTC): what was refused, and what nobody answered for in time."""
    with begin(Role.DUTIES) as connection:
        return tuple(connection.execute(text(OWED), {"at": at}).scalars())


def destroy(duty: UUID, systems: Iterable[System], at: datetime, settings: Mapping[str, str] = os.environ) -> int:
    """Empty a column of what was refused or never answered for, look again, and put it into the evidence.

    Returns in how many rows. What a legal hold keeps stays, and is owed until the hold ends. Killed in between it is
    done again, and finds nothing more to do. Raises NeverRetry where it is not to go, where no map has the system, and
    where anything is left; Standstill while destruction stands still; SystemAway where the system is away.
    """
    with begin(Role.DUTIES) as ours:
        see_that_nothing_stands_still(ours)
        row = _locked(ours, duty)
        silent = row.state in ("found", "asked") and row.silent_at <= at
        if row.state != "refused" and not silent:
            raise NeverRetry(f"it is not to be destroyed: it is {row.state}")
        known = {system.key: system for system in systems}
        if row.system_key not in known:
            raise NeverRetry(f"no map describes the system {row.system_key}: AMANAH_SYSTEMS has to name its folder")
        system, holds = known[row.system_key], standing_holds(ours)
        with connected(address_of(system, settings)) as theirs:
            kept = keeping_of(theirs, system, holds)
            done = empty(theirs, system, (row.table_name, row.column_name), kept)
        _write_down(ours, duty, done, edition_for(system.jurisdiction, at).name, at)
        if not done.held:
            _close(ours, row, "destroyed_unanswered" if silent else "destroyed_refused", at)
    return done.rows


def _write_down(connection: Connection, duty: UUID, done: Emptied, edition: str, at: datetime) -> None:
    values = {"id": duty, "rows": done.rows, "gone": not done.held}
    connection.execute(text(EMPTIED), values)
    if done.rows or not done.held:
        counts = {"rows": done.rows, "held": done.held}
        record(connection, Kind.UNINTENDED_DESTROYED, at=at, edition=edition, refs={"duty": duty}, counts=counts)


ANSWERS = {"keep": "kept", "destroy": "refused"}


def _locked(connection: Connection, duty: UUID) -> Any:
    row = connection.execute(text(LOCKED), {"id": duty}).one_or_none()
    if row is None:
        raise NeverRetry(f"there is no such duty: {duty}; `unintended list` has those that stand")
    return row


def _named(by: str) -> str:
    if not by.strip():
        raise NeverRetry("name whoever did it with --by")
    return by.strip()


def _close(connection: Connection, row: Any, outcome: str, at: datetime) -> None:
    """End the duty; one that was missed stays missed, with what became of it."""
    connection.execute(
        text("""
            update duties.duty set outcome = :outcome, closed_at = coalesce(closed_at, :at),
                   state = case when state = 'open' then 'done' else state end
             where id = :id
        """),
        {"id": row.id, "outcome": outcome, "at": at},
    )
    codes = {"kind": "unintended", "outcome": outcome}
    record(connection, Kind.DUTY_CLOSED, at=at, refs={"duty": row.id}, codes=codes)


STANDING = """
select unintended.*, duty.count as rows from duties.unintended join duties.duty using (id)
 where unintended.state in ('found', 'asked', 'refused') order by silent_at, system_key, table_name, column_name
"""
LOCKED = "select * from duties.unintended where id = :id for update"
ASKED_BEFORE = """
select min(asked_at) from duties.unintended
 where system_key = :system_key and table_name = :table_name and column_name = :column_name and asked_at is not null
"""
ANSWERED = """
update duties.unintended set state = :state, answered_at = :at, answered_by = :by, reason = :reason where id = :id
"""
EMPTIED = """
update duties.unintended set emptied = coalesce(emptied, 0) + :rows,
       state = case when :gone then 'destroyed' else state end
 where id = :id
"""
OWED = """
select id from duties.unintended
 where state = 'refused' or (state in ('found', 'asked') and silent_at <= :at) order by silent_at, id
"""
