"""What the database refuses, said without the values that it refused.

PostgreSQL quotes values in its messages (`Key (value)=(…) already exists`, `invalid input syntax … "…"`), and from an
exception they would reach a log. So an error loses them where it is born, before anyone can print it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from include.errors import MayBeRetried, NeverRetry

__all__ = ["StoreAway", "StoreRefused", "keep_values_out", "translated", "without_values"]

QUOTES_NO_VALUE = {
    *("08", "0A", "23", "25", "28", "2B", "2D", "3B", "3D", "3F"),
    *("40", "42", "53", "54", "55", "57", "58", "P0"),
}
"""Classes of SQLSTATE whose first line names tables, columns, constraints and settings only."""
TIME_MAY_HELP = {"08", "40", "53", "55", "57", "58"}
"""Connection lost, serialization or deadlock, out of resources, lock not available, server going down, disk."""
NEVER_AT_LOGIN = ("authentication failed", "does not exist", "no pg_hba.conf entry", "permission denied")


class StoreAway(MayBeRetried):
    """The database cannot be reached or is busy now; nothing of the unit of work was kept."""


class StoreRefused(NeverRetry):
    """The database refused a statement and would refuse it again; nothing of the unit of work was kept."""

    def __init__(self, message: str, *, sqlstate: str | None = None, constraint: str | None = None) -> None:
        super().__init__(message)
        self.sqlstate = sqlstate
        self.constraint = constraint


def keep_values_out(engine: Engine) -> None:
    """Let no error of this engine carry a value, from its first moment on."""
    event.listen(engine, "handle_error", _scrub)


def _scrub(context: ExceptionContext) -> None:
    original = context.original_exception
    said = described(original)
    if isinstance(original, Exception):
        original.args = (said,)
    if isinstance(context.sqlalchemy_exception, StatementError):
        context.sqlalchemy_exception.args = (said,)
        context.sqlalchemy_exception.params = None


def described(error: BaseException) -> str:
    """Say what happened without any value: class, SQLSTATE, table, column and constraint."""
    if not isinstance(error, psycopg.Error):
        return f"{type(error).__name__} before the statement was sent"
    if error.sqlstate is None:  # no server spoke: libpq or psycopg itself, whose texts name hosts and types
        return str(error)
    kind = f"{type(error).__name__} ({error.sqlstate})"
    if error.sqlstate[:2] in QUOTES_NO_VALUE:
        return f"{kind}: {error.diag.message_primary}"
    diag = error.diag
    places = {"table": diag.table_name, "column": diag.column_name, "constraint": diag.constraint_name}
    named = ", ".join(f"{what} {name}" for what, name in places.items() if name)
    return f"{kind}: {named or 'a value does not fit its column'}"


def translated(error: Exception) -> MayBeRetried | NeverRetry:
    """Return the error of ours that stands for one of the database's."""
    if isinstance(error, PoolTimeout):
        return StoreAway("Every connection to the database is in use: try again, or run fewer tasks at once.")
    original = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    said = described(original)
    sqlstate = getattr(original, "sqlstate", None)
    if sqlstate is None and isinstance(original, psycopg.OperationalError):
        if any(sign in said for sign in NEVER_AT_LOGIN):
            return StoreRefused(f"The database does not let us in; check AMANAH_DATABASE_URL. {said}")
        return StoreAway(f"The database is away; start it or check AMANAH_DATABASE_URL. {said}")
    if sqlstate is not None and sqlstate[:2] in TIME_MAY_HELP:
        return StoreAway(f"The database broke off the unit of work. {said}")
    diag = original.diag if isinstance(original, psycopg.Error) else None
    return StoreRefused(
        f"The database refused a statement. {said}",
        sqlstate=sqlstate,
        constraint=diag.constraint_name if diag else None,
    )


@contextmanager
def without_values(*, show_statement: bool = False) -> Iterator[None]:
    """Turn every error of the database that leaves this block into one of ours: retry helps, or never does.

    Statements are shown on request, where none can hold a value: in migrations.
    """
    try:
        yield
    except (StatementError, PoolTimeout, psycopg.Error) as error:
        ours = translated(error)
        if show_statement and isinstance(error, StatementError):
            ours.add_note(f"The statement: {error.statement}")
        raise ours from None
