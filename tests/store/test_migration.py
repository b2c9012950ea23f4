"""The database's shape goes up and down in one line, and is what the models say."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from include.errors import NeverRetry
from include.store import Role, begin, downgrade, migrate, owner_url
from include.store.engine import engine, make_engine
from include.store.migration import COMPARISON, SCHEMAS, config, head, load_tables


@pytest.fixture
def owner(database: str) -> Iterator[Engine]:
    """The engine of the login that owns the schemas."""
    made = make_engine(owner_url())
    yield made
    made.dispose()


def revision(owner: Engine) -> str | None:
    with owner.connect() as connection:
        return connection.execute(text("select version_num from public.alembic_version")).scalar()


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection, opts=COMPARISON), load_tables()))


def test_the_revisions_stand_in_one_line_and_their_names_are_in_order() -> None:
    script = ScriptDirectory.from_config(config(None))
    line = [step.revision for step in script.walk_revisions()][::-1]
    assert script.get_heads() == [head()]
    assert line == sorted(line)


def test_the_models_are_what_the_migrations_make(owner: Engine) -> None:
    with owner.connect() as connection:
        assert differences(connection) == []


def test_a_column_that_no_migration_made_is_noticed(owner: Engine) -> None:
    with owner.begin() as connection:
        connection.execute(text("alter table register.subject add column extra text"))
        assert [difference[0] for difference in differences(connection)] == ["remove_column"]


def test_all_the_way_down_leaves_no_schema_and_up_again_makes_them_all(owner: Engine) -> None:
    asked = text("select nspname from pg_namespace where nspname = any(:names)")
    downgrade()
    with owner.connect() as connection:
        assert connection.execute(asked, {"names": list(SCHEMAS)}).scalars().all() == []
    migrate()
    with owner.connect() as connection:
        assert set(connection.execute(asked, {"names": list(SCHEMAS)}).scalars()) == set(SCHEMAS)
        assert differences(connection) == []


def test_the_roles_outlive_a_downgrade_because_other_databases_use_them(owner: Engine) -> None:
    downgrade()
    with owner.connect() as connection:
        found = connection.execute(text("select rolname from pg_roles where rolname = any(:names)"), {"names": [*Role]})
        assert set(found.scalars()) == set(Role)


def test_a_database_that_is_behind_is_brought_up_at_the_first_use(owner: Engine) -> None:
    downgrade("0001_foundation")
    with begin(Role.INTAKE) as connection:
        assert connection.execute(text("select count(*) from register.source")).scalar_one() == 0
    assert revision(owner) == head()


def test_a_database_that_is_ahead_of_the_code_is_refused(owner: Engine) -> None:
    with owner.begin() as connection:
        connection.execute(text("update public.alembic_version set version_num = '9999_of_tomorrow'"))
    with pytest.raises(NeverRetry, match="9999_of_tomorrow"):
        engine()


def test_of_two_processes_that_migrate_one_waits_and_finds_it_done(owner: Engine) -> None:
    downgrade()
    code = "from include.store import migrate; migrate()"
    both = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=120)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert revision(owner) == head()


def test_a_migration_that_fails_shows_its_statement_and_changes_nothing(owner: Engine) -> None:
    downgrade()
    with owner.begin() as connection:
        connection.execute(text("create schema duties"))
    with pytest.raises(NeverRetry, match="already exists") as caught:
        migrate()
    assert "create schema duties" in caught.value.__notes__[0]
    assert revision(owner) is None
