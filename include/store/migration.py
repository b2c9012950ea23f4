"""The database's shape, brought up to the code's."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, MetaData, make_url, text

from include.errors import NeverRetry
from include.store import roles
from include.store.base import Base
from include.store.binaries import OLDEST
from include.store.locks import advisory_lock
from include.store.refusals import without_values
from include.store.roles import Role
from include.store.urls import app_url, own_urls, owner_url

if TYPE_CHECKING:
    from alembic.config import Config

__all__ = ["COMPARISON", "SCHEMAS", "downgrade", "ensure_migrated", "head", "load_tables", "migrate"]

MIGRATIONS = Path(__file__).with_name("migrations")
INCLUDE = Path(__file__).resolve().parents[1]
PARTS = r"contact_point_\d+"
SCHEMAS = ("landing", "register", "suppression", "channels", "duties", "evidence", "portal")


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Return whether a thing of the database belongs to the comparison with the models; part of a table does not."""
    if kind == "table":
        return not re.fullmatch(PARTS, name or "")
    return kind != "schema" or name in SCHEMAS


COMPARISON: dict[str, Any] = {
    "include_schemas": True,
    "include_name": is_ours,
    "compare_type": True,
    "compare_server_default": True,
}
"""How Alembic compares the database with the models."""


def migrate(to: str = "head", at: str | None = None) -> None:
    """Bring the database up to a revision, or the one `at` an owner's address.

    Of several processes one migrates, and the others find it done.
    """
    _run("upgrade", to, at)


def downgrade(to: str = "base") -> None:
    """Take the database back to a revision; `base` is empty. Roles stay: they belong to the whole cluster."""
    _run("downgrade", to)


def ensure_migrated(engine: Engine) -> None:
    """Migrate where the database is behind the code. Raises NeverRetry where it is ahead, or too old a server."""
    with without_values(), engine.connect() as connection:
        version = connection.dialect.server_version_info or (0,)
        if version < (OLDEST,):
            raise NeverRetry(
                f"AMANAH_DATABASE_URL: PostgreSQL {OLDEST} or later is needed; this server is {version[0]}."
            )
        current = _current(connection)
    if current == head():
        return
    if current is not None and current not in _known():
        raise NeverRetry(
            f"The database stands at revision {current}, which this code does not know: install newer code."
        )
    migrate()


def head() -> str:
    """Return the last revision that the code has; revisions are numbered and stand in one line."""
    return _known()[-1]


def load_tables() -> MetaData:
    """Import every room's tables and return what they declare."""
    for file in sorted(INCLUDE.rglob("tables.py")):
        importlib.import_module(".".join(["include", *file.relative_to(INCLUDE).with_suffix("").parts]))
    return Base.metadata


def _known() -> list[str]:
    return sorted(file.stem for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _current(connection: Connection) -> str | None:
    if connection.execute(text("select to_regclass('public.alembic_version')")).scalar_one() is None:
        return None
    found: str | None = connection.execute(text("select version_num from public.alembic_version")).scalar()
    return found


def _run(direction: str, to: str, at: str | None = None) -> None:
    from alembic import command

    from include.store.engine import make_engine

    owner = make_engine(at or owner_url())
    try:
        with without_values(show_statement=True), owner.begin() as connection:
            advisory_lock(connection, "amanah.migration")
            getattr(command, direction)(config(connection), to)
            _open_to_app(connection)
    finally:
        owner.dispose()


def _open_to_app(connection: Connection) -> None:
    """Let the logins of every process take on their roles and see which revision the database stands at."""
    if connection.execute(text("select version_num from public.alembic_version")).first() is None:
        return
    allowed: dict[str, tuple[Role, ...]] = {url: (role,) for role, url in own_urls().items()}
    if (app := app_url()) is not None:
        allowed[app] = tuple(Role)
    for url, may_become in allowed.items():
        login = make_url(url).username
        if login:
            roles.admit(connection, login, may_become)
            quoted = connection.dialect.identifier_preparer.quote(login)
            connection.execute(text(f"grant select on public.alembic_version to {quoted}"))


def config(connection: Connection | None) -> Config:
    """Return Alembic's configuration, for one connection or only to read the revisions."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made
