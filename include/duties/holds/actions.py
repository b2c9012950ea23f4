"""Place and release legal holds, and say what each keeps of a system."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, FromClause, and_, literal, text

from include.duties.backups.other_systems import note_hold, note_released
from include.duties.holds.finding import people_by_keys
from include.duties.notice.calendar import HOME
from include.duties.references import REFERENCE
from include.errors import NeverRetry
from include.evidence import Kind, record
from include.intake.normalise import read_cell
from include.law import edition_for
from include.store import Role, begin, keyed
from include.systems import Keeping, KeptRows, Subjects, System, find
from include.systems.keysets import HELD
from include.systems.moments import from_then_on, up_to

__all__ = ["Hold", "identity_of", "keeping_of", "place", "release", "standing"]

IDENTITIES = {"email": "email", "phone": "phone_number"}
"""Our kinds of contact point, as data maps name identities."""
REGISTER = "register"
"""How our own register is called among the systems."""


@dataclass(frozen=True, slots=True)
class Hold:
    """One legal hold as it stands."""

    id: UUID
    case_ref: str
    placed_at: datetime
    system: str | None
    table: str | None
    since: datetime | None
    until: datetime | None
    people: tuple[tuple[str, str], ...] = field(repr=False)
    """Kind and value of each identity."""
    keys: tuple[bytes, ...] = field(default=(), repr=False)
    """Keyed hashes of identities of which a restore knows no more."""


def place(
    case_ref: str,
    *,
    by: str,
    at: datetime,
    people: tuple[str, ...] = (),
    system: str | None = None,
    table: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> UUID:
    """Place a hold from `at` (UTC) on people by their contacts, or on a system, a table, rows of a time; return its id.

    Raises NeverRetry for a reference that is none, a contact that cannot be read, and a hold on everything.
    """
    if not REFERENCE.fullmatch(case_ref):
        raise NeverRetry("the reference of a case is letters, digits and ./_- alone, at most 40, and no name")
    if not people and system is None:
        raise NeverRetry("a hold on everything stops every promise: name people, or a system (`register` for our own)")
    if table is not None and system == REGISTER:
        raise NeverRetry("a hold on our own register is on people or on a time: leave the table out")
    if table is not None and system is None:
        raise NeverRetry("name the system that the table is in")
    if (since or until) and not system:
        raise NeverRetry("a time is of a system's rows: name the system")
    identities = [identity_of(contact) for contact in people]
    hold = uuid4()
    with begin(Role.DUTIES) as connection:
        connection.execute(
            text("""
                insert into duties.hold (id, case_ref, system, table_name, since, until, placed_by, placed_at)
                values (:id, :case, :system, :table, :since, :until, :by, :at)
            """),
            {"id": hold, "case": case_ref, "system": system, "table": table, "since": since, "until": until,
             "by": by, "at": at},
        )  # fmt: skip
        for kind, value in identities:
            connection.execute(
                text("""
                    insert into duties.hold_person (hold_id, key, kind, value) values (:hold, :key, :kind, :value)
                    on conflict do nothing
                """),
                {"hold": hold, "key": keyed(kind, value), "kind": kind, "value": value},
            )
        note_hold(connection, hold)
        _record(connection, Kind.HOLD_PLACED, hold, by, at, {"people": len(identities)})
    return hold


def release(hold: UUID, *, by: str, at: datetime) -> None:
    """End a hold at `at` (UTC): what fell due meanwhile is planned by the next night. Raises NeverRetry for none."""
    with begin(Role.DUTIES) as connection:
        ended = connection.execute(
            text("update duties.hold set released_by = :by, released_at = :at where id = :id and released_at is null"),
            {"id": hold, "by": by, "at": at},
        ).rowcount
        if not ended:
            raise NeverRetry("no standing hold has this id; `python -m include hold list` names them")
        people = connection.execute(
            text("update duties.hold_person set value = null where hold_id = :id"), {"id": hold}
        ).rowcount
        note_released(connection, hold, at)
        _record(connection, Kind.HOLD_RELEASED, hold, by, at, {"people": people})


def standing(connection: Connection) -> tuple[Hold, ...]:
    """Give every hold that stands, oldest first."""
    rows = connection.execute(
        text("""
            select hold.id, case_ref, placed_at, system, table_name, since, until,
                   array_agg(array[kind, value] order by kind, value) filter (where value is not null) as people,
                   array_agg(key order by key) filter (where key is not null and value is null) as hashes
              from duties.hold left join duties.hold_person person on person.hold_id = hold.id
             where released_at is null group by hold.id order by placed_at, hold.id
        """)
    )
    return tuple(
        Hold(
            r.id,
            r.case_ref,
            r.placed_at,
            r.system,
            r.table_name,
            r.since,
            r.until,
            tuple((kind, value) for kind, value in r.people or ()),
            tuple(bytes(key) for key in r.hashes or ()),
        )
        for r in rows
    )


def keeping_of(connection: Connection, system: System, holds: tuple[Hold, ...]) -> Keeping:
    """Say what the holds keep of a system, by looking there for the people that they are about."""
    people, rows = list[Subjects](), list[KeptRows]()
    for hold in holds:
        if hold.system not in (None, system.key):
            continue
        if hold.people or hold.keys:
            people += people_by_keys(connection, system, hold.keys)
            for kind, value in hold.people:
                people += find(connection, system, {IDENTITIES[kind]: value})
        else:
            rows += _rows(system, hold)
    return Keeping(tuple(people), tuple(rows))


def _rows(system: System, hold: Hold) -> list[KeptRows]:
    kept = list[KeptRows]()
    for table in system.tables:
        if hold.table not in (None, table.name) or not table.hold:
            continue
        column = system.rule(table.retention).column if table.retention else None
        kept.append(KeptRows(table.name, partial(_within, column=column, hold=hold), HELD))
    return kept


def _within(row: FromClause, *, column: str | None, hold: Hold) -> ColumnElement[bool]:
    """Say of a row that it is of the hold's time; what has no time of its own is kept."""
    if column is None or not (hold.since or hold.until):
        return literal(1) == literal(1)
    bounds, zone = list[Any](), edition_for(HOME, hold.placed_at).zone
    if hold.since:
        bounds.append(from_then_on(row.c[column], hold.since, zone))
    if hold.until:
        bounds.append(up_to(row.c[column], hold.until, zone))
    return and_(*bounds)


def identity_of(contact: str) -> tuple[str, str]:
    """Read a contact as the register does: its kind and its normalised form."""
    kind = "email" if "@" in contact else "phone"
    read = [each for each in read_cell(kind, contact, "SA") if each.kind == kind and each.normalised]
    if len(read) != 1:
        raise NeverRetry(
            "one of the contacts cannot be read: give a whole e-mail address, or a number with its country"
        )
    return kind, str(read[0].normalised).casefold()


def _record(connection: Connection, kind: Kind, hold: UUID, by: str, at: datetime, counts: dict[str, int]) -> None:
    record(
        connection,
        kind,
        at=at,
        edition=edition_for(HOME, at).name,
        refs={"hold": hold},
        counts=counts,
        hashes={"actor": keyed("login", by)},
    )
