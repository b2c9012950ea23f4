"""How many contact points a second the gate judges: as a library, and over HTTP with its key, in batches.

Run: `python tests/benchmarks/bench_gate.py [POINTS] [BATCH] [SECONDS]` (200,000, 1,000 and 10).
"""

from __future__ import annotations

import os
import random
import resource
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
MEMBERS = """
insert into duties.audience_member select audience.id, point.id from duties.audience, register.contact_point point
"""
ASKING = 4
"""Requests under way at once."""


def main() -> None:
    from benchmarks.gate_world import AUDIENCE, business_world, fill
    from sqlalchemy import text

    from include.api.keys import issue_key
    from include.law import now
    from include.store import Role, begin

    points, batch, seconds = (int(given) for given in [*sys.argv[1:], *("200000", "1000", "10")[len(sys.argv) - 1 :]])
    with business_world():
        fill(points)
        with begin(Role.DUTIES) as connection:
            ids = list(connection.execute(text("select id from register.contact_point where kind = 'email'")).scalars())
            connection.execute(text(AUDIENCE))
            connection.execute(text(MEMBERS))
            key = issue_key(connection, "bench", "mailer", days=1, at=now())
        print(f"{points:,} contact points, batches of {batch:,}, {os.cpu_count()} cores")
        library(ids, batch, seconds)
        library(ids, 10_000, seconds)
        library(ids, 1, min(seconds, 3))
        http(ids, batch, seconds, key)


def library(ids: list[int], batch: int, seconds: float) -> None:
    from include.duties.marketing import may_use
    from include.law import now
    from include.store import Role, begin

    done, began, cpu = 0, time.perf_counter(), time.process_time()
    while time.perf_counter() - began < seconds:
        with begin(Role.DUTIES) as connection:
            done += len(may_use(connection, random.sample(ids, batch), "promotion", now(), channel="email"))
    spent = time.perf_counter() - began
    print(f"library, {batch:,} at once: {done / spent:,.0f} checks/s ({time.process_time() - cpu:.1f} s of our CPU)")


def http(ids: list[int], batch: int, seconds: float, key: str) -> None:
    import httpx

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "include", "api", "--port", str(port), "--workers", "2"]
    server = subprocess.Popen(command, cwd=ROOT)
    url, before = f"http://127.0.0.1:{port}", resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        for _ in range(300):
            try:
                httpx.get(f"{url}/healthz")
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        end, began = time.perf_counter() + seconds, time.perf_counter()

        def ask(_: int) -> tuple[int, list[float]]:
            done, took = 0, []
            with httpx.Client(headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
                while time.perf_counter() < end:
                    body = {"purpose": "promotion", "channel": "email", "points": random.sample(ids, batch)}
                    sent = time.perf_counter()
                    answer = client.post(f"{url}/v1/may-use", json=body)
                    took.append(time.perf_counter() - sent)
                    assert answer.status_code == 200, answer.text
                    done += len(answer.json()["verdicts"])
            return done, took

        with ThreadPoolExecutor(ASKING) as pool:
            told = list(pool.map(ask, range(ASKING)))
        spent = time.perf_counter() - began
        took = sorted(each for _, all_of in told for each in all_of)
        done = sum(count for count, _ in told)
        print(
            f"HTTP, {batch:,} at once, {ASKING} asking: {done / spent:,.0f} checks/s, "
            f"median {took[len(took) // 2] * 1000:.0f} ms, 99 % {took[int(len(took) * 0.99)] * 1000:.0f} ms a request"
        )
    finally:
        server.terminate()
        server.wait(timeout=30)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(f"the API's own CPU: {after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime:.1f} s")


if __name__ == "__main__":
    main()
