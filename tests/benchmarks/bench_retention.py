"""What a night costs in which nothing is due, what it takes to let one person go, and what batches cost.

Run: `python tests/benchmarks/bench_retention.py [--rows 10000000] [--people 50]`. The rows lie in five databases of the
same shape as `tests/books.py`, with an index on each column that rows are looked for by.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

SYSTEMS = tuple(f"books_{letter}" for letter in "abcde")
AT = datetime(2026, 6, 1, tzinfo=UTC)
FILL = """
insert into account select n, 'person.' || n || '@people.example', null from generate_series(1, :people) n;
insert into invoice select n, 1 + n % :people, 'Owner', null, date '2026-05-01' from generate_series(1, :people * 2) n;
insert into session select n, 1 + n % :people, '192.0.2.1', timestamptz '2026-05-20'
  from generate_series(1, :people * 6) n;
insert into recording select n, 1 + n % :people, null, timestamptz '2026-05-20' from generate_series(1, :people) n;
create unique index on account (email);
create index on invoice (issued_on);
create index on session (seen_at);
create index on recording (began_at);
"""
PARTS = 10
"""Rows in all for each person of a system."""


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=10_000_000)
    arguments.add_argument("--people", type=int, default=50)
    given = arguments.parse_args()
    from include.store import EmbeddedServer, migrate

    with tempfile.TemporaryDirectory(prefix="amanah-bench-") as folder:
        server = EmbeddedServer(Path(folder) / "server")
        info = server.ensure()
        os.environ |= {
            "AMANAH_HOME": f"{folder}/home",
            "AMANAH_KEY": "dev:" + "7" * 64,
            "AMANAH_SYSTEMS": f"{folder}/maps",
        }
        try:
            os.environ["AMANAH_DATABASE_URL"] = info.url("amanah_app", "amanah")
            os.environ["AMANAH_OWNER_DATABASE_URL"] = info.url("amanah_owner", "amanah")
            migrate()
            print("| | measured |\n|---|--:|")
            for rows in (given.rows // 10, given.rows):
                _make(info.superuser_url, Path(folder) / "maps", rows // len(SYSTEMS) // PARTS)
                print(
                    f"| a night in which nothing is due, {rows:,} rows in five systems | {_night():.2f} s |", flush=True
                )
            seconds = _people(given.people)
            median, worst = statistics.median(seconds) * 1000, max(seconds) * 1000
            what = (
                f"one person destroyed in five systems with {given.rows:,} rows, planned, recorded and looked at again"
            )
            print(f"| {what}, {given.people} times | median {median:.0f} ms, worst {worst:.0f} ms |")
            rows, at_once, in_batches, longest = _plans()
            print(f"| a plan of {rows:,} rows in one transaction, looked at again | {at_once:.1f} s |")
            print(f"| the like of it in batches | {in_batches:.1f} s, {in_batches / at_once:.2f} times; {longest} |")
        finally:
            server.destroy()


def _make(url: str, maps: Path, people: int) -> None:
    """Make the systems anew, each with so many people."""
    import books
    from sqlalchemy import create_engine, text

    maps.mkdir(exist_ok=True)
    base, server = url.rpartition("/")[0], create_engine(url, isolation_level="AUTOCOMMIT")
    for key in SYSTEMS:
        with server.connect() as connection:
            connection.execute(text(f"drop database if exists {key} with (force)"))
            connection.execute(text(f"create database {key}"))
        engine = create_engine(f"{base}/{key}", isolation_level="AUTOCOMMIT")
        with engine.connect() as company:
            books.make(company)
            for statement in filter(str.strip, FILL.split(";\n")):
                company.execute(text(statement), {"people": people} if ":people" in statement else {})
            company.execute(text("vacuum analyze"))
        engine.dispose()
        setting = f"AMANAH_SYSTEM_{key.upper()}"
        told = books.MAP.replace("fides_key: books", f"fides_key: {key}").replace("dataset: books", f"dataset: {key}")
        told = told.replace("  books:\n", f"  {key}:\n").replace("AMANAH_SYSTEM_BOOKS", setting)
        told = told.replace("{email: {strategy: keyed_hash}}", "{email: {strategy: keyed_hash, exact: true}}")
        (maps / f"{key}.yml").write_text(told, encoding="utf-8")
        os.environ[setting] = f"{base}/{key}"


def _night() -> float:
    from include.duties.retention import plan_due

    begun = time.perf_counter()
    found = plan_due(AT)
    assert not found.counts["rows"], "nothing was to be due"
    return time.perf_counter() - begun


def _plans() -> tuple[int, float, float, str]:
    """Carry out the same plan over two systems, at once and in batches; return rows, seconds, and the batches."""
    from dataclasses import replace
    from uuid import UUID

    from sqlalchemy import text

    from include.duties.destruction.actions import allow
    from include.duties.retention import plan_due
    from include.duties.retention.carrying import carry_out
    from include.duties.retention.pace import RHYTHM
    from include.duties.retention.planning import open_plans
    from include.store import Role, begin
    from include.systems.connecting import in_one_go
    from include.systems.maps import all_maps

    later = datetime(2026, 10, 1, tzinfo=UTC)
    for plan in plan_due(later).halted:
        allow(UUID(plan["plan"]), plan["hash"], by="dpo", at=later)
    taken, systems = list[float](), {system.key: system for system in all_maps()}
    with begin(Role.DUTIES) as store:
        plans = {plan.system: plan for plan in open_plans(store, rule="session:technical")}
    for key, rhythm in (("books_a", replace(RHYTHM, large=10**12)), ("books_b", RHYTHM)):
        begun = time.perf_counter()
        with in_one_go():
            carry_out(plans[key], systems[key], later, os.environ, rhythm)
        taken.append(time.perf_counter() - begun)
    with begin(Role.DUTIES) as store:
        count, most = store.execute(
            text("select count(*), max(cast(counts ->> 'rows' as int)) from duties.destruction_batch")
        ).one()
    return plans["books_a"].counts["rows"], taken[0], taken[1], f"{count} batches, the largest of {most:,} rows"


def _people(count: int) -> list[float]:
    """Let people go one after the other, each found by their mailbox; return the seconds that each took."""
    from uuid import uuid4

    from sqlalchemy import text

    from include.duties.retention.elsewhere import destroy_elsewhere
    from include.store import Role, begin

    taken = list[float]()
    for number in range(1, count + 1):
        with begin(Role.DUTIES) as store:
            for key in SYSTEMS:
                store.execute(
                    text("insert into duties.elsewhere values (:id, :system, 'email', :value, :at)"),
                    {"id": uuid4(), "system": key, "value": f"person.{number}@people.example", "at": AT},
                )
        begun = time.perf_counter()
        done = destroy_elsewhere(AT)
        taken.append(time.perf_counter() - begun)
        assert done == {"destroyed": len(SYSTEMS)}, done
    return taken


if __name__ == "__main__":
    main()
