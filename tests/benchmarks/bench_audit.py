"""What it takes to audit a day over a large register, and a year of days over a smaller one.

Run: `python tests/benchmarks/bench_audit.py [--rows 10000000] [--held 1000000] [--days 365]`; `--rows 0` or `--days 0`
leaves that part out. A third of the contact points is personal, of people with a notice each; every day has some two
hundred events, and its counts are those of the first.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from include.duties.audit.model import Day

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

FIRST = datetime(2026, 1, 1, 6, tzinfo=UTC)
SOURCES = 5
EVENTS = 200
FILL = """
insert into register.source (key, kind, jurisdiction, basis_case, basis_proof, purposes, contract_hash, contract,
                             joined_at, updated_at)
select 'bench_' || chr(96 + n), 'public_directory', 'sa', 'public_source', 'DOC', array['business_contact'], '\\x00',
       '{}', %(at)s, %(at)s from generate_series(1, %(sources)s) n;
insert into register.delivery (id, source_key, sha256, size_bytes, received_at, state)
select gen_random_uuid(), key, sha256(convert_to(key, 'UTF8')), 1, %(at)s, 'registered' from register.source;
insert into register.listing (source_key, row_key, fingerprint, state, name_class, name_holds_person, fields,
                              provenance, country, language, opted_out, received_at, first_delivery_id,
                              last_delivery_id, changed_at)
select source_key, sha256(convert_to('row' || n, 'UTF8')), sha256(convert_to('print' || n, 'UTF8')), 'active',
       'organisation', false, '{"city": "Riyadh"}', '{}', 'SA', 'ar', false, %(at)s, delivery.id, delivery.id, %(at)s
  from generate_series(1, %(listings)s / %(sources)s) n cross join register.delivery;
insert into register.subject (id, jurisdiction, language, created_at)
select gen_random_uuid(), 'sa', 'ar', %(at)s from generate_series(1, %(listings)s);
insert into register.contact_point (listing_id, kind, key, value, normalised, traits, source_column, delivery_id,
                                    received_at, class, score, reasons, edition, rules, decided_at, decided_by,
                                    permission, subject_id)
select listing.id, kind, sha256(convert_to(kind || listing.id, 'UTF8')), address, address, '{}', kind,
       first_delivery_id, %(at)s, class, 1, array['role_mailbox'], 'sa-2024-09-14', 'rules/1', %(at)s, 'rules',
       case class when 'business' then 'business_use' else 'blocked' end,
       case class when 'personal' then subject.id end
  from (select *, row_number() over () as place from register.listing) listing
  join (select *, row_number() over () as place from register.subject) subject using (place),
       lateral (values ('email', 'info@shop-' || place || '.example', 'business'),
                       ('phone', '+96611' || lpad(place::text, 7, '0'), 'business'),
                       ('person', 'Person ' || place, 'personal')) given (kind, address, class);
insert into duties.duty (id, kind, source_key, state, edition, article, opened_at, starts_at, due_at)
select id, 'source_notice', 'bench_a', 'open', 'sa-2024-09-14', 'IR 4(3)', %(at)s, %(at)s, %(at)s + interval '2 years'
  from register.subject;
insert into duties.notice (id, subject_id, source_key, purpose, jurisdiction, edition, received_at, not_before, send_by,
                           last_sending, due_at, state, language)
select id, id, 'bench_a', 'business_contact', 'sa', 'sa-2024-09-14', %(at)s, %(at)s, %(at)s, %(at)s,
       %(at)s + interval '2 years', 'owed', 'ar' from register.subject;
"""
INDEXES = """
select format('%I.%I', n.nspname, c.relname) || ' := ' || pg_get_indexdef(i.indexrelid)
  from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
  join pg_class t on t.oid = i.indrelid
 where n.nspname || '.' || t.relname in
       ('register.listing', 'register.contact_point', 'register.subject', 'duties.duty', 'duties.notice')
   and not exists (select from pg_constraint where conindid = i.indexrelid)
"""
HAPPENED = """
select evidence.append('notice_queued', told, '{}') from unnest(cast(:told as text[])) with ordinality each (told, n)
 order by n
"""


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=10_000_000)
    arguments.add_argument("--held", type=int)
    arguments.add_argument("--days", type=int, default=365)
    given = arguments.parse_args()
    print("| | measured |\n|---|--:|")
    if given.rows:
        _one_day(given.rows)
    if given.days:
        _backfill(given.held or min(1_000_000, given.rows or 1_000_000), given.days)


def _one_day(points: int) -> None:
    from benchmarks.gate_world import business_world

    from include.duties.audit.actions import audit
    from include.duties.audit.closing import close_day
    from include.duties.audit.model import Day

    with business_world():
        made = _fill(points)
        day = Day.at(FIRST)
        _happens(day)
        begun = time.perf_counter()
        close_day(day, day.ends)
        closed = time.perf_counter() - begun
        begun = time.perf_counter()
        pack = audit(day, day.ends).pack
        first = time.perf_counter() - begun
        shutil.rmtree(pack)
        begun = time.perf_counter()
        audit(day, day.ends)
        again = time.perf_counter() - begun
    print(f"| a day over {points:,} contact points: counted, checked and closed | {closed:.1f} s |")
    print(
        f"| its pack, the first of a process: with the import of Great Expectations and Typst's fonts | {first:.1f} s |"
    )
    print(f"| its pack written once more by that process | {again:.2f} s |")
    print(f"| (the world was made in) | {made:.0f} s |", flush=True)


def _backfill(points: int, days: int) -> None:
    from benchmarks.gate_world import business_world

    from include.duties.audit.actions import audit
    from include.duties.audit.model import Day

    with business_world():
        begun = time.perf_counter()
        _fill(points)
        every = [Day.of(FIRST.date() + timedelta(days=number)) for number in range(days)]
        _close_all(every)
        made = time.perf_counter() - begun
        spent = list[float]()
        for day in every:
            begun = time.perf_counter()
            audit(day, every[-1].ends + timedelta(days=9))
            spent.append(time.perf_counter() - begun)
    what = f"a backfill of {days:,} days over {points:,} contact points, in one process"
    first, last = statistics.median(spent[1:31]), statistics.median(spent[-30:])
    print(f"| {what} | median {statistics.median(spent):.2f} s a day, {sum(spent):.0f} s in all |")
    print(f"| its first and its last thirty days | {first:.2f} s, {last:.2f} s a day |")
    print(f"| (the world and its {days:,} closed days were made in) | {made:.0f} s |", flush=True)


def _close_all(days: Sequence[Day]) -> None:
    """Close every day with the counts of the first: each night counts once, and a backfill reads what was counted."""
    from include.duties.audit.closing import _checked, _held, _write
    from include.evidence import seal
    from include.store import Role, begin

    with begin(Role.DUTIES) as connection:
        found, checks = list(_held(connection, days[0])), _checked(connection, days[0])
    for day in days:
        _happens(day)
        with begin(Role.DUTIES) as connection:
            _write(connection, day, day.ends, found, checks)
        seal(day.ends)


def _fill(points: int) -> float:
    """Write the world by the server's administrator, who need not look after each row's references; return seconds."""
    from benchmarks.gate_world import settle

    from include.store import EmbeddedServer, home, owner_url

    begun = time.perf_counter()
    server = EmbeddedServer(home()).ensure()
    database = owner_url().rpartition("/")[2]
    names = {"at": FIRST, "listings": points // 3 // SOURCES * SOURCES, "sources": SOURCES}
    address = server.superuser_url.replace("+psycopg", "").rpartition("/")[0]
    with psycopg.connect(f"{address}/{database}", autocommit=True) as administrator:
        administrator.execute("set session_replication_role = replica")
        administrator.execute("set synchronous_commit = off")
        administrator.execute("set maintenance_work_mem = '512MB'")
        indexes = [row[0] for row in administrator.execute(INDEXES).fetchall()]
        for name, _ in (index.split(" := ") for index in indexes):
            administrator.execute(f"drop index {name}".encode())
        for statement in filter(str.strip, FILL.split(";\n")):
            administrator.execute(statement.encode(), names)
        for _, made in (index.split(" := ") for index in indexes):
            administrator.execute(made.encode())
    settle()
    return time.perf_counter() - begun


def _happens(day: Day) -> None:
    """Let a day have its events, written by one statement."""
    from sqlalchemy import text

    from include.evidence.payload import payload
    from include.store import Role, begin

    told = [
        payload(
            at=day.begins + timedelta(hours=6, minutes=number), edition=None, refs=None, counts={"messages": number},
            codes=None, hashes=None, times=None, leaves=(),
        )
        for number in range(EVENTS)
    ]  # fmt: skip
    with begin(Role.DUTIES) as connection:
        connection.execute(text(HAPPENED), {"told": told})


if __name__ == "__main__":
    main()
