"""The moment at which a process is killed, or loses its database, watched for from within and without patching."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Engine, Pool, event, make_url


@dataclass(frozen=True)
class Moment:
    """When it happens: at the nth time that `what` matches, of what `kind` says.

    `statement`: before it is executed. `commit`, `committed`: before and after a transaction with such a statement is
    kept. `file`: before a file is opened, renamed or removed, told as `os.rename … …`. `row`: in the middle of a COPY
    into such a table, before its nth row or batch of them. With `cut`, it is not the process that goes but its
    database, for everybody.
    """

    kind: str
    what: str
    nth: int = 1
    cut: str | None = None
    """The address of the server's administrator."""

    def __str__(self) -> str:
        return f"{self.kind} {self.what}" + (f" {self.nth}" if self.nth > 1 else "")


BESIDE_THE_DATABASE = (
    Moment("file", r"rename .*rows-00002\.parquet"),
    Moment("commit", "insert into landing.shard"),
    Moment("row", "incoming_point"),
    Moment("statement", "insert into register.contact_point"),
    Moment("commit", "insert into register.contact_point"),
)
"""Moments of an intake before which the database, too, may go."""

OF_AN_INTAKE = (
    *BESIDE_THE_DATABASE,
    Moment("file", r"rename .*\.raw$"),
    Moment("commit", "insert into register.receipt"),
    Moment("committed", "insert into register.receipt"),
    Moment("file", r"rename .*/landing/\S+/[0-9a-f-]{36}$"),
    Moment("committed", "insert into landing.shard"),
    Moment("commit", "update register.receipt set state"),
    Moment("file", r"rename .*points-00002\.parquet"),
    Moment("committed", "insert into register.contact_point"),
    Moment("file", r"remove .*\.raw"),
    Moment("file", r"rename .*seen-00001\.parquet"),
    Moment("file", r"remove .*rows-00001\.parquet"),
    Moment("commit", "update landing.shard"),
    Moment("file", r"remove .*points-00002"),
    Moment("commit", "insert into duties.duty"),
)
"""Moments at which an intake may be killed."""


def watch_for(moment: Moment) -> None:
    """Let it happen in this process."""
    left = [moment.nth]

    def pass_by(*_: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            if moment.cut is None:
                os.kill(os.getpid(), signal.SIGKILL)
            else:
                cut_off(moment.cut)

    WATCH[moment.kind](re.compile(moment.what, re.DOTALL), pass_by)


def cut_off(administrator: str) -> None:
    """Let the database be away: end every connection to it, and let nobody in."""
    name = make_url(os.environ["AMANAH_DATABASE_URL"]).database
    assert name is not None
    with psycopg.connect(administrator, autocommit=True) as connection:
        connection.execute(sql.SQL("alter database {} allow_connections false").format(sql.Identifier(name)))
        connection.execute("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s", (name,))


def _statement(what: re.Pattern[str], pass_by: Callable[..., None]) -> None:
    def look(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if what.search(statement):
            pass_by()

    event.listen(Engine, "before_cursor_execute", look)


def _commit(what: re.Pattern[str], pass_by: Callable[..., None]) -> None:
    _watch_transactions(what, pass_by, lambda: None)


def _committed(what: re.Pattern[str], pass_by: Callable[..., None]) -> None:
    _watch_transactions(what, lambda: None, pass_by)


def _watch_transactions(what: re.Pattern[str], before: Callable[..., None], after: Callable[..., None]) -> None:
    meant = {"open": False, "kept": False}

    def begin(_connection: Any) -> None:
        leave()  # a connection that is kept for many goes from one transaction into the next
        meant.update(open=False)

    def look(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if what.search(statement):
            meant["open"] = True

    def commit(_connection: Any) -> None:
        if meant["open"]:
            meant["kept"] = True
            before()

    def leave(*_: Any) -> None:
        if meant["kept"]:
            meant.update(kept=False)
            after()

    event.listen(Engine, "begin", begin)
    event.listen(Engine, "before_cursor_execute", look)
    event.listen(Engine, "commit", commit)
    event.listen(Pool, "checkin", leave)


def _file(what: re.Pattern[str], pass_by: Callable[..., None]) -> None:
    def look(name: str, told: tuple[Any, ...]) -> None:
        if name in ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree") and what.search(
            " ".join((name, *(str(each) for each in told[:2])))
        ):
            pass_by()

    sys.addaudithook(look)


def _row(what: re.Pattern[str], pass_by: Callable[..., None]) -> None:
    def sending(frame: Any, happening: str, _argument: Any) -> None:
        if happening == "call" and frame.f_code.co_name in ("write_row", "_as_csv"):
            pass_by()

    def look(_connection: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
        if "pg_attribute" in statement:  # what a COPY asks first, of the table it is about to fill
            sys.setprofile(sending if what.search(given["table"]) else None)

    event.listen(Engine, "before_cursor_execute", look)


WATCH = {"statement": _statement, "commit": _commit, "committed": _committed, "file": _file, "row": _row}
