"""The running server as a process: is it there, is it ready, start it, stop it.

Every process of the server inherits one locked file from its launcher, so the lock says whether any of them lives:
it knows no zombies, no numbers that were given to another process, and no borders between containers.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from include.errors import MayBeRetried, NeverRetry
from include.store.binaries import Binaries
from include.store.cluster import launch, settings_of
from include.store.footing import Footing

__all__ = ["Postmaster", "alone"]

LONGEST_START = 300.0
"""Seconds: recovery after a crash reads what was written since the last checkpoint."""
LONGEST_STOP = 60.0
LAST_OF_THE_DEAD = 30.0
"""Seconds that the processes of a killed server have to notice that it is gone."""
LOG_LIMIT = 5_000_000
PORT, STATUS = 3, 7
"""Lines of `postmaster.pid`, counted from 0."""


@dataclass(frozen=True, slots=True)
class Postmaster:
    """The server process of an installation's `postgres` folder."""

    folder: Path
    footing: Footing

    @property
    def log(self) -> Path:
        """What the server says: never a value (see `cluster.SETTINGS`)."""
        return self.folder / "server.log"

    def running(self) -> bool:
        """Return whether any process of the server lives."""
        try:
            descriptor = os.open(self.folder / "running.lock", os.O_RDONLY)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def ready_port(self) -> int | None:
        """Return the port of a server that takes connections, else None."""
        lines = self._pidfile()
        if len(lines) > STATUS and lines[STATUS].strip() == "ready" and self.running():
            return int(lines[PORT])
        return None

    def start(self, binaries: Binaries, port: int, changes: Mapping[str, str]) -> None:
        """Start the server and wait until it takes connections. Raises MayBeRetried, with its last words."""
        settings = settings_of(self.footing, port, changes)
        order = self.footing.order(binaries.postgres, "-D", str(self.footing.data), *settings)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.unlink()
        heard = self.log.stat().st_size if self.log.exists() else 0
        lock = {"lock": str(self.folder / "running.lock"), "seconds": LAST_OF_THE_DEAD}
        files = {"log": str(self.log), "pidfile": str(self.footing.data / "postmaster.pid")}
        failure = launch({**order, **lock, **files})
        end = time.monotonic() + LONGEST_START
        while failure is None and self.ready_port() is None:
            if not self.running():
                failure = self._last_words(heard)
            elif time.monotonic() > end:
                failure = "it did not become ready in time"
            time.sleep(0.01)
        if failure:
            raise MayBeRetried(f"The embedded server did not start: {failure}. See {self.log}.")

    def stop(self) -> None:
        """Stop the server: connections are closed, what was committed stays. Raises MayBeRetried if it lives on."""
        for how, seconds in ((signal.SIGINT, LONGEST_STOP), (signal.SIGQUIT, LONGEST_STOP)):
            if self.running():
                self._signal(how)
                self._wait_gone(seconds)
        if self.running():
            raise MayBeRetried(f"The embedded server of {self.folder} did not stop: try again.")

    def _signal(self, how: signal.Signals) -> None:
        lines = self._pidfile()
        if lines and str(self.footing.data) in _command_of(int(lines[0])):
            os.kill(int(lines[0]), how)
        elif self.running():
            raise NeverRetry(
                f"The embedded server of {self.folder} runs where it cannot be seen from here: stop there."
            )

    def _wait_gone(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while self.running() and time.monotonic() < end:
            time.sleep(0.01)

    def _pidfile(self) -> list[str]:
        try:
            return (self.footing.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []

    def _last_words(self, heard: int) -> str:
        with self.log.open(encoding="utf-8", errors="replace") as stream:
            stream.seek(heard)
            said = [line.strip() for line in stream if "FATAL" in line or "PANIC" in line or "launch:" in line]
        return said[-1] if said else "it ended without a word"


def _command_of(pid: int) -> str:
    file = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self").exists():
        return file.read_bytes().replace(b"\0", b" ").decode(errors="replace") if file.exists() else ""
    return subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False).stdout


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let one process at a time make, start or stop the server of a folder."""
    descriptor = os.open(folder / "starting.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
