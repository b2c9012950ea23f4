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
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from include.errors import MayBeRetried
from include.store.binaries import Binaries
from include.store.cluster import LAST_OF_THE_DEAD, launch, settings_of
from include.store.footing import Footing

__all__ = ["Postmaster", "alone"]

LONGEST_START = 300.0
"""Seconds: recovery after a crash reads what was written since the last checkpoint."""
LONGEST_STOP = 60.0
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
        ready = len(lines) > STATUS and lines[STATUS].strip() == "ready" and self.running() and self._process()
        return int(lines[PORT]) if ready else None

    def start(self, binaries: Binaries, port: int, changes: Mapping[str, str]) -> None:
        """Start the server and wait until it takes connections. Raises MayBeRetried, with its last words."""
        settings = settings_of(self.footing, port, changes)
        order = self.footing.order(binaries.postgres, "-D", str(self.footing.data), *settings)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.unlink()
        heard = self.log.stat().st_size if self.log.exists() else 0
        left = {"pidfile": str(self.footing.data / "postmaster.pid"), "sockets": str(self.footing.sockets)}
        failure = launch(self.folder, {**order, **left, "log": str(self.log)})
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
        for how in (signal.SIGINT, signal.SIGQUIT):
            process = self._process()
            if process and self.running():
                os.kill(process, how)
            self._wait_gone(LONGEST_STOP)
        if self.running():
            raise MayBeRetried(f"The server of {self.folder} did not stop, or runs where it cannot be seen from here.")

    def end_orphans(self) -> None:
        """End what a killed maker left at work, and servers whose installation was removed under them."""
        self._wait_gone(LAST_OF_THE_DEAD)
        end = time.monotonic() + LAST_OF_THE_DEAD
        while (orphans := self._orphans()) and time.monotonic() < end:
            for orphan in orphans:
                with suppress(ProcessLookupError):
                    os.kill(orphan, signal.SIGQUIT)
            time.sleep(0.05)

    def _orphans(self) -> list[int]:
        data = self.footing.data
        processes = [folder for folder in Path("/proc").glob("[0-9]*") if str(data) in _command_of(int(folder.name))]
        return [int(process.name) for process in processes if _stands_in(process / "cwd", data)]

    def _process(self) -> int | None:
        """Return the number of the living postmaster; its last children can outlive it by a moment."""
        lines = self._pidfile()
        return int(lines[0]) if lines and str(self.footing.data) in _command_of(int(lines[0])) else None

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
    """Return a living process's command line; a zombie has none."""
    if not Path("/proc/self").exists():
        asked = ["ps", "-p", str(pid), "-o", "command="]
        return subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _stands_in(working: Path, data: Path) -> bool:
    try:
        return str(working.readlink()).endswith(" (deleted)") or working.samefile(data)
    except OSError:
        return False


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let one process at a time make, start or stop the server of a folder."""
    descriptor = os.open(folder / "starting.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
