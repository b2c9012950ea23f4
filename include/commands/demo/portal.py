"""The demo's own pages for the people concerned: a process beside Airflow, which knows nothing of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from include.commands.demo.processes import Processes

__all__ = ["Portal"]


@dataclass(frozen=True, slots=True)
class Portal:
    """Where the pages are served."""

    port: int

    @property
    def url(self) -> str:
        """Their address, below which the links in letters lie."""
        return f"http://localhost:{self.port}"

    def start(self, processes: Processes, environment: Mapping[str, str]) -> None:
        """Serve them in the background, with the settings that are ours alone."""
        own = {name: value for name, value in environment.items() if not name.startswith("AIRFLOW")}
        processes.start("portal", ("-m", "include", "portal", "--port", str(self.port)), own)
