"""Start long-running programs, and stop them with everything that they started, also those of a demo that crashed.

Each program leads a session of its own, so that Ctrl-C reaches the demo alone and the demo decides the order of going.
What was started is written down first: a later demo finds what an earlier one left behind.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from include.store.home import read_private, write_private

__all__ = ["Processes", "Session"]

PROC = Path("/proc")


class Session(NamedTuple):
    """A program and its descendants: the leader's number and when it was born, since numbers come round again."""

    leader: int
    born: str

    @classmethod
    def led_by(cls, leader: int) -> Session:
        """Take down a session that has just begun."""
        return cls(leader, _born(leader) or "")

    def members(self) -> list[int]:
        """Return the processes that live; none where a stranger has taken the leader's number."""
        found = [pid for pid, group in _processes() if group == self.leader]
        stranger = self.leader in found and _born(self.leader) != self.born
        return [] if stranger else found

    def tell(self, what: signal.Signals) -> None:
        """Send a signal to every member."""
        for pid in self.members():
            with suppress(ProcessLookupError):
                os.kill(pid, what)


@dataclass(slots=True)
class Processes:
    """The programs of one demo. `record` remembers them, `logs` takes what they print: readable by their owner only."""

    record: Path
    logs: Path
    patience: float = 30.0
    """Seconds between the polite request to go and the one that cannot be refused."""
    started: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, argv: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start a program of this interpreter in the background. Secrets belong into the environment, not into argv."""
        descriptor = os.open(self.log(name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            process = subprocess.Popen(
                [sys.executable, *argv],
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=descriptor,
                start_new_session=True,
                umask=0o077,
            )
        finally:
            os.close(descriptor)
        self.started[name] = process
        write_private(self.record, json.dumps({**self._remembered(), name: Session.led_by(process.pid)}))

    def log(self, name: str) -> Path:
        """Return the file of what a program prints."""
        return self.logs / f"{name}.log"

    def ended(self) -> str | None:
        """Return the name of a program that was started here and has ended by itself, or None."""
        return next((name for name, process in self.started.items() if process.poll() is not None), None)

    def stop(self) -> list[str]:
        """Stop every program that was started here or is left from an earlier demo; return the names of those alive."""
        alive = {name: session for name, session in self._remembered().items() if session.members()}
        for what in (signal.SIGTERM, signal.SIGKILL):
            for session in alive.values():
                session.tell(what)
            self._wait_until(lambda: not any(session.members() for session in alive.values()))
        for process in self.started.values():
            process.wait(self.patience)
        self.started.clear()
        self.record.unlink(missing_ok=True)
        return list(alive)

    def _wait_until(self, gone: Callable[[], bool]) -> None:
        end = time.monotonic() + self.patience
        while not gone() and time.monotonic() < end:
            self.ended()  # so that those who went are not kept as zombies
            time.sleep(0.1)

    def _remembered(self) -> dict[str, Session]:
        known = json.loads(read_private(self.record) or "{}")
        return {name: Session(*session) for name, session in known.items()}


def _processes() -> Iterator[tuple[int, int]]:
    """Yield every living process with its session (where there is no /proc: its process group)."""
    if not PROC.joinpath("self").exists():
        listed = subprocess.run(["ps", "-A", "-o", "pid=,pgid="], capture_output=True, text=True, check=False).stdout
        yield from ((int(pid), int(group)) for pid, group in (line.split() for line in listed.splitlines()))
        return
    for folder in PROC.iterdir():
        fields = _stat(int(folder.name)) if folder.name.isdigit() else None
        if fields and fields[0] not in "ZX":
            yield int(folder.name), int(fields[3])


def _born(pid: int) -> str | None:
    if not PROC.joinpath("self").exists():
        told = subprocess.run(["ps", "-p", str(pid), "-o", "lstart="], capture_output=True, text=True, check=False)
        return told.stdout.strip() or None
    fields = _stat(pid)
    return f"{PROC.joinpath('sys/kernel/random/boot_id').read_text('ascii').strip()} {fields[19]}" if fields else None


def _stat(pid: int) -> list[str] | None:
    """Read what follows the name in /proc/<pid>/stat: state, parent, group, session, … and 19th the time of birth."""
    try:
        return PROC.joinpath(str(pid), "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return None
