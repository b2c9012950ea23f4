"""What the demo starts it also stops, whatever became of the demo in between."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from include.commands.demo.processes import Processes, Session

PARENT = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print("up", flush=True)
time.sleep(60)
"""
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


@pytest.fixture
def processes(tmp_path: Path) -> Processes:
    return Processes(tmp_path / "processes.json", tmp_path)


def start(processes: Processes, name: str, code: str) -> Session:
    """Start a program and wait until it says that it is up."""
    processes.start(name, ("-c", code), {"PATH": os.environ["PATH"]})
    end = time.monotonic() + 30
    while processes.log(name).read_text("utf-8") != "up\n":
        assert time.monotonic() < end
        time.sleep(0.02)
    return Session(*json.loads(processes.record.read_text("utf-8"))[name])


def test_a_program_is_stopped_with_its_children(processes: Processes) -> None:
    session = start(processes, "parent", PARENT)
    assert len(session.members()) == 2
    assert processes.stop() == ["parent"]
    assert session.members() == []
    assert not processes.record.exists()


def test_a_later_demo_stops_what_a_crashed_one_left(processes: Processes) -> None:
    session = start(processes, "parent", PARENT)
    orphans = processes.started.pop("parent")
    later = Processes(processes.record, processes.logs)
    assert later.stop() == ["parent"] or orphans.poll() is not None
    orphans.wait(30)
    assert session.members() == []


def test_children_are_stopped_when_their_parent_was_killed(processes: Processes) -> None:
    session = start(processes, "parent", PARENT)
    os.kill(session.leader, signal.SIGKILL)
    processes.started["parent"].wait(30)
    assert len(session.members()) == 1
    processes.stop()
    assert session.members() == []


def test_a_program_that_does_not_listen_is_killed(processes: Processes) -> None:
    processes.patience = 0.3
    session = start(processes, "deaf", DEAF)
    processes.stop()
    assert session.members() == []


def test_a_stranger_with_a_remembered_number_is_left_alone(processes: Processes) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    try:
        processes.record.write_text(json.dumps({"scheduler": [stranger.pid, "another time"]}), "utf-8")
        assert processes.stop() == []
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_program_that_ends_by_itself_is_noticed(processes: Processes) -> None:
    processes.start("short", ("-c", "print('up')"), {})
    processes.started["short"].wait(30)
    assert processes.ended() == "short"
    assert processes.stop() == []


def test_what_programs_print_is_for_their_owner_alone(processes: Processes) -> None:
    start(processes, "parent", PARENT)
    try:
        assert processes.log("parent").stat().st_mode & 0o777 == 0o600
        assert processes.record.stat().st_mode & 0o777 == 0o600
    finally:
        processes.stop()
