"""Where a personal value must never be: every such place of a live installation, as bytes to be searched.

Each place can also be read with a text planted in it. Only a search that finds that text there says something.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg
from canaries import hidden_in
from live_airflow import LiveAirflow
from psycopg import sql

import include.channels.tables
import include.duties.tables
import include.evidence.tables
import include.intake.tables
import include.register.tables  # noqa: F401 (each makes its tables known to Base)
from include.store import Base

__all__ = ["PLACES", "Place", "places_of", "traces"]

Text = tuple[str, bytes]
"""Where it stands, and what stands there."""
OF_THE_STORE = ("backups", "landing", "staging")
"""Folders under home that hold rows by design, closed to others."""
COLUMNS = """
select n.nspname, c.relname, a.attname, t.typname = 'bytea'
  from pg_attribute a join pg_type t on t.oid = a.atttypid
  join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'm') and a.attnum > 0 and not a.attisdropped
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and t.typname not in ('timestamptz', 'bool', 'uuid')
 order by 1, 2, a.attnum
"""


class Place(Protocol):
    """Somewhere to search."""

    def texts(self) -> Iterable[Text]:
        """Yield all that stands there."""
        ...

    def texts_with(self, planted: str) -> Iterable[Text]:
        """Yield all that stands there while a text is planted, and take it away again."""
        ...


def traces(texts: Iterable[Text], marks: Iterable[str] = ()) -> dict[str, set[str]]:
    """Return where planted values stand, and in which dress."""
    marks = tuple(marks)
    return {where: found for where, text in texts if (found := hidden_in(text, marks))}


@dataclass
class Columns:
    """Columns of a database: those named (`schema.table.column`, or a beginning of it), or all."""

    live: LiveAirflow
    database: str
    planting: Sequence[str]
    """Statements that plant `%(text)s`."""
    named: frozenset[str] | None = None

    def texts(self) -> Iterator[Text]:
        with self.live.administrator(self.database) as connection:
            yield from self._read(connection)

    def texts_with(self, planted: str) -> Iterator[Text]:
        with self.live.administrator(self.database) as connection, connection.transaction(force_rollback=True):
            for statement in self.planting:
                done = connection.execute(statement.encode(), {"text": planted})
                assert done.rowcount, statement
            yield from self._read(connection)

    def _read(self, connection: psycopg.Connection[Any]) -> Iterator[Text]:
        for schema, table, column, is_bytes in connection.execute(COLUMNS).fetchall():
            if self.named is None or self.named & {schema, f"{schema}.{table}.{column}"}:
                name = sql.Identifier(schema, table), sql.Identifier(column)
                yield f"{schema}.{table}.{column}", (_unpacked if is_bytes else _as_text)(connection, *name)


@dataclass
class Files:
    """What stands in the files of a folder, less those of some of its subfolders."""

    folder: Path
    without: tuple[str, ...] = ()

    def texts(self) -> Iterator[Text]:
        for path in self._paths():
            if path.is_file():
                yield str(path.relative_to(self.folder)), _with_content(path.read_bytes())

    def texts_with(self, planted: str) -> Iterator[Text]:
        file = next((path for path in self._paths() if path.is_dir()), self.folder) / "planted"
        file.write_bytes(zlib.compress(planted.encode()))
        yield from self.texts()
        file.unlink()

    def _paths(self) -> Iterator[Path]:
        left_out = {self.folder / name for name in self.without}
        for path in sorted(self.folder.rglob("*")):
            if left_out.isdisjoint((path, *path.parents)):
                yield path


@dataclass
class Names:
    """The names of all files and folders under a folder."""

    folder: Path

    def texts(self) -> Iterator[Text]:
        for path in sorted(self.folder.rglob("*")):
            yield str(path.parent.relative_to(self.folder)), path.name.encode()

    def texts_with(self, planted: str) -> Iterator[Text]:
        (self.folder / "landing" / planted).mkdir()
        yield from self.texts()
        (self.folder / "landing" / planted).rmdir()


@dataclass
class ServerLog:
    """What PostgreSQL itself writes down."""

    live: LiveAirflow

    def texts(self) -> Iterator[Text]:
        yield "log", self.live.server.log.read_bytes()

    def texts_with(self, planted: str) -> Iterator[Text]:
        """Have the server say it; what it has said so far is told apart, for it stays there."""
        said = self.live.server.log.stat().st_size
        with self.live.administrator(self.live.ours) as connection:
            connection.execute(sql.SQL("do {}").format(sql.Literal(f"begin raise log '{planted}'; end")))
        content = self.live.server.log.read_bytes()
        yield "log", content[said:]
        self.live.server.log.write_bytes(content[:said])


def places_of(live: LiveAirflow) -> dict[str, Place]:
    """Name every place of the first promise in an installation."""
    home = Path(live.settings["AMANAH_HOME"])
    plain = frozenset(
        f"{table.fullname}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if not column.info.get("personal") and table.schema != "evidence"
    )
    found: tuple[Place, ...] = (
        Columns(live, live.theirs, PLANTED_IN_AIRFLOW),
        Files(live.place.home),
        Files(home / "data_docs"),
        Files(home, (*OF_THE_STORE, "airflow", "data_docs")),
        Files(live.temporary),
        Names(home),
        Columns(live, live.ours, PLANTED_IN_LEDGER, frozenset({"evidence"})),
        Columns(live, live.ours, PLANTED_IN_REGISTER, plain),
        ServerLog(live),
    )
    return dict(zip(PLACES, found, strict=True))


PLACES = (
    "Airflow's database",
    "Airflow's home, with every log and what its processes print",
    "the Data Docs",
    "other files of the home",
    "temporary files",
    "names of files and folders",
    "the ledger",
    "columns that are not marked as personal",
    "PostgreSQL's log",
)
PLANTED_IN_AIRFLOW = (
    "update dag_run set conf = jsonb_build_object('reason', %(text)s::text)",
    "update task_instance set rendered_map_index = %(text)s",
    "update task_instance set executor_config = convert_to(%(text)s, 'utf-8')",
    "insert into log (dttm, event, extra) values (now(), 'planted', to_json(%(text)s::text)::text)",
)
PLANTED_IN_LEDGER = ("insert into evidence.word values (regexp_replace(%(text)s, '[^a-z]', '', 'g'))",)
PLANTED_IN_REGISTER = (
    "update register.receipt set counts = counts || jsonb_build_object('rows', %(text)s::text)",
    "update landing.quarantined set reason = %(text)s",
)


def _as_text(connection: psycopg.Connection[Any], table: sql.Identifier, column: sql.Identifier) -> bytes:
    """Let the server put the rows together: handing them over one by one takes twenty times as long."""
    query = sql.SQL("select string_agg({1}::text, E'\\n') from {0}").format(table, column)
    row = connection.execute(query).fetchone()
    return (row[0] or "").encode() if row else b""


def _unpacked(connection: psycopg.Connection[Any], table: sql.Identifier, column: sql.Identifier) -> bytes:
    rows = connection.execute(sql.SQL("select {1} from {0} where {1} is not null").format(table, column), binary=True)
    return b"\n".join(_with_content(row[0]) for row in rows)


def _with_content(value: bytes) -> bytes:
    """Return bytes as they are, and unpacked where they are packed."""
    with suppress(zlib.error):
        return value + zlib.decompress(value, wbits=zlib.MAX_WBITS | 32)
    return value
