"""The drill through a live Airflow: its own processes die, are started again, and its runs have to end all the same."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from builders import TERMS, person, write
from fault_results import Kill
from fault_servers import MailServer, database_in
from fault_telling import CHANCE, INSTANT, Telling, differences, tell
from live_airflow import LiveAirflow, airflow_runs_on
from psycopg import sql
from two_deliveries import FIRST

from include.commands.demo.airflow import COMPONENTS
from include.commands.demo.processes import Session
from include.commands.demo.rest import Airflow, AirflowAnswered
from include.commands.demo.runs import Runs
from include.errors import MayBeRetried, NeverRetry
from include.law import now
from include.store.engine import dispose

__all__ = ["kills_of_airflow"]

VICTIMS = {"task": 4, "worker": 4, "scheduler": 3, "api-server": 2, "dag-processor": 1, "triggerer": 1}
"""Who dies, and how often: a task's process, the executor's process that supervises it, Airflow's components."""
A_ROUND = 4
"""Kills while one story is told."""
CHAIN = ("notify_subjects", "relay_outbox", "seal_evidence", "watch_promises")
COLLECT = f"collect_{TERMS['key']}"
SOON = {
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "45",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "20",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "10",
}
"""Airflow notices in minutes by default that somebody died; here in seconds, so that a round is short."""
PATIENCE = 900.0  # seconds for a step of the story
LONGEST_WAIT = 60.0  # seconds that the killer waits for a task to be at work
ROUND = re.compile(f"{CHANCE.pattern}|{INSTANT.pattern}|round-[0-9]+")
SUPERVISOR = re.compile(rb"airflow (?:worker -- LocalExecutor: (?!<idle>)|supervisor: )")
TASK = re.compile(rb"airflow worker -- [0-9a-f]{8}-")


class Patient(Airflow):
    """A user of the API who asks again while nobody answers."""

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Send a request until it is answered; one that was answered unheard before is not refused now."""
        end, before = time.monotonic() + PATIENCE, False
        while True:
            try:
                return super().ask(method, path, body)
            except AirflowAnswered as said:
                if before and said.status == 409:
                    return {}
                if said.status not in (0, 500, 503) or time.monotonic() > end:
                    raise
                before = True
                time.sleep(1)


def kills_of_airflow(folder: Path, first: int) -> Iterator[Kill]:
    """Boot an Airflow, tell the story once undisturbed, then with kills in it, a round for each seed."""
    (folder / "inbox").mkdir(parents=True)
    (folder / "sources" / str(TERMS["key"])).mkdir(parents=True)
    contract = yaml.safe_dump({**TERMS, "refresh": "manual"}, allow_unicode=True)
    (folder / "sources" / str(TERMS["key"]) / "contract.yml").write_text(contract, "utf-8")
    write(folder / "inbox" / "sample_guide.csv", list(TERMS["columns"]), [*FIRST, *map(person, range(20, 30))])
    with database_in(folder) as database, closing(MailServer(folder / "mail")) as mail:
        settings = {
            "AMANAH_SOURCES": str(folder / "sources"),
            "AMANAH_INBOX": str(folder / "inbox"),
            "AMANAH_SMTP_URL": f"smtp://127.0.0.1:{mail.port}",
        }
        with airflow_runs_on(database.info, folder, settings, SOON) as live:
            rounds = Rounds(live, mail)
            try:
                yield from rounds.play(first)
            finally:
                rounds.end_orphans()


@dataclass
class Rounds:
    """Tells the story over and over with one Airflow; our own database is new each time."""

    live: LiveAirflow
    mail: MailServer
    orphans: list[Session] = field(default_factory=list)
    length: float = 0.0

    def play(self, first: int) -> Iterator[Kill]:
        """Tell it undisturbed, then without end with kills in it."""
        api = Patient(self.live.place.url)
        api.log_in("admin", self.live.place.passwords["admin"])
        began = time.monotonic()
        undisturbed = self.story(api, "round-0")
        self.length = time.monotonic() - began
        for seed in range(first, first + 1000):
            killer = Killer(self, seed)
            killer.start()
            try:
                found = self.story(api, f"round-{seed}")
                said = differences(found, undisturbed, put_off=False, in_doubt=killer.in_doubt())
                twice = found.twice
            except (NeverRetry, MayBeRetried) as error:
                said, twice = [str(error)], 0
            finally:
                killer.stop()
            for number, (victim, after) in enumerate(killer.done):
                yield Kill("airflow", seed, victim, "its story", after, True, 0, 0 if number else twice, said)
            if said:  # what is left of that round must not reach into the next one
                return

    def story(self, api: Airflow, name: str) -> Telling:
        """Collect, tell people, send, seal and watch; return what stands then."""
        self.renew()
        runs = Runs(api, now(), self.live.place.logs, lambda _: None, lambda: None, patience=PATIENCE)
        runs.wait_for_dags([COLLECT, *CHAIN])
        for dag in CHAIN:
            api.unpause(dag)
        for dag in (COLLECT, *CHAIN):
            runs.run({dag: {"reason": "drill"}}, name)
            runs.settle()
        for dag in (COLLECT, *CHAIN):
            api.ask("PATCH", f"/api/v2/dags/{dag}", {"is_paused": True})
        runs.settle()
        with pytest.MonkeyPatch.context() as patch:
            for setting, value in self.live.settings.items():
                patch.setenv(setting, value)
            try:
                return tell(Path(self.live.settings["AMANAH_HOME"]), self.mail.mails(), chance=ROUND)
            finally:
                dispose()

    def renew(self) -> None:
        """Begin with an empty database of ours, no landed files, and no mail."""
        administrator = self.live.server.superuser_url.replace("+psycopg", "")
        ours = sql.Identifier(self.live.ours)
        with psycopg.connect(administrator, autocommit=True) as connection:
            connection.execute(sql.SQL("drop database {} with (force)").format(ours))
            connection.execute(sql.SQL("create database {} template amanah owner amanah_owner").format(ours))
        home = Path(self.live.settings["AMANAH_HOME"])
        for folder in ("landing", "staging"):
            shutil.rmtree(home / folder, ignore_errors=True)
        (home / "seals.jsonl").unlink(missing_ok=True)
        self.mail.forget()

    def end_orphans(self) -> None:
        """End what those who were killed had started."""
        for session in self.orphans:
            session.tell(signal.SIGKILL)


class Killer(threading.Thread):
    """Kills at moments that the seed draws over the length of the story, and starts components again at once."""

    def __init__(self, rounds: Rounds, seed: int) -> None:
        super().__init__(daemon=True)
        self.rounds, self.chance = rounds, random.Random(seed)
        self.over = threading.Event()
        self.done: list[tuple[str, float]] = []
        """Who was killed, and after how many seconds."""

    def run(self) -> None:
        """Kill, one after another, until the story is over; let no retry wait its minute."""
        began = time.monotonic()
        for moment in sorted(self.chance.random() * self.rounds.length for _ in range(A_ROUND)):
            victim = self.chance.choices(list(VICTIMS), list(VICTIMS.values()))[0]
            if self.sleep_until(began + moment):
                return
            if self.kill_component(victim) if victim in COMPONENTS else self.kill_at_work(victim):
                self.done.append((victim, round(time.monotonic() - began, 3)))
        while not self.sleep_until(time.monotonic() + 1):
            pass

    def stop(self) -> None:
        """Kill nobody any more."""
        self.over.set()
        self.join()

    def in_doubt(self) -> int:
        """Say how many letters may have come twice: one for each task that was killed."""
        return sum(victim in ("task", "worker") for victim, _ in self.done)

    def sleep_until(self, moment: float) -> bool:
        """Sleep, and let retries begin meanwhile; say whether the story is over."""
        while not self.over.is_set() and time.monotonic() < moment:
            self.hurry()
            self.over.wait(max(0.0, min(1.0, moment - time.monotonic())))
        return self.over.is_set()

    def hurry(self) -> None:
        """Take away the minutes that a task waits before it is tried again."""
        with suppress(psycopg.Error), self.rounds.live.administrator(self.rounds.live.theirs) as connection:
            connection.execute(
                "update task_instance set end_date = end_date - interval '40 minutes' "
                "where state = 'up_for_retry' and end_date > now() - interval '35 minutes'"
            )

    def kill_component(self, name: str) -> bool:
        """Kill one of Airflow's components and start it again; those that it started are left alone."""
        live = self.rounds.live
        process = live.processes.started[name]
        self.rounds.orphans.append(Session.led_by(process.pid))
        process.kill()
        process.wait()
        live.processes.start(name, ("-m", *COMPONENTS[name]), live.place.environment)
        return True

    def kill_at_work(self, victim: str) -> bool:
        """Kill a process that works on a task, a moment after it was seen; say whether there was one."""
        looks = SUPERVISOR if victim == "worker" else TASK
        end = time.monotonic() + LONGEST_WAIT
        while not self.over.is_set() and time.monotonic() < end:
            if self.at_work(looks):
                time.sleep(self.chance.random())
                if found := self.at_work(looks):
                    os.kill(self.chance.choice(found), signal.SIGKILL)
                    return True
            time.sleep(0.02)
        return False

    def at_work(self, looks: re.Pattern[bytes]) -> list[int]:
        """Return the processes of our scheduler, and of those that died, whose title looks so."""
        sessions = [Session.led_by(self.rounds.live.processes.started["scheduler"].pid), *self.rounds.orphans]
        members = sorted({member for session in sessions for member in session.members()})
        return [member for member in members if looks.match(_title(member))]


def _title(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""
