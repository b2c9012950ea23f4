"""What an intake costs from the file to the register, beside a bare COPY of the same rows into the same tables.

Run: `python tests/benchmarks/bench_intake.py [--rows 1000000] [--rounds 3]` (or `make bench`). Each round is a process
of its own on a database of its own: a new delivery, the same bytes again, the same rows in another order of bytes, and
one with one percent changed. Figures are medians; the machine's own speed is in the COPY, so look at the ratios.

With `--memory` it takes in one new delivery of a tenth of the rows and one of five times as many (100,000, 5,000,000),
each in a process of its own, and prints nothing but the peak memory of both: it has to stay under 1 GB.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

GOALS = {
    "of a bare COPY": 2.0,
    "the same bytes again": 0.15,
    "the same rows again": 0.15,
    "one percent changed": 0.20,
    "validation's share": 0.15,
}

SMALL, LARGE = 0.1, 5.0
"""Deliveries whose peak memory is compared, in shares of the rows."""
MOST_MEMORY = 1_024
"""MB that a process may hold, however many rows there are."""
NAIVE = 30_000
"""Rows of the naive way, which is too slow for more."""


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--memory", action="store_true", help="compare the peak memory of two sizes alone")
    arguments.add_argument("--round", choices=ROUNDS, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.round:
        print(json.dumps(ROUNDS[given.round](given.rows)))
        return
    if given.memory:
        sizes = [max(1, int(given.rows * share)) for share in (SMALL, LARGE)]
        _print_memory({rows: _in_a_process(rows, "memory")["memory"] for rows in sizes})
        return
    rounds = [_in_a_process(given.rows, "whole") for _ in range(given.rounds)]
    _print(given.rows, {name: statistics.median(round[name] for round in rounds) for name in rounds[0]})


def _in_a_process(rows: int, round: str) -> dict[str, float]:
    home = Path(tempfile.mkdtemp(prefix="amanah-bench-"))
    settings = {"AMANAH_HOME": str(home / "home"), "AMANAH_KEY": "1:" + "ab" * 32, "GX_ANALYTICS_ENABLED": "false"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AMANAH_")}
    command = [sys.executable, __file__, "--round", round, "--rows", str(rows)]
    try:
        done = subprocess.run(command, env=kept | settings, stdout=subprocess.PIPE, check=True, text=True)
        found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        return found
    finally:
        shutil.rmtree(home, ignore_errors=True)


def one_round(rows: int) -> dict[str, float]:
    from benchmarks.deliveries import deliver

    from include.store import EmbeddedServer, engine, home

    engine()
    folder = home().parent
    try:
        file = deliver(folder / "new.csv", rows)
        found = _night(file, "new", rows)
        found["copy"] = _bare_copy()
        found["naive"] = _naive(file, NAIVE)
        found["bytes again"] = _night(file, "bytes", rows)["total"]
        again = file.with_name("again.csv")
        again.write_bytes(file.read_bytes() + b"\n")
        found["rows again"] = _night(again, "rows", rows)["total"]
        changed = deliver(folder / "changed.csv", rows, changed=0.01)
        found["changed"] = _night(changed, "changed", rows)["total"]
        found["memory"] = _peak()
        return found
    finally:
        EmbeddedServer(home()).destroy()


def _one_night(rows: int) -> dict[str, float]:
    """Take in one new delivery, and nothing else that could hold memory."""
    from benchmarks.deliveries import deliver

    from include.store import EmbeddedServer, engine, home

    engine()
    try:
        _night(deliver(home().parent / "new.csv", rows), "new", rows)
        return {"memory": _peak()}
    finally:
        EmbeddedServer(home()).destroy()


ROUNDS: dict[str, Callable[[int], dict[str, float]]] = {"whole": one_round, "memory": _one_night}


def _night(file: Path, run: str, rows: int) -> dict[str, float]:
    """Take a file in, step by step as `take_in` does, and time each step."""
    from benchmarks.deliveries import CONTRACT

    from include.intake.checking import check
    from include.intake.landing.actions import land
    from include.intake.progress import Progress
    from include.intake.receiving import receive
    from include.intake.registering.actions import register
    from include.intake.side_by_side import prepare_all
    from include.law import now

    spent: dict[str, float] = {}

    def timed(step: str, work: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        done = work()
        spent[step] = time.perf_counter() - began
        print(f"  {run}: {step} {spent[step]:.1f} s", file=sys.stderr, flush=True)
        return done

    receipt = timed("receive", lambda: receive(CONTRACT, file, at=now(), run=run, reason="drill"))
    shards = timed("land", lambda: land(receipt.id, CONTRACT, at=now()))
    timed("check", lambda: check(receipt.id, CONTRACT, at=now()))
    timed("prepare", lambda: prepare_all(receipt.id, shards, CONTRACT, Progress("classifying")))
    counts = timed("register", lambda: register(receipt.id, CONTRACT, at=now()))
    assert counts["received"] == rows, counts
    spent["points"] = sum(counts["contact_points"].values())
    return spent | {"total": sum(value for step, value in spent.items() if step != "points")}


def _bare_copy() -> float:
    """Copy what is registered into empty tables with the same indexes and constraints; return the seconds it took."""
    import psycopg

    from include.store import owner_url

    tables, seconds = ("listing", "contact_point"), 0.0
    with psycopg.connect(owner_url().replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("create schema bare")
        for table in tables:
            connection.execute(f"create table bare.{table} (like register.{table} including all)")
        for column, target in (("listing_id", "bare.listing"), ("subject_id", "register.subject")):
            connection.execute(f"alter table bare.contact_point add foreign key ({column}) references {target} (id)")
        for table in tables:
            with tempfile.TemporaryFile() as rows:
                with (
                    connection.cursor() as cursor,
                    cursor.copy(f"copy (select * from register.{table}) to stdout (format binary)") as out,
                ):
                    for block in out:
                        rows.write(block)
                rows.seek(0)
                began = time.perf_counter()
                with (
                    connection.cursor() as cursor,
                    cursor.copy(f"copy bare.{table} from stdin (format binary)") as into,
                ):
                    while block := rows.read(1 << 20):
                        into.write(block)
                seconds += time.perf_counter() - began
        connection.execute("drop schema bare cascade")
    return seconds


def _naive(file: Path, rows: int) -> float:
    """Do with pandas and its `to_sql` what one would write first; return listings per second."""
    import pandas as pd
    import phonenumbers
    from email_validator import EmailNotValidError, validate_email
    from sqlalchemy import create_engine

    from include.store import owner_url

    def number(cell: str) -> str | None:
        try:
            found = phonenumbers.parse(cell, "SA")
        except phonenumbers.NumberParseException:
            return None
        return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)

    def mailbox(cell: str) -> str | None:
        try:
            return validate_email(cell, check_deliverability=False).normalized
        except EmailNotValidError:
            return None

    engine = create_engine(owner_url())
    began = time.perf_counter()
    frame = pd.read_csv(file, dtype=str, nrows=rows).fillna("")
    kinds = {"phone": frame["phone"].apply(number), "email": frame["email"].apply(mailbox), "address": frame["city"]}
    points = pd.concat(
        pd.DataFrame({"listing": frame["id"], "kind": kind, "value": values}) for kind, values in kinds.items()
    )
    personal = points["value"].str.startswith("+9665") | points["value"].str.contains("gmail")
    points["class"] = personal.map({True: "personal", False: "business"})
    frame.to_sql("naive_listing", engine, index=False, if_exists="replace")
    points.dropna().to_sql("naive_point", engine, index=False, if_exists="replace")
    spent = time.perf_counter() - began
    engine.dispose()
    return len(frame) / spent


def _peak() -> float:
    """Return the most memory that this process, or one that it started, held, in MB."""
    return max(resource.getrusage(whose).ru_maxrss for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024


def _print_memory(peaks: dict[int, float]) -> None:
    small, large = peaks.values()
    print("\n| listings | peak memory of a process | goal |\n|---|---|---|")
    for rows, peak in peaks.items():
        print(f"| {rows:,} | {peak:,.0f} MB | {MOST_MEMORY:,} MB |")
    print(f"{max(peaks) / min(peaks):,.0f} times the rows take {large / small:.2f} times the memory")


def _print(rows: int, found: dict[str, float]) -> None:
    total = found["total"]
    print(f"{rows:,} listings, {found['points']:,.0f} contact points, {len(os.sched_getaffinity(0))} cores")
    for step in ("receive", "land", "check", "prepare", "register"):
        print(f"  {step:10} {found[step]:8.1f} s {found[step] / total:6.1%}")
    print(f"  {'total':10} {total:8.1f} s, {rows / total:,.0f} listings/s; a bare COPY takes {found['copy']:.1f} s")
    print(f"  peak memory of a process {found['memory']:,.0f} MB")
    shares = {
        "of a bare COPY": total / found["copy"],
        "the same bytes again": found["bytes again"] / total,
        "the same rows again": found["rows again"] / total,
        "one percent changed": found["changed"] / total,
        "validation's share": found["check"] / total,
    }
    print(f"  the naive way, with pandas and to_sql: {found['naive']:,.0f} listings/s")
    print("\n| what | measured | goal |\n|---|---|---|")
    print(f"| listings/s | {rows / total:,.0f} | 25,000 |")
    print(f"| times the naive way | {rows / total / found['naive']:.1f} | 7.1 |")
    for name, share in shares.items():
        print(f"| {name} | {share:.2f} | {GOALS[name]:.2f} |")


if __name__ == "__main__":
    main()
