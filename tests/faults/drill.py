"""Kill processes of the pipeline at random moments and compare what stands in the end with an undisturbed run.

    python tests/faults/drill.py --kills 100 --airflow 20     100 kills, 20 of them of a live Airflow's processes
    python tests/faults/drill.py --seed 7                     one kill again, of the plan that this seed draws
    python tests/faults/drill.py --planted proof_apart        with a bug put in on purpose: it should be found

Results are lines of `kills.jsonl` in the folder that AMANAH_FAULTS names; a drill that was stopped goes on with the
next seed, and ends with a table. Exit code 1 where anything was different.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from dying import Processes
from fault_results import Kill, Results, results_folder
from fault_rounds import Drill, plan_of
from fault_servers import MailServer, database_in
from fault_story import story_in
from worlds import Worlds

PLANTED = Path(__file__).resolve().parent / "planted"
ROOM = 4_000_000_000
"""Bytes free in memory for the servers' data to lie there."""


def main(words: Sequence[str] | None = None) -> int:
    """Read the command line, drill, print the table."""
    given = _parser().parse_args(words)
    for each in (signal.SIGTERM, signal.SIGINT):  # also where it was started in the background
        signal.signal(each, lambda *_: sys.exit(1))
    folder = results_folder()
    name = f"planted-{given.planted}.jsonl" if given.planted else "kills.jsonl"
    of_airflow = 0 if given.planted else given.airflow  # a bug is put into the processes alone
    wanted = {"processes": max(0, given.kills - of_airflow), "airflow": of_airflow}
    results = Results(folder / name, wanted)
    print(f"Results are kept in {results.file}; what the processes say, in {folder / 'processes.log'}.", flush=True)
    with (folder / "processes.log").open("ab") as log, ground() as place:
        os.dup2(log.fileno(), 2)
        if given.seed is not None:
            kill = next(kills_of_processes(place / "one", [given.seed], given.planted, given.only))
            print(kill, flush=True)
            return int(bool(kill.said))
        if results.missing("processes"):
            _processes(results, place, given.planted, given.only)
        if results.missing("airflow"):
            _airflow(results, place)
    print(results.table(), flush=True)
    return int(any(kill.said for kill in results.kills))


def kills_of_processes(
    folder: Path,
    seeds: Sequence[int],
    planted: str = "",
    only: str = "",
    victims: Sequence[str] = (),
    *,
    until: str = "",
) -> Iterator[Kill]:
    """Tell the story (`until` a step) once undisturbed, then once for each seed with the kill that it draws."""
    (folder / "inbox").mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        if planted:
            patch.setenv("PYTHONPATH", str(PLANTED), prepend=os.pathsep)
            patch.setenv("AMANAH_PLANTED", planted)
        with (
            database_in(folder) as database,
            closing(Processes()) as processes,
            closing(Worlds(database.info, folder)) as worlds,
            closing(MailServer(folder / "mail")) as mail,
        ):
            story = story_in(folder / "inbox")
            names = [step.name for step in story]
            steps = story[: names.index(until) + 1] if until else story
            drill = Drill(worlds, database, mail, processes, steps)
            for seed in seeds:
                verdict = drill.with_a_kill(plan_of(seed, drill.steps, only, victims))
                yield Kill(
                    "processes", seed, verdict.plan.victim, verdict.step, round(verdict.after, 4), verdict.hit,
                    verdict.again, verdict.twice, verdict.said,
                )  # fmt: skip


@contextmanager
def ground() -> Iterator[Path]:
    """Give a folder for the servers' data, in memory where there is room; what an earlier drill left there goes."""
    memory = Path("/dev/shm")
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    place = (memory if roomy else results_folder()) / f"amanah-drill-{os.getuid()}-{os.getpid()}"
    place.mkdir(mode=0o700)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _processes(results: Results, place: Path, planted: str, only: str) -> None:
    first = results.next_seed("processes")
    seeds = range(first, first + 10 * results.missing("processes"))
    with closing(kills_of_processes(place / "processes", seeds, planted, only)) as kills:
        for kill in kills:
            results.add(kill)
            print(results.progress(), flush=True)
            if not results.missing("processes"):
                return


def _airflow(results: Results, place: Path) -> None:
    from fault_airflow import kills_of_airflow

    with closing(kills_of_airflow(place / "airflow", results.next_seed("airflow"))) as kills:
        for kill in kills:
            results.add(kill)
            print(results.progress(), flush=True)
            if not results.missing("airflow"):
                return


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Kill processes of the pipeline and compare what stands in the end.")
    parser.add_argument("--kills", type=int, default=100, help="kills in all")
    parser.add_argument("--airflow", type=int, default=20, help="so many of them of a live Airflow's processes")
    parser.add_argument("--seed", type=int, help="repeat the one kill that this seed draws")
    parser.add_argument("--only", default="", help="aim at the steps of this name, such as relay")
    parser.add_argument("--planted", default="", choices=["", "proof_apart"], help="put this bug in")
    return parser


if __name__ == "__main__":
    sys.exit(main())
