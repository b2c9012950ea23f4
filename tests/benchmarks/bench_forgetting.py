"""What it costs to let people go from another system, beside the best deletes that a hand writes for the same rows.

Run: `python tests/benchmarks/bench_forgetting.py [--customers 500000]`. Five tables, ten rows a customer; one customer
in five goes, and addresses that another one still has stay. Both delete the same rows of two copies of one database.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

MADE = """
create table address (id bigint primary key, street text not null);
create table customer (id bigint primary key, address_id bigint references address, email text not null);
create table purchase (id bigint primary key, customer_id bigint not null references customer, total int not null);
create table line (id bigint primary key, purchase_id bigint not null references purchase, item text not null);
create table ticket (id bigint primary key, customer_id bigint not null references customer, words text not null);
insert into address select n, 'Street ' || n from generate_series(1, :people) n;
insert into customer select n, 1 + n * 7 % :people * 9 / 10, 'person.' || n || '@people.example'
  from generate_series(1, :people) n;
insert into purchase select n, 1 + n % :people, n % 1000 from generate_series(1, :people * 3) n;
insert into line select n, 1 + n % (:people * 3), 'item ' || n % 100 from generate_series(1, :people * 4) n;
insert into ticket select n, 1 + n % :people, 'words ' || n from generate_series(1, :people) n;
create index on customer (address_id);
create index on purchase (customer_id);
create index on line (purchase_id);
create index on ticket (customer_id);
"""
WHO = "select id from customer where id % 5 = 0"
BY_HAND = f"""
create temp table going as {WHO};
analyze going;
create temp table freed as select distinct address_id as id from customer join going using (id);
delete from line using purchase, going where line.purchase_id = purchase.id and purchase.customer_id = going.id;
delete from purchase using going where purchase.customer_id = going.id;
delete from ticket using going where ticket.customer_id = going.id;
delete from customer using going where customer.id = going.id;
delete from address using freed where address.id = freed.id
   and not exists (select from customer where customer.address_id = address.id);
drop table going, freed;
"""
TABLES = ("address", "customer", "purchase", "line", "ticket")


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--customers", type=int, default=500_000)
    arguments.add_argument("--rounds", type=int, default=3)
    given = arguments.parse_args()
    from include.store import EmbeddedServer

    with tempfile.TemporaryDirectory(prefix="amanah-bench-") as folder:
        server = EmbeddedServer(Path(folder) / "server")
        url = server.ensure().superuser_url
        try:
            rounds = [_round(url, given.customers, number) for number in range(given.rounds)]
        finally:
            server.destroy()
    hand, ours, alone = (statistics.median(column) for column in zip(*rounds, strict=True))
    print("| medians of", given.rounds, "rounds | seconds | ratio |")
    print("|---|--:|--:|")
    print(f"| deletes written by hand | {hand:.1f} | 1.00 |")
    print(f"| planned, hashed, deleted | {ours:.1f} | {ours / hand:.2f} |")
    print(f"| of that: the plan | {alone:.1f} | {alone / hand:.2f} |")


def _round(url: str, people: int, number: int) -> tuple[float, float, float]:
    from sqlalchemy import create_engine, text

    base, _, _ = url.rpartition("/")
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    name = f"shop_{number}"
    with server.connect() as connection:
        connection.execute(text(f"create database {name}"))
        shop = create_engine(f"{base}/{name}")
        with shop.begin() as made:
            for statement in filter(str.strip, MADE.split(";\n")):
                made.execute(text(statement), {"people": people} if ":people" in statement else {})
        with shop.connect().execution_options(isolation_level="AUTOCOMMIT") as settled:
            settled.execute(text("vacuum analyze"))
        shop.dispose()
        connection.execute(text(f"create database {name}_copy template {name}"))
        connection.execute(text("checkpoint"))
    copy = create_engine(f"{base}/{name}_copy")
    first = (shop, copy) if number % 2 else (copy, shop)
    by_hand, hand_left = _by_hand(first[0])
    with server.connect() as connection:
        connection.execute(text("checkpoint"))
    ours, planned, left = _by_us(first[1], people)
    if hand_left != left:
        raise SystemExit(f"both should leave the same rows: {hand_left} and {left}")
    gone = people * 10 - sum(left)
    print(
        f"round {number + 1}: {gone:,} of {people * 10:,} rows; by hand {by_hand:.1f} s, ours {ours:.1f} s", flush=True
    )
    for engine in (shop, copy):
        engine.dispose()
    return by_hand, ours, planned


def _by_hand(engine: object) -> tuple[float, list[int]]:
    from sqlalchemy import Engine, text

    assert isinstance(engine, Engine)
    began = time.perf_counter()
    with engine.begin() as connection:
        for statement in filter(str.strip, BY_HAND.split(";\n")):
            connection.execute(text(statement))
    return time.perf_counter() - began, _left(engine)


def _by_us(engine: object, people: int) -> tuple[float, float, list[int]]:
    from sqlalchemy import Engine, column, select, table, text

    from include.systems import Subjects, forget, plan

    assert isinstance(engine, Engine)
    customer = table("customer", column("id"))
    everybody = Subjects("customer", select(customer.c.id).where(text("id % 5 = 0")), at_most=people)
    with engine.begin() as connection:
        began = time.perf_counter()
        planned = plan(connection, _shop(), everybody)
        plan_took = time.perf_counter() - began
    began = time.perf_counter()
    with engine.begin() as connection:
        forget(connection, _shop(), everybody, planned=planned.hash)
    return time.perf_counter() - began, plan_took, _left(engine)


def _shop() -> object:
    from include.systems import Column, Edge, EdgeKind, End, System, Table

    columns = {
        "address": ("id", "street"), "customer": ("id", "address_id", "email"),
        "purchase": ("id", "customer_id", "total"), "line": ("id", "purchase_id", "item"),
        "ticket": ("id", "customer_id", "words"),
    }  # fmt: skip
    edges = [
        ("customer", "id", "purchase", "customer_id", EdgeKind.OWNED, "target"),
        ("purchase", "id", "line", "purchase_id", EdgeKind.OWNED, "target"),
        ("customer", "id", "ticket", "customer_id", EdgeKind.OWNED, "target"),
        ("customer", "address_id", "address", "id", EdgeKind.SHARED, "holder"),
    ]
    return System(
        key="shop",
        tables=tuple(
            Table(name=n, key=("id",), subject=n == "customer", columns=tuple(Column(name=c) for c in cs))
            for n, cs in columns.items()
        ),
        edges=tuple(
            Edge(holder=End(table=h, columns=(hc,)), target=End(table=t, columns=(tc,)), kind=kind, pointing=pointing)
            for h, hc, t, tc, kind, pointing in edges
        ),
    )


def _left(engine: object) -> list[int]:
    from sqlalchemy import Engine, text

    assert isinstance(engine, Engine)
    with engine.connect() as connection:
        return [int(connection.execute(text(f"select count(*) from {name}")).scalar_one()) for name in TABLES]


if __name__ == "__main__":
    main()
