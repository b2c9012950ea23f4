"""How long it takes to find one person among many in the register and five other systems, and to make their copy.

Run: `python tests/benchmarks/bench_rights.py [--rows 10000000] [--people 200] [--copies 5]`. Each system is a database
of its own with as many accounts as the register has people, and an invoice and a session for each. Everybody who is
looked for is another one; the order is by chance, with one seed. One more is looked for while every question is
explained by its database: where one reads a whole table, the benchmark fails.

The world is written by the database itself, without its indexes, which are made afterwards; the first system is copied.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

SYSTEMS = 5
WARM = 5
"""So many are looked for before it counts."""
AT = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
LARGE = ("account", "invoice", "session", "subject", "identity", "listing", "contact_point")
"""Tables that nobody reads whole to find one person; partitions are called after them."""
SETTINGS = "set synchronous_commit = off; set maintenance_work_mem = '512MB'; set session_replication_role = replica"
"""Of the session that fills: references are right by themselves, and asked about row by row."""
BOOKS = """
create table account (id integer not null, email text not null, ended_on date);
create table invoice (id integer not null, account_id integer not null, buyer text, remark text,
                      issued_on date not null);
create table session (id integer not null, account_id integer not null, ip text not null,
                      seen_at timestamp with time zone not null);
create table recording (id integer primary key, account_id integer not null, path text,
                        began_at timestamp with time zone not null);
insert into account select n, 'person.' || n || '@people.example', null from generate_series(1, :rows) n;
insert into invoice select n, n, 'Owner', 'wants to be called', date '2026-02-20' from generate_series(1, :rows) n;
insert into session select n, n, '192.0.2.1', timestamptz '2026-02-20' from generate_series(1, :rows) n;
alter table account add primary key (id);
alter table invoice add primary key (id);
alter table session add primary key (id);
create unique index on account (email);
create index on invoice (account_id);
create index on session (account_id);
create index on recording (account_id);
"""
REGISTER = """
create function pg_temp.person(n bigint) returns uuid language sql immutable
    return overlay(overlay(md5(n::text) placing '4' from 13) placing '8' from 17)::uuid;
insert into register.source select 'sample_guide', 'public_directory', 'sa', 'public_source', 'DOC-1', null,
       '{business_contact}', null, '\\x00', '{"title": {"ar": "x", "en": "Sample Guide"}, "columns": {}}', now(), now();
insert into register.subject (id, jurisdiction, language, created_at)
select pg_temp.person(n), 'sa', 'ar', now() from generate_series(1, :rows) n;
insert into register.identity select sha256(convert_to('e' || n, 'UTF8')), pg_temp.person(n)
  from generate_series(1, :rows) n;
insert into register.listing (id, source_key, row_key, fingerprint, state, name_class, name_holds_person, fields,
       provenance, country, language, opted_out, received_at, first_delivery_id, last_delivery_id, changed_at)
overriding system value
select n, 'sample_guide', sha256(convert_to('r' || n, 'UTF8')), '\\x00', 'active', 'person', true, '{"city": "x"}',
       '{}', 'SA', 'ar', false, now(), md5('d')::uuid, md5('d')::uuid, now() from generate_series(1, :rows) n;
insert into register.contact_point (id, listing_id, kind, key, value, normalised, number_type, traits, unparsed,
       source_column, delivery_id, received_at, class, score, reasons, edition, rules, decided_at, decided_by,
       permission, subject_id)
overriding system value
select n, n, 'email', sha256(convert_to('e' || n, 'UTF8')), 'person.' || n || '@people.example',
       'person.' || n || '@people.example', null, '{}', null, 'email', md5('d')::uuid, now(), 'personal', 1, '{}',
       'sa-2024-09-14', 'rules/1', now(), 'rules', 'blocked', pg_temp.person(n) from generate_series(1, :rows) n;
"""
KNOWN = """
update register.contact_point set key = :key where id = :n and listing_id = :n;
update register.identity set key = :key where key = sha256(convert_to('e' || :n, 'UTF8'));
"""
INDEXES = """
select format('drop index %I.%I', spaces.nspname, classes.relname) as gone, pg_get_indexdef(classes.oid) as made
  from pg_index indexes join pg_class classes on classes.oid = indexes.indexrelid
  join pg_namespace spaces on spaces.oid = classes.relnamespace
 where spaces.nspname = 'register' and not classes.relispartition
   and not exists (select from pg_constraint where conindid = classes.oid)
   and indexes.indrelid in ('register.subject'::regclass, 'register.identity'::regclass, 'register.listing'::regclass,
                            'register.contact_point'::regclass)
"""


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=10_000_000)
    arguments.add_argument("--people", type=int, default=200)
    arguments.add_argument("--copies", type=int, default=5)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="amanah-bench-") as folder:
        for name in [name for name in os.environ if name.startswith("AMANAH_")]:
            del os.environ[name]
        os.environ |= {"AMANAH_HOME": f"{folder}/home", "AMANAH_KEY": "1:" + "ab" * 32}
        _measure(Path(folder), given.rows, given.people, given.copies)


def _measure(folder: Path, rows: int, people: int, copies: int) -> None:
    from include.store import EmbeddedServer, engine, home
    from include.systems.connecting import in_one_go

    engine()
    server = EmbeddedServer(home())
    try:
        chosen = random.Random(7).sample(range(1, rows + 1), people + WARM)
        _fill(folder, server.ensure().superuser_url, rows, chosen)
        with in_one_go():  # as a run that answers many does: connections and what tables look like are kept
            found = [_find(number) for number in chosen][WARM:]
            with _explained() as whole:
                _find(chosen[0])
        if whole:
            raise SystemExit(f"these tables are read whole to find one person: {', '.join(sorted(whole))}")
        made = [_copy(number) for number in chosen[:copies]]
    finally:
        from include.store.engine import dispose

        dispose()
        server.destroy()
    found.sort()
    print(f"{rows:,} people in the register and in each of {SYSTEMS} systems; {people} looked for, {copies} copied")
    print("| | seconds |")
    print("|---|--:|")
    print(f"| finding one person everywhere, median | {statistics.median(found):.3f} |")
    print(f"| p99 | {found[int(len(found) * 0.99) - 1]:.3f} |")
    print(f"| a full copy, with its pages, median | {statistics.median(made):.2f} |")
    print("Every question of the finder is answered by an index.")


def _fill(folder: Path, url: str, rows: int, chosen: Iterable[int]) -> None:
    import books

    from include.store import keyed, owner_url

    (folder / "maps").mkdir()
    base, began = url.rpartition("/")[0], time.monotonic()
    for number in range(SYSTEMS):
        name, as_first = f"books_{number}", "" if number == 0 else " template books_0 strategy file_copy"
        _run(url, [f"create database {name}{as_first}"], rows)
        if number == 0:
            _run(f"{base}/{name}", [*SETTINGS.split(";"), *BOOKS.split(";\n"), "vacuum analyze"], rows)
        told = books.MAP.replace("books", name).replace("AMANAH_SYSTEM_BOOKS", f"AMANAH_SYSTEM_{number}")
        told = told.replace("{strategy: keyed_hash}", "{strategy: keyed_hash, exact: true}")
        (folder / "maps" / f"{name}.yml").write_text(told, encoding="utf-8")
        os.environ[f"AMANAH_SYSTEM_{number}"] = f"{base}/{name}"
    print(f"{SYSTEMS} systems are filled after {time.monotonic() - began:.0f} seconds", flush=True)
    os.environ["AMANAH_SYSTEMS"] = str(folder / "maps")
    register = f"{base}/{owner_url().rpartition('/')[2]}"
    indexes = _asked(register, INDEXES)
    gone, again = [each[0] for each in indexes], [each[1].replace(" ON ONLY ", " ON ") for each in indexes]
    _run(register, [*SETTINGS.split(";"), *gone, *REGISTER.split(";\n"), *again, "vacuum analyze"], rows)
    for each in chosen:
        key = keyed("email", f"person.{each}@people.example")
        _run(owner_url(), KNOWN.split(";\n"), rows, key=key, n=each)
    print(f"the register is filled after {time.monotonic() - began:.0f} seconds", flush=True)


def _asked(url: str, query: str) -> list[tuple[str, str]]:
    from sqlalchemy import create_engine, text

    engine = create_engine(url)
    with engine.connect() as connection:
        found = [(str(row[0]), str(row[1])) for row in connection.execute(text(query.replace("::", "\\:\\:")))]
    engine.dispose()
    return found


def _run(url: str, statements: Iterable[str], rows: int, **values: Any) -> None:
    from sqlalchemy import create_engine, text

    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in filter(str.strip, statements):
            given = {**values, **({"rows": rows} if ":rows" in statement else {})}
            connection.execute(text(statement), {k: v for k, v in given.items() if f":{k}" in statement})
    engine.dispose()


@contextmanager
def _explained() -> Iterator[set[str]]:
    """Let every database explain what it is asked while the block runs; gives the large tables that it reads whole."""
    from sqlalchemy import Engine, event

    whole = set[str]()

    def explain(connection: Any, _cursor: Any, statement: str, given: Any, _context: Any, _many: bool) -> None:
        if not statement.lstrip().lower().startswith(("select", "with", "insert")):
            return
        with connection.connection.driver_connection.cursor() as own:
            own.execute(f"explain {statement}", given or None)
            told = "\n".join(row[0] for row in own.fetchall())
        whole.update(name for name in LARGE if re.search(rf"Seq Scan on {name}(_[a-z0-9_]+)?\b", told))

    event.listen(Engine, "before_cursor_execute", explain)
    try:
        yield whole
    finally:
        event.remove(Engine, "before_cursor_execute", explain)


def _find(number: int) -> float:
    """Find one person by their mailbox: who they are in the register, their contacts, and where else they are."""
    from sqlalchemy import text

    from include.duties.packages.people import people_in
    from include.duties.packages.register import STEPS
    from include.store import Role, begin, keyed
    from include.systems.connecting import address_of, connected
    from include.systems.maps import all_maps

    began = time.perf_counter()
    mailbox = f"person.{number}@people.example"
    with begin(Role.DUTIES) as store:
        asked = text("select subject_id from register.identity where key = :key")
        subject = store.execute(asked, {"key": keyed("email", mailbox)}).scalar_one()
        known = [(row.kind, row.value) for row in STEPS.rows(store, "reachable", {"subject": subject})]
    for system in all_maps():
        with connected(address_of(system)) as connection:
            if not people_in(connection, system, known, lambda value: value == mailbox).rows:
                raise SystemExit("somebody was not found")
    return time.perf_counter() - began


def _copy(number: int) -> float:
    """Make one whole copy: gathered, redacted, printed, packed and sealed."""
    from packages_opened import asks
    from people_told import controller

    from include.duties.packages import prepare

    request = asks(f"person.{number}@people.example", at=AT)
    began = time.perf_counter()
    made = prepare(request, AT, controller=controller())
    if made is None or made.rows < 3 * SYSTEMS:
        raise SystemExit("the copy is not whole")
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
