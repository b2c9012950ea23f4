"""A server that somebody else runs serves as well, with logins that may no more than they must."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from include.errors import NeverRetry
from include.store import EmbeddedServer, Role, begin, migrate
from include.store.binaries import candidates, find_binaries
from include.store.engine import dispose
from include.store.server import ServerInfo

PROGRAMS = sorted({find_binaries().folder, list(candidates())[-1]})
OURS = [*Role, "amanah_app", "amanah_portal_login", "amanah_api_login", "amanah_owner"]


@pytest.fixture(scope="module", params=PROGRAMS, ids=lambda folder: folder.parts[-2])
def bare(request: pytest.FixtureRequest, ground: Path) -> Iterator[ServerInfo]:
    """A server without anything of ours, of each version at hand."""
    embedded = EmbeddedServer(ground / f"bare-{request.param_index}", {"fsync": "off", "shared_buffers": "32MB"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AMANAH_PG_BIN", str(request.param))
        info = embedded.ensure()
    run(info, "drop database amanah", *(f"drop role {role}" for role in OURS))
    yield info
    embedded.destroy()


@pytest.fixture
def external(bare: ServerInfo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ServerInfo]:
    """The same with two logins made by its administrator: one that migrates, one for every process."""
    run(
        bare,
        "create role migrator login createrole password 'm'",
        "create role worker login noinherit password 'w'",
        "create database theirs owner migrator strategy file_copy",
    )
    monkeypatch.setenv("AMANAH_HOME", str(tmp_path))
    monkeypatch.setenv("AMANAH_DATABASE_URL", f"postgresql://worker:w@127.0.0.1:{bare.port}/theirs")
    monkeypatch.setenv("AMANAH_OWNER_DATABASE_URL", f"postgresql://migrator:m@127.0.0.1:{bare.port}/theirs")
    yield bare
    dispose()
    run(bare, "drop database theirs with (force)")
    for role in [*Role, "worker", "migrator"]:
        run(bare, f"drop role if exists {role}")


def run(info: ServerInfo, *statements: str) -> None:
    with psycopg.connect(info.superuser_url.replace("+psycopg", ""), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def works_as_every_role() -> bool:
    for role in Role:
        with begin(role) as connection:
            assert connection.execute(text("select current_user")).scalar_one() == role
    return True


def test_two_plain_logins_are_enough(external: ServerInfo) -> None:
    assert works_as_every_role()
    with begin(Role.INTAKE) as connection:
        assert connection.execute(text("select session_user")).scalar_one() == "worker"


def test_one_login_for_both_is_enough(external: ServerInfo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AMANAH_OWNER_DATABASE_URL")
    monkeypatch.setenv("AMANAH_DATABASE_URL", f"postgresql://migrator:m@127.0.0.1:{external.port}/theirs")
    assert works_as_every_role()


def test_roles_that_the_administrator_made_and_gave_are_taken(external: ServerInfo) -> None:
    run(external, "alter role migrator nocreaterole")
    for role in Role:
        run(external, f"create role {role} nologin", f"grant {role} to migrator", f"grant {role} to worker")
    assert works_as_every_role()


def test_roles_that_cannot_be_made_are_a_clear_error_and_nothing_is_kept(external: ServerInfo) -> None:
    run(external, "alter role migrator nocreaterole")
    with pytest.raises(NeverRetry, match="create role amanah_intake nologin"):
        migrate()
    with pytest.raises(NeverRetry):
        works_as_every_role()


def test_roles_that_were_not_given_are_a_clear_error(external: ServerInfo) -> None:
    run(external, "alter role migrator nocreaterole")
    for role in Role:
        run(external, f"create role {role} nologin", f"grant {role} to migrator")
    with pytest.raises(NeverRetry, match="grant amanah_intake to worker"):
        migrate()
