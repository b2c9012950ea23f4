"""Alembic's way in: it is given a connection and never looks for one itself."""

from __future__ import annotations

from alembic import context

from include.store.migration import COMPARISON

context.configure(connection=context.config.attributes["connection"], version_table_schema="public", **COMPARISON)
with context.begin_transaction():
    context.run_migrations()
