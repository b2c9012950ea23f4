"""Where a database has no words of its own for it, plain SQL does the same: SQL Server, and whatever else there is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import mssql, registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.mock import MockConnection
from test_forgetting import PEOPLE, World, everything, left, many, standing, worlds

from include.systems import Due, Edge, EdgeKind, End, Subjects, System, Table, forget
from include.systems.forgetting import _deletion as deletion
from include.systems.keysets import OWNED, Keysets
from include.systems.model import Column
from include.systems.reflecting import Reflected
from include.systems.slicing import Slices


class Plain(SQLiteDialect_pysqlite):
    """A database that understands SQL and that nothing is known of."""

    name = "plain"
    supports_statement_cache = False


registry.register("plain", __name__, "Plain")


@many
@given(worlds(), st.integers(0, 4))
def test_the_same_rows_go_by_plain_sql(world: World, who: int) -> None:
    with standing(world, "plain://") as connection:
        forget(connection, world.system, Subjects(PEOPLE, [(who,)]))
        assert everything(world) - left(connection, world) == world.going({(PEOPLE, who)} & everything(world))


LEDGER = System(
    key="ledger",
    tables=tuple(
        Table(name=name, key=key, subject=name == "person", columns=tuple(Column(name=c) for c in columns))
        for name, key, columns in (
            ("person", ("id",), ("id",)),
            ("firm", ("id",), ("id",)),
            ("post", ("firm", "person"), ("firm", "person")),
        )
    ),
    edges=(
        Edge(
            holder=End(table="person", columns=("id",)), target=End(table="post", columns=("person",)),
            kind=EdgeKind.OWNED,
        ),
        Edge(
            holder=End(table="firm", columns=("id",)), target=End(table="post", columns=("firm",)),
            kind=EdgeKind.OWNED,
        ),
        Edge(
            holder=End(table="post", columns=("firm",)), target=End(table="firm", columns=("id",)),
            kind=EdgeKind.SHARED, pointing="holder",
        ),
    ),
)  # fmt: skip


class SqlServer(MockConnection):
    """Notes each statement as SQL Server would be sent it; it has no rows."""

    def __init__(self) -> None:
        super().__init__(mssql.dialect(), self.note)  # type: ignore[no-untyped-call]
        self.told = list[str]()

    def note(self, statement: Any, *_: Any, **__: Any) -> None:
        self.told.append(" ".join(str(statement.compile(dialect=self.dialect)).split()))

    def execute(self, statement: Any, *_: Any, **__: Any) -> Any:
        self.note(statement)
        return SimpleNamespace(rowcount=0, scalar_one=lambda: 1)


@pytest.fixture
def sent() -> list[str]:
    """What a selection that spreads, a slice of it and a deletion send to SQL Server."""
    server, metadata = SqlServer(), sa.MetaData()
    tables = {
        t.name: sa.Table(t.name, metadata, *(sa.Column(c.name, sa.Integer) for c in t.columns)) for t in LEDGER.tables
    }
    whole = Keysets(server, LEDGER, Reflected(tables, ()), once=True)  # type: ignore[arg-type]
    whole.begin("person", [(1,)])
    whole.spread(LEDGER.edges, OWNED)
    whole.of("firm")
    slices = Slices(whole, Due("person", lambda row: row.c.id < 9))
    assert slices.take(5) is None, "there are no rows"
    server.execute(deletion(whole, "post"))
    whole.close()
    return server.told


def test_sql_server_gets_temporary_tables_by_their_names(sent: list[str]) -> None:
    made = [told for told in sent if told.startswith("CREATE")]
    assert len(made) >= 4
    assert all(told.startswith("CREATE TABLE [#amanah_") for told in made)
    dropped = [told for told in sent if told.startswith("DROP")]
    assert all(told.startswith("DROP TABLE [#amanah_") for told in dropped)
    assert len(dropped) == len(made)


def test_sql_server_gets_no_word_that_it_does_not_know(sent: list[str]) -> None:
    for word in ("TEMPORARY", "IGNORE", "ON CONFLICT", "LIMIT", "USING"):
        assert not [told for told in sent if word in told.upper()]
    added = [told for told in sent if told.startswith("INSERT INTO [#amanah_") and "_given]" not in told.split("(")[0]]
    assert added
    assert all("NOT (EXISTS (SELECT" in told for told in added)
    assert [told for told in sent if "SELECT TOP" in told or "TOP %" in told or "TOP (" in told or "TOP __" in told]
    (deleted,) = (told for told in sent if told.startswith("DELETE FROM post"))
    assert "EXISTS (SELECT" in deleted
