"""A cluster of our own: how it is made, and its settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from include.errors import NeverRetry
from include.store.binaries import Binaries
from include.store.footing import Footing

__all__ = ["launch", "make_cluster", "settings_of"]

LAUNCH = Path(__file__).with_name("launch.py")
LOCALES = ("C.UTF-8", "C.utf8", "en_US.UTF-8")
"""Arabic is letters to these; the plain C locale sees only bytes. The second and third are for other systems."""
SOCKET_LIMIT = 103
"""Bytes of a socket's path that every system takes."""
LAST_OF_THE_DEAD = 30.0
"""Seconds that the processes of a killed server have to notice that it is gone."""
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "password_encryption": "scram-sha-256",
    "fsync": "on",
    "synchronous_commit": "on",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "cluster_name": "amanah",
    # The server's log never quotes a value: no message of a statement, no detail, no statement, no parameter.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_lock_waits": "off",
    "log_checkpoints": "off",
    "log_autovacuum_min_duration": "-1",
}


def make_cluster(folder: Path, footing: Footing, binaries: Binaries, password: str, *, durable: bool) -> str | None:
    """Make the data folder as a draft; return None, or why it could not be made on this footing."""
    try:
        footing.prepare()
        programs = footing.reach(binaries)
    except OSError as error:
        return f"{footing.base}: {error.strerror}"
    secret = footing.base / "password"
    secret.unlink(missing_ok=True)
    try:
        _write_for(footing, secret, password)
        failure = _initdb(folder, footing, programs, secret, durable)
    finally:
        secret.unlink(missing_ok=True)
    return failure


def _initdb(folder: Path, footing: Footing, programs: Binaries, secret: Path, durable: bool) -> str | None:
    failure = None
    for locale in LOCALES:
        argv = [programs.initdb, "-D", str(footing.draft), "-U", "postgres", "--encoding=UTF8", f"--locale={locale}"]
        argv += ["--auth=scram-sha-256", f"--pwfile={secret}", "--data-checksums", *([] if durable else ["--no-sync"])]
        failure = launch(folder, footing.order(*argv))
        if failure is None or "locale" not in failure:
            break
    return failure


def _write_for(footing: Footing, file: Path, text: str) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(text)
    if footing.way == "user":
        os.chown(file, footing.uid, footing.gid)


def settings_of(footing: Footing, port: int, changes: Mapping[str, str]) -> list[str]:
    """Return the server's arguments: its settings, its port, and a socket where the folder's path is short enough."""
    sockets = footing.sockets
    room = len(os.fsencode(sockets / ".s.PGSQL.65535")) <= SOCKET_LIMIT
    if room:
        sockets.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0:
            os.chown(sockets, footing.uid, footing.gid)
    own = {"port": str(port), "unix_socket_directories": str(sockets) if room else ""}
    return [f"--{name}={value}" for name, value in {**SETTINGS, **own, **changes}.items()]


def launch(folder: Path, order: dict[str, Any]) -> str | None:
    """Run a program of an installation's `postgres` folder; return None, or the last that it said when it failed.

    It starts when no process of an earlier one lives, and all of its own hold the folder's lock until they end.
    """
    order = {**order, "lock": str(folder / "running.lock"), "seconds": LAST_OF_THE_DEAD}
    kept = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    environment = {name: os.environ[name] for name in kept if name in os.environ} | {"TZ": "UTC", "LC_ALL": "C"}
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(LAUNCH), json.dumps(order)],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode == 0:
        return None
    lines = (done.stderr or done.stdout).strip().splitlines()
    return " ".join(lines[-2:]) or f"exit code {done.returncode}"


def refuse(folder: Path, failures: list[str]) -> NeverRetry:
    """Return the error that says why no way of making a cluster worked."""
    reasons = "; ".join(failures)
    return NeverRetry(
        f"No PostgreSQL server can be made in {folder}: {reasons}. Run as an ordinary user, or name a running server "
        "in AMANAH_DATABASE_URL."
    )
