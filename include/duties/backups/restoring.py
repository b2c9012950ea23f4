"""Restore a copy into a new database that stays closed until nothing of what was destroyed since is left in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from include.duties.backups import journal
from include.duties.backups.copies import sum_of
from include.duties.backups.model import Head, Restored, StillThere
from include.duties.backups.noting import STEPS, database_head, write_down
from include.duties.backups.replaying import remaining, replay
from include.errors import NeverRetry
from include.store import Role, StoreAway, StoreRefused, begin, migrate
from include.store.closed import address_in, drop_database, make_closed, open_database
from include.store.dumping import bring_back
from include.store.engine import make_engine

__all__ = ["bring_into", "engine_of", "look_again", "replay_into", "restore", "restore_check"]


def restore(file: Path, database: str, at: datetime) -> Restored:
    """Bring a copy back into a new database, destroy in it what was destroyed since, look again, and open it.

    Where it fails it is dropped; killed, it stays closed, and the same command begins it anew. Raises JournalBroken
    before anything is read where the journal is not whole, and StillThere where something is left.
    """
    told, heads = journal.journal_file(), _heads()
    for _ in journal.read(told, heads):
        pass
    bring_into(file, database)
    try:
        done = replay_into(database, told, at, heads)
        look_again(database, told)
        open_database(database)
    except BaseException:
        drop_database(database)  # it holds whoever was destroyed
        raise
    return Restored(database, done["plans"], done["suppressed"] + done["stops"])


def bring_into(file: Path, database: str) -> None:
    """Read a copy into a new database that is closed, and bring its shape up to this code."""
    if not file.is_file():
        raise NeverRetry(f"there is no file {file}; `python -m include backups list` names those that are kept")
    _as_it_was_made(file)
    make_closed(database)
    try:
        bring_back(file, address_in(database))
        migrate(at=address_in(database))
    except BaseException:
        drop_database(database)
        raise


def replay_into(database: str, told: Path, at: datetime, heads: Iterable[Head] = ()) -> dict[str, int]:
    """Destroy in a closed database what the journal says was destroyed since; return counts."""
    with engine_of(database) as engine, begin(Role.DUTIES, at=engine) as connection:
        known = (*heads, database_head(connection))
        return replay(connection, journal.read(told, known), at)


def look_again(database: str, told: Path) -> None:
    """Look by another path whether anything is left. Raises StillThere."""
    with engine_of(database) as engine, begin(Role.DUTIES, at=engine) as connection:
        left = remaining(connection, journal.read(told))
    if any(left.values()):
        raise StillThere(left)


def restore_check(at: datetime, *, apply: bool = False) -> dict[str, int]:
    """Say whether the database in use is older than its journal: what it still holds, and lacks; `apply` mends it.

    With `apply` it is destroyed again and looked at again. Raises JournalBroken, and StillThere where something stays.
    """
    told = journal.journal_file()
    with begin(Role.DUTIES) as connection:
        known = database_head(connection)
        left = remaining(connection, journal.read(told, [known]))
    if apply and any(left.values()):
        with begin(Role.DUTIES) as connection:
            replay(connection, journal.read(told, [known]), at)
        with begin(Role.DUTIES) as connection:
            left = remaining(connection, journal.read(told, [known]))
        if any(left.values()):
            raise StillThere(left)
    return left


def _heads() -> list[Head]:
    """Ask the database in use how long the journal is, and let it write down what it still has; it may be lost."""
    try:
        write_down()
        with begin(Role.DUTIES) as connection:
            return [database_head(connection)]
    except (StoreAway, StoreRefused):
        return []


def _as_it_was_made(file: Path) -> None:
    """Hold a copy against its registered hash, where the database in use knows it."""
    try:
        with begin(Role.DUTIES) as connection:
            known = STEPS.rows(connection, "registered", {"name": file.name})
    except (StoreAway, StoreRefused):
        return
    if known and bytes(known[0].sha256) != sum_of(file):
        raise NeverRetry(f"{file} is not the copy that was made: its hash is another. Take the one of another night")


@contextmanager
def engine_of(database: str) -> Iterator[Engine]:
    """Enter a database that is closed to everybody else, as its owner."""
    engine = make_engine(address_in(database))
    try:
        yield engine
    finally:
        engine.dispose()
