"""How long it takes from a refusal to its verified destruction, without Airflow: the answer, the plan, the second look.

Run: `python tests/benchmarks/bench_refusal.py [--people 1000] [--refusals 100] [--http]`. Each refusal is one person's,
with so many others in the register and in its landing files. With `--http` it is a click: the page is opened by the
link of a letter and its form sent to the portal, which a server of its own serves; `destroy_due` is begun when the
database tells of it, as Airflow's trigger does.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--people", type=int, default=1000)
    arguments.add_argument("--refusals", type=int, default=100)
    arguments.add_argument("--http", action="store_true")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="amanah-bench-") as folder:
        for name in [name for name in os.environ if name.startswith("AMANAH_")]:
            del os.environ[name]
        os.environ |= {"AMANAH_HOME": f"{folder}/home", "AMANAH_KEY": "1:" + "ab" * 32, "GX_ANALYTICS_ENABLED": "false"}
        measured = clicks if given.http else seconds
        took = measured(Path(folder), given.people, given.refusals)
    print(f"{given.people:,} people held, {given.refusals} refusals one after the other, each destroyed and verified")
    print(f"| from the {'click' if given.http else 'answer'} to the second look | seconds |")
    print("|---|--:|")
    print(f"| median | {statistics.median(took):.2f} |")
    print(f"| worst | {max(took):.2f} |")


def seconds(folder: Path, people: int, refusals: int) -> list[float]:
    from builders import Held, ask, person, terms
    from people_told import MORNING, says, tells

    from include.duties.consent import Outcome, refuse
    from include.duties.destruction.actions import destroy_due
    from include.store import EmbeddedServer, engine, home

    engine()
    try:
        Held(folder, terms()).delivers(person(number) for number in range(people))
        tells()
        took = []
        for row in ask("select id from register.subject limit :most", most=refusals):
            began = time.perf_counter()
            assert says(refuse, row.id, at=MORNING) is Outcome.RECORDED
            assert destroy_due(MORNING)["destroyed"] == 1
            took.append(time.perf_counter() - began)
        assert ask("select count(*) from duties.destruction where state <> 'verified'")[0][0] == 0
        return took
    finally:
        EmbeddedServer(home()).destroy()


def clicks(folder: Path, people: int, refusals: int) -> list[float]:
    """Refuse on the page: from the sending of the form to the verified destruction."""
    from builders import Held, ask, person, terms
    from people_told import MORNING, PORTAL, controller, tells
    from serving_here import served

    from include.duties.consent.waiting import listen
    from include.duties.destruction.actions import destroy_due
    from include.portal import create_app
    from include.store import EmbeddedServer, engine, home

    os.environ |= {"AMANAH_SIMULATED_NOW": MORNING.isoformat(), "AMANAH_KEY": "dev:" + "ab" * 32}
    engine()
    try:
        Held(folder, terms()).delivers(person(number) for number in range(people))
        letters = tells()[:refusals]
        took = []
        with served(create_app(controller())) as portal, ThreadPoolExecutor(1) as triggerer:
            for letter in letters:
                link = re.findall(rf"{PORTAL}(/p/[a-z2-7]{{40}})", letter.text)[0]
                seal = re.findall(r'name="seal" value="([^"]+)"', portal.get(link).text)[0]
                form = {"seal": seal, "choice": "refuse", "purpose": "business_contact"}
                heard = triggerer.submit(listen, 30)
                time.sleep(0.05)  # it listens
                began = time.perf_counter()
                assert portal.post(f"{link}/answer", data=form).status_code == 200
                assert heard.result()
                assert destroy_due(MORNING)["destroyed"] == 1
                took.append(time.perf_counter() - began)
        assert ask("select count(*) from duties.destruction where state = 'verified'")[0][0] == len(letters)
        return took
    finally:
        EmbeddedServer(home()).destroy()


if __name__ == "__main__":
    main()
