"""A MariaDB server of one's own, from the machine's package: the systems of a company are not all PostgreSQL."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

PATIENCE = 60
"""Seconds until a server that does not answer is given up."""


def why_not() -> str | None:
    """Say what the machine lacks, if anything."""
    missing = [name for name in ("mariadbd", "mariadb-install-db") if not shutil.which(name, path=_path())]
    return f"{', '.join(missing)}: not on the PATH" if missing else None


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Make and start a server whose data lie in a folder; yield its address, without a database."""
    short = Path(tempfile.mkdtemp(prefix="amanah-maria-"))  # a socket's path may not be long
    told = {"PATH": _path()}
    own = [f"--datadir={folder / 'data'}", *(["--user=root"] if os.getuid() == 0 else [])]
    made = ["mariadb-install-db", "--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db", *own]
    subprocess.run(made, check=True, capture_output=True, env=told)
    log = (folder / "log").open("wb")
    quick = ["--skip-networking", "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=64M"]
    process = subprocess.Popen(
        ["mariadbd", "--no-defaults", f"--socket={short / 's'}", f"--pid-file={short / 'pid'}", *quick, *own],
        stdout=log, stderr=log, env=told,
    )  # fmt: skip
    address = f"mysql+pymysql://root@localhost/?unix_socket={short / 's'}&sql_mode=ANSI_QUOTES"
    try:
        _await(short / "s")
        yield address
    finally:
        process.terminate()
        process.wait()
        log.close()
        shutil.rmtree(short)


@contextmanager
def new_database(server: str) -> Iterator[str]:
    """Make an empty database; yield its address."""
    name, engine = f"other_{secrets.token_hex(6)}", create_engine(server)
    with engine.begin() as connection:
        connection.execute(text(f"create database {name} character set utf8mb4"))
    yield server.replace("@localhost/?", f"@localhost/{name}?charset=utf8mb4&")
    with engine.begin() as connection:
        connection.execute(text(f"drop database {name}"))
    engine.dispose()


def _path() -> str:
    return os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin"))


def _await(path: Path) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        with socket.socket(socket.AF_UNIX) as asked:
            if asked.connect_ex(str(path)) == 0:
                return
        if time.monotonic() > until:
            raise TimeoutError("MariaDB did not start; look at its log")
        time.sleep(0.1)
