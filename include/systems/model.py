"""A system of record as its map describes it: tables, columns, and who holds which rows."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Column", "Edge", "EdgeKind", "End", "Strategy", "System", "Table"]


class EdgeKind(enum.StrEnum):
    """What a reference between two tables means for the rows that it joins (DELF, USENIX Security 2020; K9db)."""

    OWNED = "owned"
    """The row is its holder's: it is shown to them, and goes with the last of them."""
    SHARED = "shared"
    """The row is nobody's own and held by many: it stays until the last holder goes."""
    DERIVED = "derived"
    """The row was computed from its holder's: it goes with any of them."""
    ACCESSED = "accessed"
    """The row is shown to the holder and is not theirs: it stays when they go."""
    SHALLOW = "shallow"
    """The row is pointed at, no more: it is neither shown nor does it go."""


class Strategy(enum.StrEnum):
    """What happens to a column where its row stays (SDAIA, Destruction and Anonymisation guideline)."""

    NULL = "null"
    FIXED = "fixed"
    KEYED_HASH = "keyed_hash"
    TRUNCATE_DATE = "truncate_date"
    GENERALISE = "generalise"


class Frozen(BaseModel):
    """What a map says is not changed once it is read."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(Frozen):
    """One column, what it can say of a person, and why it is kept."""

    name: str
    categories: tuple[str, ...] = ()
    """Data categories of the Fides taxonomy; none, or only `system…`, for what says nothing of a person."""
    purposes: tuple[str, ...] = ()
    basis: str | None = None
    mandatory: bool | None = None
    """Whether a person has to give it (IR 4(1)(g)); None where the map does not say."""
    justification: str | None = None
    """Why it is collected although it is not one of the six minimum fields (policy section 8)."""
    identity: str | None = None
    """Which identity of a person it holds, by which they are found: `email`, `phone_number`…"""
    file: bool = False
    """It holds the path of a file: a recording, a picture."""
    free_text: bool = False
    strategy: Strategy = Strategy.NULL
    """How it is emptied where its row stays."""
    fixed: str | None = None
    """What stands there then, by the strategy `fixed`."""
    keep: int = Field(default=3, ge=1)
    """So many characters of it stay, by the strategy `generalise`."""
    exact: bool = False
    """Its values stand in one form (addresses in lower case, numbers as +9665…): they are looked for in that alone."""

    @property
    def personal(self) -> bool:
        """Whether it can say anything of a person."""
        return any(category.split(".")[0] == "user" for category in self.categories)


class Table(Frozen):
    """One table and how its rows are known."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    subject: bool = False
    """Its rows are persons: where everything about somebody begins."""
    retention: str | None = None
    """The rule of how long its rows are kept."""
    hold: bool = True
    """Whether a legal hold reaches its rows."""

    @property
    def personal(self) -> tuple[Column, ...]:
        """The columns that can say something of a person."""
        return tuple(column for column in self.columns if column.personal)

    def column(self, name: str) -> Column:
        """Give the column of that name. Raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


class End(Frozen):
    """One side of an edge: columns of a table."""

    table: str
    columns: tuple[str, ...]


class Edge(Frozen):
    """Rows of the target are held by those rows of the holder that have the same values in the columns named."""

    holder: End
    target: End
    kind: EdgeKind | None
    """None as long as nobody said what the reference means: such a map is not used."""
    pointing: Literal["target", "holder"] = "target"
    """Which side has the reference: the other is pointed at."""
    blank: tuple[str, ...] = ()
    """Columns of the target that are emptied where it stays and this holder goes."""
    delete: bool = False
    """The target goes with this holder although it is not theirs."""
    hide: tuple[str, ...] = ()
    """Columns of the target that are not shown to whoever sees it by this edge alone."""

    @property
    def name(self) -> str:
        """How an error or a log names it."""
        return f"{self.target.table}({', '.join(self.target.columns)}) by {self.holder.table}"


class Backup(Frozen):
    """A copy that is made of the system elsewhere, and for how long each is kept."""

    name: str
    months: int


class System(Frozen):
    """A database of the company's own, as its map describes it."""

    key: str
    connection: str | None = None
    """An Airflow connection, or the setting that holds its address; never the address itself."""
    schema_name: str | None = None
    tables: tuple[Table, ...]
    edges: tuple[Edge, ...]
    backups: tuple[Backup, ...] = ()

    def table(self, name: str) -> Table:
        """Give the table of that name. Raises KeyError."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)

    @property
    def subjects(self) -> tuple[Table, ...]:
        """The tables whose rows are persons."""
        return tuple(table for table in self.tables if table.subject)

    def held(self, *kinds: EdgeKind) -> Iterator[Edge]:
        """Give the edges of these kinds."""
        return (edge for edge in self.edges if edge.kind in kinds)
