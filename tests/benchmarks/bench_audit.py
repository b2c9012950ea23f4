"""What it takes to audit a day over a large register, and a year of days over a smaller one.

Run: `python tests/benchmarks/bench_audit.py [--rows 10000000] [--held 1000000] [--days 365]`. A third of the contact
points is personal, of people with a notice each; every day has some two hundred events.
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

if TYPE_CHECKING:
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
       '{}', :at, :at from generate_series(1, :sources) n;
insert into register.delivery (id, source_key, sha256, size_bytes, received_at, state)
select gen_random_uuid(), key, sha256(convert_to(key, 'UTF8')), 1, :at, 'registered' from register.source;
insert into register.listing (source_key, row_key, fingerprint, state, name_class, name_holds_person, fields,
                              provenance, country, language, opted_out, received_at, first_delivery_id,
                              last_delivery_id, changed_at)
select source_key, sha256(convert_to('row' || n, 'UTF8')), sha256(convert_to('print' || n, 'UTF8')), 'active',
       'organisation', false, '{"city": "Riyadh"}', '{}', 'SA', 'ar', false, :at, delivery.id, delivery.id, :at
  from generate_series(1, :listings / :sources) n cross join register.delivery;
insert into register.subject (id, jurisdiction, language, created_at)
select gen_random_uuid(), 'sa', 'ar', :at from generate_series(1, :listings);
insert into register.contact_point (listing_id, kind, key, value, normalised, traits, source_column, delivery_id,
                                    received_at, class, score, reasons, edition, rules, decided_at, decided_by,
                                    permission, subject_id)
select listing.id, kind, sha256(convert_to(kind || listing.id, 'UTF8')), address, address, '{}', kind,
       first_delivery_id, :at, class, 1, array['role_mailbox'], 'sa-2024-09-14', 'rules/1', :at, 'rules',
       case class when 'business' then 'business_use' else 'blocked' end,
       case class when 'personal' then subject.id end
  from (select *, row_number() over () as place from register.listing) listing
  join (select *, row_number() over () as place from register.subject) subject using (place),
       lateral (values ('email', 'info@shop-' || place || '.example', 'business'),
                       ('phone', '+96611' || lpad(place::text, 7, '0'), 'business'),
                       ('person', 'Person ' || place, 'personal')) given (kind, address, class);
insert into duties.duty (id, kind, source_key, state, edition, article, opened_at, starts_at, due_at)
select id, 'source_notice', 'bench_a', 'open', 'sa-2024-09-14', 'IR 4(3)', :at, :at, :at + interval '2 years'
  from register.subject;
insert into duties.notice (id, subject_id, source_key, purpose, jurisdiction, edition, received_at, not_before, send_by,
                           last_sending, due_at, state, language)
select id, id, 'bench_a', 'business_contact', 'sa', 'sa-2024-09-14', :at, :at, :at, :at, :at + interval '2 years',
       'owed', 'ar' from register.subject;
"""


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=10_000_000)
    arguments.add_argument("--held", type=int)
    arguments.add_argument("--days", type=int, default=365)
    given = arguments.parse_args()
    print("| | measured |\n|---|--:|")
    _one_day(given.rows)
    _backfill(given.held or min(1_000_000, given.rows), given.days)


def _one_day(points: int) -> None:
    from benchmarks.gate_world import business_world

    from include.duties.audit.actions import audit
    from include.duties.audit.closing import close_day
    from include.duties.audit.model import Day

    with business_world():
        _fill(points)
        day = Day.at(FIRST)
        _happens(day)
        begun = time.perf_counter()
        close_day(day, day.ends)
        closed = time.perf_counter() - begun
        pack = audit(day, day.ends).pack
        spent = time.perf_counter() - begun
        shutil.rmtree(pack)
        begun = time.perf_counter()
        audit(day, day.ends)
        again = time.perf_counter() - begun
    print(f"| a day over {points:,} contact points: closed and its pack written | {spent:.1f} s |")
    print(f"| of that: counted and checked | {closed:.1f} s |")
    print(f"| its pack written once more | {again:.1f} s |", flush=True)


def _backfill(points: int, days: int) -> None:
    from benchmarks.gate_world import business_world

    from include.duties.audit.actions import audit
    from include.duties.audit.closing import close_day
    from include.duties.audit.model import Day
    from include.evidence import seal

    with business_world():
        _fill(points)
        every = [Day.of(FIRST.date() + timedelta(days=number)) for number in range(days)]
        for day in every:
            _happens(day)
            close_day(day, day.ends)
            seal(day.ends)
        spent = list[float]()
        for day in every:
            begun = time.perf_counter()
            audit(day, every[-1].ends + timedelta(days=9))
            spent.append(time.perf_counter() - begun)
    last = statistics.median(spent[-10:])
    what = f"a backfill of {days:,} days over {points:,} contact points, in one process"
    print(f"| {what} | median {statistics.median(spent):.2f} s a day, the last ones {last:.2f} s |", flush=True)


def _fill(points: int) -> None:
    from benchmarks.gate_world import settle
    from sqlalchemy import text

    from include.store import owner_url
    from include.store.engine import make_engine

    owner = make_engine(owner_url())
    with owner.begin() as connection:
        for statement in filter(str.strip, FILL.split(";\n")):
            names = {"at": FIRST, "listings": points // 3 // SOURCES * SOURCES, "sources": SOURCES}
            connection.execute(text(statement), {name: v for name, v in names.items() if f":{name}" in statement})
    owner.dispose()
    settle()


def _happens(day: Day) -> None:
    """Let a day have its events."""
    from include.evidence import Kind, record
    from include.store import Role, begin

    with begin(Role.DUTIES) as connection:
        for number in range(EVENTS):
            at = day.begins + timedelta(hours=6, minutes=number)
            record(connection, Kind.NOTICE_QUEUED, at=at, counts={"messages": number})


if __name__ == "__main__":
    main()
