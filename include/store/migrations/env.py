"""Alembic's way in: it is given a connection and never looks for one itself."""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy import Connection, Engine

from include.store.migration import SCHEMAS, load_tables


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Return whether a thing of the database belongs to the comparison with the models."""
    return kind != "schema" or name in SCHEMAS


def run(connection: Connection) -> None:
    """Run what was asked for, in the transaction that it was asked in."""
    context.configure(
        connection=connection,
        target_metadata=load_tables() if context.config.attributes.get("compare") else None,
        include_schemas=True,
        include_name=is_ours,
        compare_type=True,
        compare_server_default=True,
        version_table_schema="public",
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes["connection"]
if isinstance(given, Engine):
    with given.connect() as opened:
        run(opened)
        opened.commit()
else:
    run(given)
