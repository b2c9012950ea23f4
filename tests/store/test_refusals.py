"""No error of the database carries a value: not to the caller, not to a log, not to the server's own log."""

from __future__ import annotations

import json
import logging
import traceback
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from include.errors import MayBeRetried, NeverRetry
from include.store import Role, StoreRefused, begin
from include.store.server import ServerInfo

CANARY = "canary-5521"
SETUP = """create temporary table sample (
    id bigint primary key, phone text unique, small varchar(3), age int check (age > 0), day date, must text not null,
    constraint known foreign key (id) references sample (id)) on commit drop"""
TWICE = "insert into sample (id, phone, must) values (1, :v, ''), (2, :v, '')"
REFUSED = {
    "a value that is held already": (TWICE, CANARY),
    "a value too long": ("insert into sample (id, small) values (1, :v)", CANARY),
    "a row that fails a check": ("insert into sample (id, phone, age, must) values (1, :v, -1, '')", CANARY),
    "a row that lacks a field": ("insert into sample (id, phone) values (1, :v)", CANARY),
    "text that is no number": ("select cast(:v as int)", CANARY),
    "text that is no date": ("select cast(:v as date)", CANARY),
    "text that is no uuid": ("select cast(:v as uuid)", CANARY),
    "text that is no JSON": ("select cast(:v as jsonb)", "{" + CANARY),
    "text that is no pattern": ("select '' ~ :v", "(" + CANARY),
    "text with a zero byte": ("select :v", CANARY + "\0"),
    "a thing of no type": ("select :v", {CANARY}),
}


def told(error: BaseException) -> str:
    """Everything that a log could say of an error, its causes and its notes."""
    return "".join(traceback.format_exception(error)) + repr(error) + json.dumps(vars(error), default=repr)


def chain(error: BaseException | None) -> list[BaseException]:
    return [] if error is None else [error, *chain(error.__cause__), *chain(error.__context__)]


@pytest.mark.parametrize(("statement", "value"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused_is_not_shown(
    database: str, caplog: pytest.LogCaptureFixture, statement: str, value: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(StoreRefused) as caught, begin(Role.INTAKE) as connection:  # noqa: PT012
        connection.execute(text(SETUP))
        connection.execute(text(statement), {"v": value})
    for error in chain(caught.value):
        assert CANARY not in str(error)
        assert CANARY not in repr(error.args)
    assert CANARY not in caplog.text


def test_inside_the_unit_of_work_the_error_is_clean_too(database: str) -> None:
    with begin(Role.INTAKE) as connection:
        connection.execute(text(SETUP))
        with pytest.raises(DBAPIError) as caught, connection.begin_nested():
            connection.execute(
                text("insert into sample (id, phone, must) values (1, :v, ''), (2, :v, '')"), {"v": CANARY}
            )
    assert CANARY not in told(caught.value)
    assert "sample_phone_key" in str(caught.value)


def test_a_refusal_says_where_and_by_which_rule(database: str) -> None:
    with pytest.raises(StoreRefused, match="sample_phone_key") as caught, begin(Role.INTAKE) as connection:  # noqa: PT012
        connection.execute(text(SETUP))
        connection.execute(text(TWICE), {"v": CANARY})
    assert (caught.value.sqlstate, caught.value.constraint) == ("23505", "sample_phone_key")


def test_what_time_may_help_may_be_retried_and_the_rest_never(database: str) -> None:
    with pytest.raises(MayBeRetried), begin(Role.INTAKE) as connection:  # noqa: PT012
        connection.execute(text("set local statement_timeout = '20ms'"))
        connection.execute(text("select pg_sleep(5)"))
    with pytest.raises(NeverRetry), begin(Role.INTAKE) as connection:
        connection.execute(text("select nonsense"))


def test_the_servers_own_log_has_no_values(database: str, server: ServerInfo) -> None:
    server_log = server.log
    for statement, value in REFUSED.values():
        with pytest.raises(StoreRefused), begin(Role.INTAKE) as connection:  # noqa: PT012
            connection.execute(text(SETUP))
            connection.execute(text(statement), {"v": value})
    assert "ready to accept connections" in server_log.read_text()
    assert CANARY not in server_log.read_text()
