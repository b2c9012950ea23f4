"""On whose feet the embedded server stands, and where its data lies.

PostgreSQL refuses to run as root. An ordinary user runs it as itself. Root runs it inside a user namespace in which
root bears another number: the data stays in the closed folder of the installation. Where no namespace is allowed (a
container, mostly), it runs as an unprivileged user, and the data lies in a folder elsewhere that this user owns. No
folder on the way to the installation is ever opened to others.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from include.errors import NeverRetry
from include.store.binaries import Binaries

__all__ = ["Footing", "footings", "require_owner"]

ELSEWHERE = ("/var/lib", "/var/tmp")
USERS = ("postgres", "_postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Footing:
    """A way to run, and the folder that holds the cluster."""

    way: Literal["self", "namespace", "user"]
    base: Path
    """The data lies in `data` under it."""
    uid: int
    gid: int

    @property
    def data(self) -> Path:
        """The cluster's own folder."""
        return self.base / "data"

    @property
    def draft(self) -> Path:
        """Where a cluster is made, before it counts as one."""
        return self.base / "data.draft"

    @property
    def sockets(self) -> Path:
        """A closed folder for the server's sockets."""
        return self.base / "sockets"

    def order(self, *argv: str) -> dict[str, Any]:
        """Return what `launch.py` needs to know to run a program on this footing."""
        way = "user" if self.way == "self" and os.geteuid() != self.uid else self.way  # root runs a user's server
        return {"argv": list(argv), "way": way, "uid": self.uid, "gid": self.gid}

    def prepare(self) -> None:
        """Make the base folder: closed, and owned by whom the server runs as."""
        if self.way == "user":
            self.base.parent.mkdir(mode=0o711, exist_ok=True)
            self.base.parent.chmod(0o711)
        self.base.mkdir(mode=0o700, exist_ok=True)
        if self.way == "user":
            os.chown(self.base, self.uid, self.gid)

    def reach(self, binaries: Binaries) -> Binaries:
        """Return programs that the server's user can run: these, or a copy beside its data."""
        if self.way != "user" or _open_to_all(binaries.folder):
            return binaries
        installed, copy = binaries.folder.parent, self.base.parent / f"programs-{binaries.major}"
        if not (copy / "complete").exists():
            shutil.rmtree(copy, ignore_errors=True)
            _copy_open(installed, copy)
        return Binaries(copy / installed.parent.name / installed.name / binaries.folder.name, binaries.major)

    def remove(self) -> None:
        """Remove the cluster, and with a folder of ours elsewhere all that is in it."""
        if self.way == "user":
            shutil.rmtree(self.base.parent, ignore_errors=True)
        for folder in (self.data, self.draft, self.sockets):
            shutil.rmtree(folder, ignore_errors=True)

    def to_record(self) -> dict[str, Any]:
        """Return this footing as plain data."""
        return {**asdict(self), "base": str(self.base)}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Footing:
        """Read a footing from plain data."""
        return cls(**{**record, "base": Path(record["base"])})


def footings(folder: Path) -> list[Footing]:
    """Return the ways that this user has to run a server for an installation's `postgres` folder, best first."""
    if os.geteuid() != 0:
        return [Footing("self", folder, os.getuid(), os.getgid())]
    return [Footing("namespace", folder, 0, 0), *_as_another(folder)]


def _as_another(folder: Path) -> list[Footing]:
    account = next((found for name in USERS if (found := _account(name))), None)
    place = next((place for place in map(Path, ELSEWHERE) if place.is_dir() and _open_to_all(place)), None)
    if account is None or place is None:
        return []
    mark = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return [Footing("user", place / f"amanah-{mark}" / "postgres", account.pw_uid, account.pw_gid)]


def _copy_open(installed: Path, copy: Path) -> None:
    """Copy an installed PostgreSQL, and the libraries that a wheel keeps beside its package, for everybody to run."""
    package = installed.parent
    unneeded = shutil.ignore_patterns("include", "doc", "man", "pgxs")
    shutil.copytree(installed, copy / package.name / installed.name, symlinks=True, ignore=unneeded)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, copy / libraries.name)
    for file in [copy, *copy.rglob("*")]:
        if not file.is_symlink():
            file.chmod(0o755 if file.is_dir() or os.access(file, os.X_OK) else 0o644)
    (copy / "complete").touch()


def _account(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _open_to_all(folder: Path) -> bool:
    return all(step.stat().st_mode & 0o001 for step in [folder.resolve(), *folder.resolve().parents])


def require_owner(folder: Path) -> None:
    """Raise NeverRetry where an installation's server belongs to another user than this one."""
    owner = folder.stat().st_uid
    if os.geteuid() not in (0, owner):
        raise NeverRetry(f"{folder} belongs to another user: run as its owner, or name another AMANAH_HOME.")
