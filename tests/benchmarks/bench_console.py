"""How long each page of the console takes, over a register of so many contact points, and over a tenth of them.

Run: `python tests/benchmarks/bench_console.py [--points 10000000] [--times 30] [--beside 0]`. The pages are asked for
over HTTP, by the officer, one after the other, of the console as Airflow mounts it; the goal is 300 ms on two cores.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests/console")]

GOAL = 300
Ask = Callable[[], Any]


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--points", type=int, default=10_000_000)
    arguments.add_argument("--times", type=int, default=30)
    arguments.add_argument("--beside", type=int, help="another size to compare with; a tenth by itself, 0 for none")
    given = arguments.parse_args()
    beside = given.points // 10 if given.beside is None else given.beside
    sizes = (beside, given.points) if beside else (given.points,)
    measured = [_measured(points, given.times) for points in sizes]
    print("| page | " + " | ".join(f"{points:,}: median | worst" for points in sizes) + " |")
    print("|---|" + "--:|--:|" * len(sizes))
    for name in measured[0]:
        told = (f"{statistics.median(each[name]):.0f} ms | {max(each[name]):.0f} ms" for each in measured)
        print(f"| {name} | {' | '.join(told)} |")
    slow = [name for name, took in measured[-1].items() if max(took) > GOAL]
    print(f"over {GOAL} ms: {', '.join(slow) or 'none'}", flush=True)


def _measured(points: int, times: int) -> dict[str, list[float]]:
    """Give how many milliseconds each page took, every time; the first time too."""
    from benchmarks.console_world import fill
    from benchmarks.gate_world import business_world

    from include.law import now

    with business_world():
        began = time.perf_counter()
        fill(points, now())
        print(f"{points:,} contact points written in {time.perf_counter() - began:.0f} s", flush=True)
        with _served() as officer:
            return {name: [_milliseconds(ask) for _ in range(times)] for name, ask in _pages(officer, now()).items()}


@contextmanager
def _served() -> Iterator[Any]:
    """Serve the console on a port of this machine; give the officer's browser."""
    import uvicorn
    from fastapi import FastAPI
    from operators_here import PLACE, Visitor, signed_in

    from include.console import create_app

    outer = FastAPI(openapi_url=None)
    outer.mount(PLACE, create_app(signed_in))
    server = uvicorn.Server(uvicorn.Config(outer, port=0, access_log=False, log_level="warning"))
    running = threading.Thread(target=server.run)
    running.start()
    while not server.started:
        time.sleep(0.01)
    officer = Visitor(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", "dpo", "officer")
    try:
        yield officer
    finally:
        officer.http.close()
        server.should_exit = True
        running.join()


def _pages(officer: Any, at: datetime) -> dict[str, Ask]:
    """Give every page by name: those that are opened, and those that a form asks for."""
    from benchmarks.console_world import AUDIENCE, INCIDENT, MAILBOX, PERSON
    from sqlalchemy import text

    from include.console.forms import seal_for
    from include.duties.breach.incidents import id_of
    from include.store import Role, begin

    with begin(Role.DUTIES) as connection:
        undetermined = "from register.contact_point where class = 'undetermined'"
        point = connection.execute(text(f"select min(id) {undetermined}")).scalar_one()
        deep = connection.execute(text(f"select max(received_at) {undetermined}")).scalar_one()
        plan = connection.execute(text("select id from duties.destruction order by planned_at limit 1")).scalar_one()
        stop = connection.execute(text("select id from duties.stop order by asked_at limit 1 offset 30")).scalar_one()
        wrong = connection.execute(text("select request_id from duties.proposal limit 1")).scalar_one()
        sent = connection.execute(text("select id from channels.message where state = 'sent' limit 1")).scalar_one()
        late = connection.execute(text("select max(due_at) from duties.request where closed_at is null")).scalar_one()
    paths = {
        "today": "/", "review": "/review", "review, far behind": f"/review?after={int(deep.timestamp() * 1e6)}.{point}",
        "a point": f"/review/{point}", "people": "/people", "a person": f"/people/{PERSON}", "consent": "/consent",
        "consent, far behind": f"/consent?stops_before={stop}", "an audience": f"/consent/audience/{AUDIENCE}",
        "sources": "/sources", "a source": "/sources/bench", "requests": "/requests",
        "requests, far behind": f"/requests?after=open.{int(late.timestamp() * 1e6) - 10}.{UUID(int=0)}",
        "requests, closed": f"/requests?after=closed.{int(at.timestamp() * 1e6)}.{UUID(int=0)}",
        "a request": f"/requests/{wrong}", "notices": "/notices", "messages": "/notices/source_notice/email/sent",
        "a message": f"/notices/message/{sent}", "breach": "/breach",
        "an incident": f"/breach/{id_of(INCIDENT, rehearsal=False)}", "records": "/records",
        "a register": "/records/disclosures",
        "retention": "/retention", "retention, far behind": f"/retention?before={plan}", "rules": "/retention/rules",
        "proofs": "/retention/proofs", "evidence": "/evidence", "events": "/evidence/value_read", "law": "/law",
    }  # fmt: skip

    def opened(path: str) -> Ask:
        return lambda: officer.get(path)

    def posted(path: str, **fields: str) -> Ask:
        return lambda: officer.http.post(path, data=fields | {"seal": seal_for("dpo", path, at)})

    forms = {
        "find by a contact": posted("/people/find", contact=MAILBOX),
        "read a person": posted(f"/people/{PERSON}/read", reason="person_asked"),
        "what would go": posted(f"/people/{PERSON}/would"),
        "read a point": posted(f"/review/{point}/read"),
        "read a request": posted(f"/requests/{wrong}/read"),
    }
    return {name: opened(path) for name, path in paths.items()} | forms


def _milliseconds(ask: Ask) -> float:
    began = time.perf_counter()
    answer = ask()
    took = (time.perf_counter() - began) * 1000
    assert answer.status_code in (200, 303), answer.status_code
    return took


if __name__ == "__main__":
    main()
