"""Our own store and places as systems of record, derived from the marks on the models and from `places.yml`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column as Marked
from sqlalchemy import MetaData
from sqlalchemy import Table as Modelled

from include.duties.own_system.model import OwnTable, Place, Places, places
from include.store import Category
from include.store.migration import load_tables
from include.systems.model import Column, Edge, End, System, Table

__all__ = ["CATEGORIES", "NOTHING", "column_of", "name_of", "own_system"]

CATEGORIES: dict[Category, tuple[str, ...]] = {
    Category.IDENTITY: ("user.name",),
    Category.CONTACT: ("user.contact.email", "user.contact.phone_number", "user.contact.address"),
    Category.ROLE: ("user.job_title",),
    Category.PLACE: ("user.contact.address",),
    Category.MESSAGE: ("user.content.private",),
    Category.KEYED: ("user.unique_id.pseudonymous",),
}
"""Our marks in the words of the Fides taxonomy."""
NOTHING = ("system.operations",)
"""What says nothing of a person."""


def own_system(metadata: MetaData | None = None, said: Places | None = None) -> tuple[System, ...]:
    """Describe our database as a data map, and beside it our places outside of it as another.

    A table is called `schema_table` there, for a dot would separate a column in the open format.
    """
    tables, known = metadata or load_tables(), said or places()
    return _database(tables, known), _outside(known)


def name_of(table: str) -> str:
    """Name a table of ours, `schema.table`, as the map does."""
    return table.replace(".", "_")


def column_of(metadata: MetaData, whole: str) -> Marked[Any] | None:
    """Find a column by `schema.table.column`; None where there is none."""
    table, _, column = whole.rpartition(".")
    found = metadata.tables.get(table)
    return None if found is None else found.columns.get(column)


def _database(metadata: MetaData, said: Places) -> System:
    tables = tuple(_table(table, said.tables.get(table.fullname)) for table in metadata.sorted_tables)
    return System(key="amanah", tables=tables, edges=tuple(_edges(metadata, said)))


def _table(table: Modelled, own: OwnTable | None) -> Table:
    return Table(
        name=name_of(table.fullname),
        key=tuple(column.name for column in table.primary_key),
        columns=tuple(_column(column, own) for column in table.columns),
        subject=bool(own and own.subject),
    )


def _column(column: Marked[Any], own: OwnTable | None) -> Column:
    mark = column.info.get("personal")
    if mark is None:
        return Column(name=column.name, categories=NOTHING)
    said = own.columns.get(column.name) if own else None
    return Column(
        name=column.name,
        categories=(said.categories if said else ()) or CATEGORIES[mark],
        purposes=own.purposes if own else (),
        basis=own.basis if own else None,
        mandatory=False,
        justification=said.why if said else None,
        free_text=mark is Category.MESSAGE,
    )


def _edges(metadata: MetaData, said: Places) -> Iterator[Edge]:
    """Give the references that the database knows or `places.yml` tells; one that it does not tell has no kind."""
    known = {
        f"{table.fullname}.{key.parent.name}": key.target_fullname
        for table in metadata.sorted_tables
        for key in table.foreign_keys
    }
    told = {column: reference.to for column, reference in said.references.items()}
    for column, to in sorted((known | told).items()):
        reference = said.references.get(column)
        here, there = _end(column), _end(to)
        kind = reference.kind if reference else None
        if reference and reference.holder == "this_row":
            yield Edge(holder=here, target=there, kind=kind, pointing="holder")
        else:
            yield Edge(holder=there, target=here, kind=kind)


def _end(whole: str) -> End:
    table, _, column = whole.rpartition(".")
    return End(table=name_of(table), columns=(column,))


def _outside(said: Places) -> System:
    """Describe what lies outside the database: each place a table of one column, for it has no rows of its own."""
    return System(key="amanah_places", tables=tuple(_place(key, place) for key, place in said.places.items()), edges=())


def _place(key: str, place: Place) -> Table:
    content = Column(
        name="content",
        categories=place.categories or NOTHING,
        purposes=place.purposes,
        basis=place.basis,
        mandatory=False,
        justification=place.what,
    )
    return Table(name=key, key=("content",), columns=(content,))
