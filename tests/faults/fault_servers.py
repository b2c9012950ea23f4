"""The servers of the drill, each a process that can be killed and is started again as a supervisor would."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import psycopg
import pytest

from include.store import EmbeddedServer, migrate
from include.store.engine import dispose
from include.store.server import Record, ServerInfo

__all__ = ["Database", "Mail", "MailServer", "database_in"]


@dataclass(frozen=True)
class Mail:
    """A letter as the mail server keeps it."""

    recipient: str = field(repr=False)
    message_id: str
    subject: str


@dataclass
class MailServer:
    """The mail catcher, in a process of its own; it keeps its port and its mails when it is started again."""

    folder: Path
    port: int = 0
    process: subprocess.Popen[str] = field(init=False)

    def __post_init__(self) -> None:
        if not self.port:
            with socket.create_server(("127.0.0.1", 0)) as free:
                self.port = free.getsockname()[1]
        self.start()

    def start(self) -> None:
        """Start it and wait until it listens."""
        words = ["-m", "include.channels.catcher", "--port", str(self.port), "--folder", str(self.folder)]
        self.process = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert int(self.process.stdout.readline()) == self.port

    def kill(self) -> None:
        """Kill it with -9."""
        self.process.kill()
        self.process.communicate()

    def close(self) -> None:
        """Let it go."""
        self.kill()

    def forget(self) -> None:
        """Throw away what came."""
        for mail in (self.folder / "new").iterdir():
            mail.unlink()

    def mails(self) -> list[Mail]:
        """Tell what came, in no order."""
        found = [message_from_bytes(file.read_bytes(), policy=default) for file in (self.folder / "new").iterdir()]
        return [Mail(*(str(mail[name]) for name in ("X-Envelope-To", "Message-ID", "Subject"))) for mail in found]


@dataclass
class Database:
    """A server with a migrated database to make worlds of."""

    embedded: EmbeddedServer
    info: ServerInfo

    def kill(self) -> None:
        """Kill the postmaster with -9; its children end by themselves, in the middle of what they do."""
        record = Record.read(self.embedded.folder)
        assert record is not None
        pidfile = record.footing.data / "postmaster.pid"
        process = int(pidfile.read_text("utf-8").splitlines()[0])
        os.kill(process, signal.SIGKILL)
        while _lives(process):
            time.sleep(0.01)

    def start(self) -> None:
        """Start it again, at the address that everybody knows."""
        assert self.embedded.ensure().port == self.info.port, "the port was taken meanwhile; begin again"

    def kill_connection(self, database: str, chance: random.Random) -> bool:
        """Kill one process of the server that works for a client of this database; say whether there was one."""
        with psycopg.connect(self.info.superuser_url.replace("+psycopg", ""), autocommit=True) as looking:
            busy = looking.execute(
                "select pid from pg_stat_activity where datname = %s and pid <> pg_backend_pid() order by pid",
                (database,),
            ).fetchall()
            if busy:
                os.kill(chance.choice(busy)[0], signal.SIGKILL)
        return bool(busy)


def _lives(process: int) -> bool:
    try:
        return bool(Path(f"/proc/{process}/cmdline").read_bytes())
    except OSError:
        return False


@contextmanager
def database_in(folder: Path) -> Iterator[Database]:
    """Run a server in a folder, durable as in production, and take it away when the block ends."""
    embedded = EmbeddedServer(folder / "server", {"shared_buffers": "64MB", "max_wal_size": "256MB"})
    embedded.destroy()  # what a drill that was killed left behind
    shutil.rmtree(folder / "server", ignore_errors=True)
    info = embedded.ensure()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AMANAH_DATABASE_URL", info.database_url)
        patch.setenv("AMANAH_OWNER_DATABASE_URL", info.owner_url)
        migrate()
        dispose()
    try:
        yield Database(embedded, info)
    finally:
        dispose()
        embedded.destroy()
