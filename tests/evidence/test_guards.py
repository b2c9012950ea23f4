"""The guards of the ledger: what no room, no owner and no superuser can do in passing."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from include.evidence import verify
from include.evidence.payload import payload
from include.store import Role, StoreRefused, begin
from include.store.server import ServerInfo

PLAIN = payload(at=datetime(2026, 1, 5, 6, 30, tzinfo=UTC))

CHANGES = (
    "update evidence.ledger set kind = 'sealed'",
    "delete from evidence.ledger",
    "truncate evidence.ledger cascade",
    "update evidence.leaf set position = position + 1",
    "delete from evidence.leaf",
    "truncate evidence.leaf",
    "update evidence.seal set count = 0",
    "delete from evidence.seal",
    "truncate evidence.seal",
    "delete from evidence.head",
    "truncate evidence.head",
)


@pytest.mark.parametrize("role", Role)
def test_no_room_can_change_or_take_out_what_was_recorded(ledger: str, role: Role) -> None:
    for change in (*CHANGES, "update evidence.head set seq = 0"):
        with pytest.raises(StoreRefused, match="permission denied"), begin(role) as connection:
            connection.execute(text(change))


@pytest.mark.parametrize("login", ["amanah_owner", "postgres"])
def test_not_even_the_owner_of_the_tables_or_a_superuser_changes_them_in_passing(
    ledger: str, server: ServerInfo, login: str
) -> None:
    address = server.url(login, ledger.rsplit("/", 1)[1]).replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as connection:
        for change in CHANGES:
            with pytest.raises(psycopg.Error, match="append-only"):
                connection.execute(change)
        if login == "postgres":
            connection.execute("set session_replication_role = replica")
            with pytest.raises(psycopg.Error, match="append-only"):
                connection.execute("delete from evidence.leaf")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.LEDGER])
def test_no_other_room_can_write_past_the_way_in(database: str, role: Role) -> None:
    for table in ("ledger", "leaf", "seal", "word", "kind", "head"):
        with pytest.raises(StoreRefused, match="permission denied"), begin(role) as connection:
            connection.execute(text(f"insert into evidence.{table} default values"))


def test_only_the_auditor_the_console_and_the_ledger_read_it(ledger: str) -> None:
    for role in Role:
        if role in (Role.AUDITOR, Role.LEDGER, Role.CONSOLE):  # the console shows it to auditors, and edits nothing
            assert verify().events == 10
            continue
        with pytest.raises(StoreRefused, match="permission denied"), begin(role) as connection:
            connection.execute(text("select 1 from evidence.ledger"))


def test_the_ledgers_own_role_cannot_choose_a_number_a_hash_or_a_time(database: str) -> None:
    with begin(Role.LEDGER) as connection:
        for column in ("seq", "prev_hash", "hash", "recorded_at"):
            with pytest.raises(DBAPIError, match="permission denied"), connection.begin_nested():
                connection.execute(
                    text(f"insert into evidence.ledger (kind, payload, {column}) values ('sealed', :told, default)"),
                    {"told": PLAIN},
                )
        rows = [{"told": PLAIN}, {"told": PLAIN}]
        connection.execute(text("insert into evidence.ledger (kind, payload) values ('sealed', :told)"), rows)
    assert verify().ok
    assert verify().events == 2


def test_the_ledgers_own_role_cannot_record_what_is_refused_or_add_leaves_later(ledger: str) -> None:
    with pytest.raises(StoreRefused, match="refuses the payload"), begin(Role.LEDGER) as connection:
        connection.execute(text("insert into evidence.ledger (kind, payload) values ('sealed', '{}')"))
    more = text("insert into evidence.leaf (seq, position, leaf) values (:seq, :position, sha256('x'))")
    for seq, position in ((1, 0), (5, 3), (99, 0)):
        with pytest.raises(StoreRefused, match="refuses the leaves"), begin(Role.LEDGER) as connection:
            connection.execute(more, {"seq": seq, "position": position})
