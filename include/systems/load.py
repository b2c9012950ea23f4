"""How busy a system's database is, as far as its login may read that."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

__all__ = ["Load", "load_of"]

POSTGRESQL = """
select (select count(*) from pg_locks lock join pg_stat_activity other using (pid)
         where not lock.granted and other.datname = current_database()) as waiting,
       (select extract(epoch from max(replay_lag)) from pg_stat_replication) as lag
"""
MARIADB = "show global status where variable_name in ('Innodb_row_lock_current_waits', 'Threads_running')"


@dataclass(frozen=True, slots=True)
class Load:
    """What a database tells of itself; None for what it does not tell, or not to this login."""

    waiting: int | None = None
    """Sessions that wait for a lock."""
    lag: float | None = None
    """Seconds by which the slowest replica is behind."""
    running: int | None = None
    """Statements that run at this moment, this question among them."""


def load_of(connection: Connection) -> Load:
    """Ask a database how busy it is, between two transactions. What it does not tell is left out; nothing is raised."""
    try:
        with connection.begin():
            return _asked(connection)
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        return Load()


def _asked(connection: Connection) -> Load:
    match connection.dialect.name:
        case "postgresql":
            found = connection.execute(text(POSTGRESQL)).one()
            return Load(waiting=int(found.waiting), lag=None if found.lag is None else float(found.lag))
        case "mysql" | "mariadb":
            told = {str(row[0]).lower(): int(row[1]) for row in connection.execute(text(MARIADB))}
            return Load(waiting=told.get("innodb_row_lock_current_waits"), running=told.get("threads_running"))
        case _:
            return Load()
