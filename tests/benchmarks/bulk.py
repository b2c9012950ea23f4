"""Write much into a database at once: without triggers and foreign keys, and its indexes made when it is there."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

__all__ = ["written_in_bulk"]

SETTINGS = """
set local session_replication_role = replica;
set local synchronous_commit = off;
set local work_mem = '256MB';
set local maintenance_work_mem = '1GB'
"""
INDEXES = """
    select index.indexrelid::regclass::text as name, pg_get_indexdef(index.indexrelid) as made
      from pg_index index
     where index.indrelid = cast(:table as regclass)
       and not exists (select from pg_constraint where conindid = index.indexrelid)
"""


@contextmanager
def written_in_bulk(tables: Iterable[str]) -> Iterator[Connection]:
    """Give a connection of the server's administrator, in one transaction, while the tables have no index but keys."""
    from include.store import EmbeddedServer, home
    from include.store.engine import make_engine
    from include.store.logins import AMANAH, SUPERUSER

    engine = make_engine(EmbeddedServer(home()).ensure().url(SUPERUSER, AMANAH))
    with engine.begin() as connection:
        for setting in SETTINGS.split(";\n"):
            connection.execute(text(setting))
        made = [row for table in tables for row in connection.execute(text(INDEXES), {"table": table})]
        for row in made:
            connection.execute(text(f"drop index {row.name}"))
        yield connection
        began = time.perf_counter()
        for row in made:  # of a parted table the index of the whole, which makes those of its parts
            connection.execute(text(row.made.replace(" ON ONLY ", " ON ")))
        print(f"{len(made)} indexes made in {time.perf_counter() - began:.0f} s", flush=True)
    engine.dispose()
