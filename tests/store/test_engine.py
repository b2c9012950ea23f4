"""Units of work keep all or nothing, as one role."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import text

from include.errors import MayBeRetried, NeverRetry
from include.store import Role, UnitsOfWork, begin, engine
from include.store.engine import dispose
from include.store.server import ServerInfo

ADD = text("insert into register.subject (jurisdiction, language, created_at) values ('sa', 'ar', :at)")
COUNT = text("select count(*) from register.subject")
AT = datetime(2026, 3, 1, tzinfo=UTC)


def subjects() -> int:
    with begin(Role.INTAKE) as connection:
        return int(connection.execute(COUNT).scalar_one())


def test_a_unit_of_work_runs_as_its_role(database: str) -> None:
    for role in Role:
        with begin(role) as connection:
            assert connection.execute(text("select current_user")).scalar_one() == role


def test_the_role_ends_with_the_unit_of_work(database: str) -> None:
    with begin(Role.INTAKE):
        pass
    with engine().connect() as connection:
        assert connection.execute(text("select current_user")).scalar_one() == "amanah_app"


def test_a_clean_exit_keeps_the_work(database: str) -> None:
    with begin(Role.INTAKE) as connection:
        connection.execute(ADD, {"at": AT})
    assert subjects() == 1


def test_any_error_undoes_the_work_and_passes_through(database: str) -> None:
    with pytest.raises(LookupError), begin(Role.INTAKE) as connection:  # noqa: PT012
        connection.execute(ADD, {"at": AT})
        raise LookupError
    assert subjects() == 0


def test_instants_come_back_in_utc(database: str) -> None:
    with begin(Role.INTAKE) as connection:
        connection.execute(ADD, {"at": AT})
        found = connection.execute(text("select created_at from register.subject")).scalar_one()
    assert (found, found.utcoffset().total_seconds()) == (AT, 0)


def test_a_broken_connection_is_replaced_at_the_next_unit_of_work(database: str) -> None:
    with pytest.raises(MayBeRetried), begin(Role.INTAKE) as connection:  # noqa: PT012
        connection.execute(text("reset role"))
        connection.execute(text("select pg_terminate_backend(pg_backend_pid())"))
    assert subjects() == 0


def test_a_connection_that_broke_while_it_rested_is_replaced_unseen(database: str, server: ServerInfo) -> None:
    with begin(Role.INTAKE) as connection:
        resting = connection.execute(text("select pg_backend_pid()")).scalar_one()
    with psycopg.connect(server.superuser_url.replace("+psycopg", "")) as administrator:
        administrator.execute("select pg_terminate_backend(%s, 5000)", (resting,))
    assert subjects() == 0


def test_a_server_that_is_away_may_be_retried(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMANAH_DATABASE_URL", "postgresql://amanah_app:canary-secret@127.0.0.1:9/amanah")
    with pytest.raises(MayBeRetried, match="AMANAH_DATABASE_URL") as caught, begin(Role.INTAKE):
        pass
    assert "canary-secret" not in str(caught.value)


def test_a_wrong_password_is_never_retried(database: str, server: ServerInfo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMANAH_DATABASE_URL", database.replace(server.passwords["amanah_app"], "canary-secret"))
    with pytest.raises(NeverRetry, match="AMANAH_DATABASE_URL") as caught, begin(Role.INTAKE):
        pass
    assert "canary-secret" not in str(caught.value)


def test_a_forked_process_does_not_use_its_parents_connections(database: str) -> None:
    with begin(Role.INTAKE) as connection:
        ours = connection.execute(text("select pg_backend_pid()")).scalar_one()
    child = os.fork()
    if child == 0:  # nothing may leave this branch but its exit code
        try:
            with begin(Role.INTAKE) as connection:
                theirs = connection.execute(text("select pg_backend_pid()")).scalar_one()
            dispose()
            os._exit(0 if theirs != ours else 1)
        except BaseException:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    with begin(Role.INTAKE) as connection:
        assert connection.execute(text("select pg_backend_pid()")).scalar_one() == ours


class TestManyUnitsOfWork:
    def test_run_on_one_connection_each_as_its_role(self, database: str) -> None:
        seen = set()
        with UnitsOfWork(Role.INTAKE) as work:
            for _ in range(3):
                with work.begin() as connection:
                    seen.add(tuple(connection.execute(text("select pg_backend_pid(), current_user")).one()))
        assert [role for _, role in seen] == [Role.INTAKE]
        with engine().connect() as connection:
            assert connection.execute(text("select current_user")).scalar_one() == "amanah_app"

    def test_are_kept_one_by_one(self, database: str) -> None:
        with UnitsOfWork(Role.INTAKE) as work:
            with work.begin() as connection:
                connection.execute(ADD, {"at": AT})
            assert subjects() == 1
            with pytest.raises(LookupError), work.begin() as connection:  # noqa: PT012
                connection.execute(ADD, {"at": AT})
                raise LookupError
            with work.begin() as connection:
                assert connection.execute(COUNT).scalar_one() == 1

    def test_go_on_over_a_new_connection_where_theirs_broke_while_it_rested(
        self, database: str, server: ServerInfo
    ) -> None:
        with UnitsOfWork(Role.INTAKE) as work:
            with work.begin() as connection:
                resting = connection.execute(text("select pg_backend_pid()")).scalar_one()
            with psycopg.connect(server.superuser_url.replace("+psycopg", "")) as administrator:
                administrator.execute("select pg_terminate_backend(%s, 5000)", (resting,))
            with work.begin() as connection:
                connection.execute(ADD, {"at": AT})
        assert subjects() == 1

    def test_one_that_breaks_off_keeps_nothing_and_the_next_goes_on(self, database: str) -> None:
        with UnitsOfWork(Role.INTAKE) as work:
            with pytest.raises(MayBeRetried), work.begin() as connection:  # noqa: PT012
                connection.execute(ADD, {"at": AT})
                connection.execute(text("reset role"))
                connection.execute(text("select pg_terminate_backend(pg_backend_pid())"))
            with work.begin() as connection:
                assert connection.execute(COUNT).scalar_one() == 0
