"""The embedded server: made at first need, found again by every later process, and durable."""

from __future__ import annotations

import json
import secrets
import shutil
import socket
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from include.errors import MayBeRetried, NeverRetry
from include.store.binaries import find_binaries
from include.store.cluster import make_cluster, refuse
from include.store.footing import Footing, footings, require_owner
from include.store.home import closed, read_private, write_private
from include.store.logins import AIRFLOW, AMANAH, APP, ATTRIBUTES, OWNER, SUPERUSER, prepare_logins
from include.store.postmaster import Postmaster, alone

__all__ = ["EmbeddedServer", "ServerInfo"]

ATTEMPTS = 5
"""Starts: another program may take the port between our look and the server's."""


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """A running server and how to log in. Its addresses carry passwords, so they are not shown."""

    port: int
    log: Path
    """What the server says; it holds no values."""
    passwords: dict[str, str] = field(repr=False)

    def url(self, login: str, database: str, driver: str = "psycopg") -> str:
        """Return SQLAlchemy's address of a database for a login."""
        return f"postgresql+{driver}://{login}:{self.passwords[login]}@127.0.0.1:{self.port}/{database}"

    @property
    def database_url(self) -> str:
        """What every process but portal and API logs in with."""
        return self.url(APP, AMANAH)

    @property
    def owner_url(self) -> str:
        """What migrations log in with."""
        return self.url(OWNER, AMANAH)

    @property
    def airflow_url(self) -> str:
        """Airflow's own database, through the driver that it asks for."""
        return self.url(AIRFLOW, "airflow", "psycopg2")

    @property
    def superuser_url(self) -> str:
        """The administrator's way in."""
        return self.url(SUPERUSER, "postgres")


@dataclass(frozen=True, slots=True)
class Record:
    """What processes tell each other of a server, in a file that only its owner reads."""

    footing: Footing
    major: int
    port: int
    passwords: dict[str, str] = field(repr=False)
    prepared: bool = False
    """Logins and databases exist."""

    @classmethod
    def read(cls, folder: Path) -> Record | None:
        """Return the record of a folder, or None where no server was made yet."""
        text = read_private(folder / "server.json")
        if text is None:
            return None
        data = json.loads(text)
        return cls(**{**data, "footing": Footing.from_record(data["footing"])})

    def write(self, folder: Path) -> Record:
        """Keep this record and return it."""
        data = {**asdict(self), "footing": self.footing.to_record()}
        write_private(folder / "server.json", json.dumps(data, indent=1))
        return self


class EmbeddedServer:
    """The server of one installation, in `postgres` under its home folder.

    `settings` change those of `cluster.SETTINGS`: a test gives up durability with `{"fsync": "off"}`.
    """

    def __init__(self, home: Path, settings: Mapping[str, str] | None = None) -> None:
        self.folder = home / "postgres"
        self.settings = dict(settings or {})

    def ensure(self) -> ServerInfo:
        """Return the running server, made and started first where needed. Where it runs, this costs next to nothing.

        Raises NeverRetry where it cannot run here, MayBeRetried where it did not come up in time.
        """
        info = self._ready()
        if info:
            return info
        closed(self.folder)
        require_owner(self.folder)
        with alone(self.folder):
            return self._ready() or self._start()

    def running(self) -> bool:
        """Return whether any process of the server lives."""
        record = Record.read(self.folder)
        return record is not None and Postmaster(self.folder, record.footing).running()

    def stop(self) -> None:
        """Stop the server if it runs; what was committed stays. Raises MayBeRetried if it lives on."""
        record = Record.read(self.folder)
        if record:
            with alone(self.folder):
                Postmaster(self.folder, record.footing).stop()

    def destroy(self) -> None:
        """Stop the server and remove all of its data, wherever it lies."""
        self.stop()
        record = Record.read(self.folder)
        if record:
            record.footing.remove()
            shutil.rmtree(self.folder)

    def _ready(self) -> ServerInfo | None:
        record = Record.read(self.folder)
        if record is None or not record.prepared or not ATTRIBUTES.keys() <= record.passwords.keys():
            return None
        postmaster = Postmaster(self.folder, record.footing)
        port = postmaster.ready_port()
        return ServerInfo(port, postmaster.log, record.passwords) if port else None

    def _start(self) -> ServerInfo:
        record = Record.read(self.folder) or self._make()
        if lacking := ATTRIBUTES.keys() - record.passwords.keys():  # made by code that knew fewer logins
            record = replace(record, passwords=record.passwords | _passwords(lacking), prepared=False).write(
                self.folder
            )
        footing = record.footing
        if not footing.data.exists():
            if not footing.draft.exists():
                raise NeverRetry(
                    f"The data of this installation lay in {footing.data} and is gone: bring it back, "
                    f"or remove {self.folder} to begin anew."
                )
            footing.draft.rename(footing.data)
        postmaster = Postmaster(self.folder, footing)
        port = postmaster.ready_port() or self._start_on_a_port(postmaster, record)
        record = replace(record, port=port).write(self.folder)
        info = ServerInfo(port, postmaster.log, record.passwords)
        if not record.prepared:
            prepare_logins(info.superuser_url.replace("+psycopg", ""), record.passwords)
            replace(record, prepared=True).write(self.folder)
        return info

    def _start_on_a_port(self, postmaster: Postmaster, record: Record) -> int:
        binaries = postmaster.footing.reach(find_binaries(record.major))
        port = record.port if _is_free(record.port) else _free_port()
        for attempt in range(1, ATTEMPTS + 1):
            try:
                postmaster.start(binaries, port, self.settings)
                return port
            except MayBeRetried:
                if attempt == ATTEMPTS or _is_free(port):
                    raise
                port = _free_port()
        raise AssertionError

    def _make(self) -> Record:
        binaries = find_binaries()
        passwords = _passwords((SUPERUSER, *ATTRIBUTES))
        durable = self.settings.get("fsync") != "off"
        failures = []
        for footing in footings(self.folder):
            self._clear(footing)
            failure = make_cluster(self.folder, footing, binaries, passwords[SUPERUSER], durable=durable)
            if failure is None:
                return Record(footing, binaries.major, _free_port(), passwords).write(self.folder)
            footing.remove()
            failures.append(f"as {footing.way}: {failure}")
        raise refuse(self.folder, failures)

    def _clear(self, footing: Footing) -> None:
        """Clear the place where a cluster is to be made.

        Data inside the installation whose record is missing may still be wanted. Data that lies elsewhere outlived
        its installation: with that went its passwords and its key, and whoever removed it meant this as well.
        """
        if footing.way != "user" and footing.data.exists():
            raise NeverRetry(
                f"{footing.data} holds data, but {self.folder / 'server.json'}, which has its passwords, is gone: "
                f"bring it back, or remove {self.folder} to begin anew."
            )
        Postmaster(self.folder, footing).end_orphans()
        footing.remove()


def _passwords(logins: Iterable[str]) -> dict[str, str]:
    return {login: secrets.token_hex(24) for login in logins}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
