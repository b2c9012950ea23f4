"""What the processes of an Airflow cost, looked at every second: memory by process, cores at work by kind."""

from __future__ import annotations

import os
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import psutil

__all__ = ["MACHINE", "POSTGRES", "TASKS", "Sampler", "Window"]

POSTGRES, TASKS, MACHINE = "postgres", "task", "machine"


class Window(NamedTuple):
    """A span of time, in seconds since the epoch."""

    begins: float
    ends: float


@dataclass
class Sampler:
    """Look at processes in the background. `leaders` gives the session leader of each part, by its name."""

    leaders: Mapping[str, int]
    postmaster: int
    every: float = 1.0
    peak_of_process: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    """Bytes resident, by process id."""
    peak_of_kind: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Bytes resident of the largest process of a kind."""
    peak_together: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Bytes of all processes of a kind at one moment, what they share counted once."""
    spent: list[tuple[float, dict[str, float]]] = field(default_factory=list)
    """CPU seconds so far, by kind."""
    _known: dict[tuple[int, float], float] = field(default_factory=dict)
    _total: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    _ended: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Sampler:
        self._thread = threading.Thread(target=self._go, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def cores(self, window: Window) -> dict[str, float]:
        """Return how many cores each kind kept busy on average."""
        inside = [(at, spent) for at, spent in self.spent if window.begins - 1 <= at <= window.ends + 1]
        if len(inside) < 2 or inside[-1][0] == inside[0][0]:
            return {}
        (begun, before), (ended, after) = inside[0], inside[-1]
        return {kind: (after[kind] - before.get(kind, 0.0)) / (ended - begun) for kind in after}

    def memory_of(self, pids: Iterable[int]) -> int:
        """Return the peak of the largest of these processes, in bytes."""
        return max((self.peak_of_process.get(pid, 0) for pid in pids), default=0)

    def _go(self) -> None:
        while not self._ended.wait(self.every):
            self._look()

    def _look(self) -> None:
        kinds = {leader: name for name, leader in self.leaders.items()}
        together: dict[str, int] = defaultdict(int)
        for process in psutil.process_iter():
            try:
                kind = self._kind(process, kinds)
                if kind is None:
                    continue
                with process.oneshot():
                    born, times, resident = process.create_time(), process.cpu_times(), process.memory_info().rss
                together[kind] += _proportional(process.pid) or resident
            except (psutil.Error, OSError):
                continue
            self.peak_of_process[process.pid] = max(self.peak_of_process[process.pid], resident)
            self.peak_of_kind[kind] = max(self.peak_of_kind[kind], resident)
            spent, key = times.user + times.system, (process.pid, born)
            self._total[kind] += max(0.0, spent - self._known.get(key, 0.0))
            self._known[key] = spent
        for kind, size in together.items():
            self.peak_together[kind] = max(self.peak_together[kind], size)
        machine = psutil.cpu_times()
        busy = sum(machine[:3]) + sum(machine[4:8])  # all but idle; guests are in it already
        self.spent.append((time.time(), {**self._total, MACHINE: busy}))

    def _kind(self, process: psutil.Process, kinds: Mapping[int, str]) -> str | None:
        """Name a process: a worker's grandchildren are its tasks, its children Celery's own."""
        if process.pid == self.postmaster or process.ppid() == self.postmaster:
            return POSTGRES
        name = kinds.get(os.getsid(process.pid))
        if name is None or not name.startswith("worker"):
            return name
        leader = next(pid for pid, part in kinds.items() if part == name)
        return "worker" if leader in (process.pid, process.ppid()) else TASKS


def _proportional(pid: int) -> int:
    """Return a process's share of the memory it uses, in bytes; 0 where the system does not say."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as rollup:  # noqa: PTH123 (read every second)
            return next(int(line.split()[1]) * 1024 for line in rollup if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return 0
