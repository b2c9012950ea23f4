"""Whole copies of a database, by PostgreSQL's own programs. No password is in an argument, and no row in an error."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from pathlib import Path

import psycopg
from sqlalchemy import URL, make_url

from include.errors import MayBeRetried, NeverRetry
from include.store.binaries import find_program

__all__ = ["NoProgram", "bring_back", "dump"]

ENVIRONMENT = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "host": "PGHOST",
    "port": "PGPORT",
}
"""What an address may say behind its question mark, and how PostgreSQL's programs are told."""
TIME_MAY_HELP = ("connection to server", "No space left", "server closed the connection", "lock timeout")


class NoProgram(NeverRetry):
    """PostgreSQL's programs cannot be had in the version of the server."""


def dump(address: str, file: Path) -> None:
    """Write a database into a file that only its owner reads: at once under its name, or not at all.

    Raises NoProgram where there is no `pg_dump` of the server's major version, MayBeRetried where time may help.
    """
    draft = file.with_name(f"{file.name}.unfinished")
    with suppress(FileNotFoundError):
        draft.unlink()
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        _run("pg_dump", address, "--format=custom", "--no-password", "--lock-wait-timeout=60s", f"--file={draft}")
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def bring_back(file: Path, address: str) -> None:
    """Read a dump into an empty database as its owner. Raises as `dump` does."""
    name = make_url(address).database or ""
    words = ("--exit-on-error", "--no-owner", "--no-password", f"--dbname={name}", str(file))
    _run("pg_restore", address, *words)


def _run(name: str, address: str, *words: str) -> None:
    url = make_url(address)
    major = _major(url)
    program = find_program(name, major)
    if program is None:
        raise NoProgram(
            f"no {name} of PostgreSQL {major}, the server's version, was found: install its client programs on this "
            "machine, or name their folder in AMANAH_PG_BIN"
        )
    done = subprocess.run(
        [str(program), *words], env=_environment(url), stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode:
        raise _failure(name, done.returncode, done.stderr)


def _environment(url: URL) -> dict[str, str]:
    """Tell a program where to log in by its environment, which other users of the machine cannot read."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "AMANAH_"))}
    given = {ENVIRONMENT[key]: str(value) for key, value in url.query.items() if key in ENVIRONMENT}
    named = {
        "PGHOST": url.host,
        "PGPORT": url.port and str(url.port),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    return kept | {key: str(value) for key, value in named.items() if value} | given | {"PGAPPNAME": "amanah"}


def _major(url: URL) -> int:
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with psycopg.connect(address, connect_timeout=10) as connection:
            return connection.info.server_version // 10000
    except psycopg.OperationalError:
        raise MayBeRetried("the database that is to be copied cannot be reached, or does not let us in") from None


def _failure(name: str, code: int, said: str) -> MayBeRetried | NeverRetry:
    """Say what went wrong without the program's words: they may quote a row."""
    for sign in TIME_MAY_HELP:
        if sign in said:
            return MayBeRetried(f"{name} broke off ({sign}): make room or see that the server runs, and try again")
    why = "it may not read a table" if "permission denied" in said else "the file or the database does not fit"
    return NeverRetry(f"{name} ended with {code}: {why}; its words are withheld, for they may quote a row")
