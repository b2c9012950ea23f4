"""The demo from its first line to its last: put everything up, run the main job through Airflow, show, take it down."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from rich.console import Console

from include.channels.catcher import MailCatcher
from include.commands.demo import report
from include.commands.demo.airflow import AirflowPlace, airflow_place, free_port
from include.commands.demo.asking import ask_for_a_copy, clocks_of_requests
from include.commands.demo.booting import boot, migrating, require_alive
from include.commands.demo.company import prepare
from include.commands.demo.officer import Officer
from include.commands.demo.portal import Portal
from include.commands.demo.processes import Processes
from include.commands.demo.rehearsing import ANSWERS, clocks_of_breaches, note_rehearsal, run_of
from include.commands.demo.retaining import CASE, hold_for_the_court, what_went
from include.commands.demo.runs import Runs
from include.commands.demo.samples import write_samples
from include.commands.demo.surroundings import (
    leave_real_settings,
    only_one,
    settings_of_the_demo,
    suppress_those_who_opted_out,
)
from include.law import load_controller, now
from include.store import EmbeddedServer, engine, home, private_folder
from include.store.home import write_private

__all__ = ["Story"]

PORTAL_PORT = 8081
CHAIN = ("notify_subjects", "relay_outbox", "refresh_audience", "seal_evidence", "watch_promises")
"""What has to have run, in this order, after the last delivery."""

NIGHT = ("check_coverage", "enforce_retention")
"""What looks after the company's other databases; the officer answers the second."""

RIGHTS, BREACH = "answer_requests", "respond_to_breach"

POLITE = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Story:
    """One run of the demo in `home()`."""

    def __init__(self) -> None:
        os.umask(0o077)
        self.console = Console(highlight=False, soft_wrap=True)
        self.interrupted = False
        self.left_out = leave_real_settings()
        self.begun, self.since = time.monotonic(), now()
        self.processes = Processes(private_folder("demo") / "processes.json", private_folder("airflow", "logs"))

    def play(self, *, stay: bool) -> int:
        """Tell the whole story; return the exit code. With `stay` the UI is left open until somebody ends it."""
        with only_one(private_folder("demo") / "lock"), self._interruptible():
            try:
                self._tell(stay=stay)
            except BaseException:
                # Broken off at any point, whatever was under way may fail with an error of its own.
                if not self.interrupted:
                    raise
                self.say("interrupted")
                return 130
            finally:
                with _uninterruptible():
                    self._take_down()
        return 0

    def clear_up(self) -> None:
        """Stop what a demo left running, and the embedded server."""
        with only_one(private_folder("demo") / "lock"):
            self._take_down()

    def say(self, line: str) -> None:
        """Print a line with the seconds since the beginning."""
        self.console.print(f"[dim]{time.monotonic() - self.begun:6.1f} s[/dim]  ", end="")
        self.console.print(line, markup=False)

    def _tell(self, *, stay: bool) -> None:
        if self.left_out:
            self.say(f"left out, so that nothing real meets invented people: {', '.join(self.left_out)}")
        if stale := self.processes.stop():
            self.say(f"stopped what an earlier demo left running: {', '.join(stale)}")
        engine()
        self.say("PostgreSQL is up and migrated")
        inbox, mails = private_folder("demo", "inbox"), private_folder("demo", "mail")
        with MailCatcher(mails) as catcher:
            pages = Portal(free_port(PORTAL_PORT))
            books = prepare(EmbeddedServer(home()).ensure(), private_folder("demo", "recordings"), now())
            self.say("the company's books lie beside it, a database of their own with a data map")
            place = airflow_place(settings_of_the_demo(inbox, catcher.port, pages.url) | books)
            sources = self._prepare(place, inbox)
            pages.start(self.processes, place.environment)
            airflow = boot(place, self.processes)
            self.say(f"Airflow is up at {place.url}, the pages for the people concerned at {pages.url}")
            officer = Officer(place.url, "dpo", place.passwords["dpo"], self.say, forms=ANSWERS)
            runs = Runs(airflow, self.since, place.logs, self.say, lambda: self._mind(officer))
            self._run(runs, sources)
            rehearsal = self._ask_and_rehearse(runs)
            self._retain(runs, books)
            if rehearsal:
                runs.wait_for([BREACH], rehearsal)
            self._show()
            if stay:
                self._stay(place, mails, pages)

    def _prepare(self, place: AirflowPlace, inbox: Path) -> list[str]:
        """Write the sample files while Airflow's database is made ready; return the sources' keys."""
        with migrating(place, self.processes):
            files = write_samples(inbox)
            self.say(f"sample directories written: {', '.join(path.name for path in files.values())}")
            suppress_those_who_opted_out(now())
        return list(files)

    def _run(self, runs: Runs, sources: list[str]) -> None:
        collects = [f"collect_{source}" for source in sources]
        name = f"demo__{self.since:%Y-%m-%dT%H:%M:%S.%f}"
        runs.wait_for_dags([*collects, *CHAIN])
        runs.run({dag: {"reason": "new_file"} for dag in collects}, name)
        runs.complete(CHAIN, {dag: {"reason": "drill"} for dag in CHAIN}, name)

    def _mind(self, officer: Officer) -> None:
        require_alive(self.processes)
        for dag in (NIGHT[-1], BREACH):
            officer.look(dag)

    def _ask_and_rehearse(self, runs: Runs) -> str | None:
        """Let somebody ask for a copy, and rehearse a breach; return the run that begins by itself for the latter."""
        runs.wait_for_dags([RIGHTS, BREACH, "ready_for_breach"])
        if breach := note_rehearsal(now()):
            self.say("a rehearsal of a breach is noted: 72 hours from when it was known, and no message leaves")
        if reference := ask_for_a_copy(load_controller(home() / "controller.yml"), now()):
            self.say(f"somebody asks for a copy of what is held of them: request {reference}")
            runs.run({RIGHTS: {"reason": "drill"}}, f"asked__{self.since:%Y-%m-%dT%H:%M:%S.%f}")
        return run_of(breach) if breach else None

    def _retain(self, runs: Runs, books: Mapping[str, str]) -> None:
        """Run the night over the company's books, with an officer who answers."""
        if hold_for_the_court(books, now()):
            self.say(f"a legal hold is placed on one of the accounts: {CASE}")
        runs.wait_for_dags(NIGHT)
        runs.run({NIGHT[0]: {"reason": "drill"}}, f"night__{self.since:%Y-%m-%dT%H:%M:%S.%f}")
        conf = {"reason": "drill", "dry_run": False}
        runs.run({NIGHT[1]: conf}, f"night__{self.since:%Y-%m-%dT%H:%M:%S.%f}")

    def _show(self) -> None:
        from include.commands.audiences_held import audiences
        from include.commands.status import summary

        found: dict[str, Any] = summary(self.since)
        found["audiences"] = audiences(self.since)
        found["retention"] = what_went(self.since)
        found["requests"], found["breaches"] = clocks_of_requests(self.since), clocks_of_breaches()
        found["seconds"] = round(time.monotonic() - self.begun, 1)
        file = home() / "demo.json"
        write_private(file, json.dumps(found, indent=1))
        report.show(self.console, found)
        self.say(f"the same as data: {file}")

    def _stay(self, place: AirflowPlace, mails: Path, pages: Portal) -> None:
        self.say(f"Airflow UI: {place.url}   users and passwords: {place.password_file}")
        self.say(f"the mails that went out: {mails}; their links lead to {pages.url}")
        self.say("Ctrl-C ends the demo.")
        try:
            while True:
                require_alive(self.processes)
                time.sleep(1)
        except KeyboardInterrupt:
            self.say("stopping")

    def _take_down(self) -> None:
        self.processes.stop()
        EmbeddedServer(home()).stop()
        self.say("everything is stopped")

    @contextmanager
    def _interruptible(self) -> Iterator[None]:
        """Turn every polite way of ending a program into KeyboardInterrupt, also where a shell had it ignored."""

        def interrupt(_number: int, _frame: FrameType | None) -> None:
            self.interrupted = True
            raise KeyboardInterrupt

        before = {number: signal.signal(number, interrupt) for number in POLITE}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


@contextmanager
def _uninterruptible() -> Iterator[None]:
    """Let nobody break off the taking down half-way: it takes seconds, and orphans stay for ever."""
    for number in POLITE:
        signal.signal(number, signal.SIG_IGN)
    yield
