"""A delivery that brings much fills a volume of its own: nothing else tells it from one that came row by row."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from builders import START, Held, ask, person, write
from sqlalchemy import text

from include.duties.notice.actions import plan_notices
from include.evidence import verify
from include.intake.checking import check
from include.intake.landing.actions import land
from include.intake.preparing import prepare
from include.intake.receiving import receive
from include.intake.registering.actions import register
from include.store import Role, StoreRefused, begin, downgrade, migrate, owner_url

Make = Callable[..., Held]

COMPANY = {"id": "1", "name": "شركة النور للتجارة المحدودة", "phone": "920000001", "email": "info@alnoor.example"}
ROWS = [COMPANY, *(person(number) | {"phone": f"05000000{number % 4 + 10}"} for number in range(1, 8))]
ROOM = 10**12
JOINED = {"assessment": "DPIA-2026-900"}

POINTS = """
    select encode(listing.row_key, 'hex') <> '' as named, listing.fields::text, listing.provenance::text, kind, value,
           normalised, number_type, traits, unparsed, source_column, class, score, reasons, edition, rules, decided_by,
           permission, subject_id
      from register.contact_point point join register.listing on listing.id = point.listing_id
     where listing.source_key = :source order by fields, kind, value, source_column
"""
SHAPE = """
    select 'constraint', contype::text, pg_get_constraintdef(oid), convalidated, condeferrable
      from pg_constraint where conrelid = to_regclass(:table)
    union all
    select 'index', '', regexp_replace(pg_get_indexdef(indexrelid), '^.* USING ', ''), indisvalid, indisunique
      from pg_index where indrelid = to_regclass(:table)
    union all
    select 'column', attname, format_type(atttypid, atttypmod), attnotnull, attidentity <> ''
      from pg_attribute where attrelid = to_regclass(:table) and attnum > 0
    order by 1, 2, 3
"""
GRANTED = """
    select grantee::regrole::text, privilege_type from pg_class, aclexplode(relacl)
     where pg_class.oid = to_regclass(:table) and grantee <> relowner order by 1, 2
"""


def delivers(guide: Held, rows: list[dict[str, str]], run: str, *, volume_from: int = 1) -> dict[str, Any]:
    """Take rows in as `take_in` does, into a volume of their own from so many new ones on."""
    return register(prepared(guide, rows, run), guide.contract, at=guide.at, volume_from=volume_from)


def prepared(guide: Held, rows: list[dict[str, str]], run: str) -> Any:
    guide.at += timedelta(minutes=1)
    file = guide.folder / f"{guide.contract.key}.csv"
    write(file, list(guide.contract.columns), rows)
    receipt = receive(guide.contract, file, at=guide.at, run=run, reason="drill").id
    shards = land(receipt, guide.contract, at=guide.at)
    check(receipt, guide.contract, at=guide.at)
    for shard in shards:
        prepare(receipt, shard, guide.contract)
    return receipt


def asked(query: str, **values: Any) -> list[Any]:
    """Ask the owner of the schema, who sees every part."""
    with psycopg.connect(owner_url().replace("+psycopg", "")) as connection:
        named = query.replace(":table", "%(table)s").replace(":source", "%(source)s")
        return connection.execute(named, values).fetchall()


def volumes() -> set[int]:
    return {row[0] for row in ask(f"select distinct listing_id / {ROOM} from register.contact_point")}


def test_what_a_volume_holds_is_what_would_be_held_without_it(source: Make) -> None:
    slow, quick = source(key="slow", **JOINED), source(key="quick", **JOINED)
    plainly = delivers(slow, ROWS, "one", volume_from=1_000)
    assert volumes() == {0}
    counts = delivers(quick, ROWS, "two")
    assert volumes() == {0, 1}
    assert counts == plainly
    assert ask(POINTS, source="quick") == ask(POINTS, source="slow")
    assert verify().first_fault is None


def test_a_volume_has_every_constraint_index_and_right_that_the_first_one_has(source: Make) -> None:
    delivers(source(), ROWS, "one")
    first, filled = (asked(SHAPE, table=f"register.contact_point_{volume}") for volume in (0, 1))
    assert first == filled
    assert {kind for kind, *_ in filled} == {"constraint", "index", "column"}
    assert [asked(GRANTED, table=f"register.contact_point_{volume}") for volume in (0, 1)] == [[], []]


def test_what_changes_or_comes_later_is_told_by_numbers_of_its_own(source: Make) -> None:
    guide = source()
    delivers(guide, ROWS, "one")
    changed = {**COMPANY, "phone": "920000002"}
    added = {**person(20), "id": "99"}
    counts = delivers(guide, [changed, *ROWS[1:], added], "two")
    assert (counts["new"], counts["changed"], counts["unchanged"]) == (1, 1, len(ROWS) - 1)
    (number,) = ask("select id, listing_id from register.contact_point where value = '920000002'")
    assert number.id // ROOM == number.listing_id // ROOM == 1
    assert volumes() == {0, 1}
    assert ask("select count(*) = count(distinct id) from register.contact_point")[0][0]


def test_a_delivery_with_fewer_new_rows_than_its_source_holds_fills_no_volume(source: Make) -> None:
    guide = source()
    delivers(guide, ROWS, "one", volume_from=1_000)
    delivers(guide, [*ROWS, {**person(20), "id": "99"}], "two")
    assert volumes() == {0}
    more = [{**person(number), "id": str(number)} for number in range(100, 120)]
    counts = delivers(guide, [{**COMPANY, "phone": "920000003"}, *ROWS[1:], *more], "three")
    assert (counts["new"], counts["changed"]) == (20, 1)
    assert volumes() == {0, 1}
    assert verify().first_fault is None


def test_contested_and_repeated_rows_are_in_no_volume(source: Make) -> None:
    contested = {**person(3), "phone": "0500000099"}
    counts = delivers(source(), [*ROWS, COMPANY, contested], "one")
    assert (counts["new"], counts["duplicates"], counts["quarantined"]) == (len(ROWS), 1, 1)
    assert not ask("select from register.contact_point where value = '0500000099'")
    assert sum(counts["contact_points"].values()) == ask("select count(*) from register.contact_point")[0][0]


def test_two_sources_that_register_at_once_and_notices_beside_them_all_end(source: Make) -> None:
    guides = [source(key=key, **JOINED) for key in ("one", "two", "three")]
    receipts = [prepared(guide, ROWS, "first") for guide in guides]
    with ThreadPoolExecutor(6) as at_once:
        started = [
            at_once.submit(register, receipt, guide.contract, at=guide.at, volume_from=1)
            for receipt, guide in zip(receipts, guides, strict=True)
        ]
        beside = [at_once.submit(plan_notices, START + timedelta(hours=hour)) for hour in range(1, 4)]
        assert [done.result(60)["new"] for done in started] == [len(ROWS)] * 3
        assert sum(done.result(60) for done in beside) >= 0
    assert volumes() == {1, 2, 3}
    assert ask("select count(distinct subject_id) from register.contact_point")[0][0] == len(ROWS) - 1


def test_readers_are_not_held_up_while_a_volume_is_closed(source: Make) -> None:
    delivers(source(), ROWS, "one", volume_from=1_000)
    with begin(Role.INTAKE) as connection:
        connection.execute(text("select register.open_volume()"))
        connection.execute(text("select register.close_volume()"))
        with begin(Role.DUTIES) as reader:
            reader.execute(text("set local lock_timeout = '1s'"))
            found = reader.execute(text("select count(*) from register.contact_point join register.listing on true"))
            assert found.scalar_one()
        connection.rollback()


LISTING = """
    insert into register.listing overriding system value
    select (jsonb_populate_record(listing, jsonb_build_object('id', cast(:id as bigint), 'row_key', '\\x00'))).*
      from register.listing limit 1
"""
POINT = """
    insert into register.filling
    select (jsonb_populate_record(cast(null as register.contact_point), cast(:point as jsonb))).*
"""


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"listing_id": 2 * ROOM + 2}, "ForeignKeyViolation"),
        ({"class": "personal", "subject_id": "00000000-0000-4000-8000-000000000001"}, "ForeignKeyViolation"),
        ({"id": 2 * ROOM + 1}, "UniqueViolation"),
        ({"source_column": "email"}, "UniqueViolation"),
        ({"listing_id": 1, "id": 1}, "CheckViolation"),
        ({"id": 2}, "CheckViolation"),
        ({"kind": "fax"}, "CheckViolation"),
        ({"class": "personal"}, "CheckViolation"),
        ({"value": None}, "NotNullViolation"),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, dict) else value,
)
def test_what_the_register_refuses_a_volume_refuses(source: Make, changes: dict[str, Any], refusal: str) -> None:
    delivers(source(), ROWS, "one")
    (held,) = asked("select to_jsonb(point) from register.contact_point point where value = 'info@alnoor.example'")
    mine = held[0] | {"id": 2 * ROOM + 1, "listing_id": 2 * ROOM + 1}
    with pytest.raises(StoreRefused, match=refusal):
        fill_and_close(mine, mine | {"id": 2 * ROOM + 2, "source_column": "other"} | changes)


def fill_and_close(*points: dict[str, Any]) -> None:
    with begin(Role.INTAKE) as connection:
        assert connection.execute(text("select register.open_volume()")).scalar_one() == 2
        connection.execute(text(LISTING), {"id": points[0]["listing_id"]})
        for point in points:
            connection.execute(text(POINT), {"point": json.dumps(point)})
        connection.execute(text("select register.close_volume()"))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.INTAKE])
@pytest.mark.parametrize("function", ["open_volume", "close_volume"])
def test_none_but_the_intake_opens_or_closes_a_volume(database: str, role: Role, function: str) -> None:
    del database
    with pytest.raises(StoreRefused, match="permission denied"), begin(role) as connection:
        connection.execute(text(f"select register.{function}()"))


def test_a_volume_that_is_filled_is_open_to_nobody_by_itself(source: Make) -> None:
    delivers(source(), ROWS, "one")
    for role in (Role.INTAKE, Role.DUTIES):
        with pytest.raises(StoreRefused, match="permission denied"), begin(role) as connection:
            connection.execute(text("delete from register.contact_point_1"))


def test_a_downgrade_brings_all_volumes_into_one_table_and_an_upgrade_finds_them_again(source: Make) -> None:
    everything = "select to_jsonb(point)::text from register.contact_point point order by id"
    delivers(source(key="slow", **JOINED), ROWS, "one", volume_from=1_000)
    delivers(source(key="quick", **JOINED), ROWS, "two")
    before = asked(everything)
    downgrade("0008_batches")
    assert asked(everything) == before
    assert asked("select relkind from pg_class where oid = 'register.contact_point'::regclass") == [("r",)]
    migrate()
    assert asked(everything) == before
    delivers(source(key="third", **JOINED), ROWS, "three")
    delivers(source(key="last", **JOINED), ROWS, "four", volume_from=1_000)
    assert volumes() == {0, 1, 2}
