"""Data maps as files: open Fides dataset manifests, read as they are, and what Amanah has to know beside them.

What the open format lacks stands in the same file under `amanah`, by dataset, table and column; other tools leave it
alone. A manifest without that part is read too: what it does not say is then told by `findings` and `unexplained`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Self

from fideslang.default_taxonomy import DEFAULT_TAXONOMY
from fideslang.models import DataCategory, Dataset, DatasetCollection, DatasetField
from pydantic import BaseModel, ConfigDict, Field, model_validator

from include.errors import NeverRetry
from include.law import load_strict
from include.systems.model import (
    Backup,
    Column,
    Edge,
    EdgeKind,
    End,
    Form,
    Frozen,
    RetentionRule,
    Strategy,
    System,
    Table,
)

__all__ = ["BrokenMap", "load_map"]


class BrokenMap(NeverRetry):
    """Raised where a map contradicts itself. Says the file, the dataset, the table and the column."""


class OwnColumn(Frozen):
    """What Amanah has to know of a column."""

    purposes: tuple[str, ...] = ()
    basis: str | None = None
    mandatory: bool | None = None
    justification: str | None = None
    file: bool = False
    alone: bool | None = None
    free_text: bool = False
    announced: bool = False
    strategy: Strategy = Strategy.NULL
    fixed: str | None = None
    keep: int = Field(default=3, ge=1)
    exact: bool = False

    @model_validator(mode="after")
    def _alone_is_of_a_file(self) -> Self:
        if self.alone is not None and not self.file:
            raise ValueError("`alone` says who is in a file; there is no `file`")
        return self

    @model_validator(mode="after")
    def _fixed_has_a_value(self) -> Self:
        if (self.strategy is Strategy.FIXED) != (self.fixed is not None):
            raise ValueError("`strategy: fixed` and `fixed`, the value that stands there then, go together")
        return self


class OwnReference(Frozen):
    """What a reference of the manifest means."""

    kind: EdgeKind
    holder: Literal["pointed_at", "this_row"] = "pointed_at"
    """Whose the row with the reference is: that which it points at; or it is the holder of what it points at."""
    blank: tuple[str, ...] = ()
    delete: bool = False
    hide: tuple[str, ...] = ()


class OwnTable(Frozen):
    """What Amanah has to know of a table; purposes and basis hold for each column that names none of its own."""

    subject: bool = False
    purposes: tuple[str, ...] = ()
    basis: str | None = None
    retention: str | None = None
    hold: bool = True
    since: str | None = None
    columns: dict[str, OwnColumn] = Field(default_factory=dict)
    references: dict[str, OwnReference] = Field(default_factory=dict)
    """By the column that has the reference; `column>table` where it has several."""


class OwnSystem(Frozen):
    """What Amanah has to know of a dataset."""

    connection: str | None = None
    schema_name: str | None = Field(default=None, alias="schema")
    jurisdiction: str = Field(default="sa", pattern=r"^[a-z]{2}$")
    files: str | None = None
    backups: tuple[Backup, ...] = ()
    retention: dict[str, RetentionRule] = Field(default_factory=dict)
    forms: dict[str, Form] = Field(default_factory=dict)
    tables: dict[str, OwnTable] = Field(default_factory=dict)
    edges: tuple[Edge, ...] = ()
    """References that the open format cannot say: over several columns."""


class Manifest(BaseModel):
    """One file."""

    model_config = ConfigDict(extra="ignore")

    dataset: list[Dataset]
    data_category: list[DataCategory] = Field(default_factory=list)
    amanah: dict[str, OwnSystem] = Field(default_factory=dict)


def load_map(path: Path) -> tuple[System, ...]:
    """Read the systems of a manifest.

    Raises NeverRetry naming line and field of what cannot be read, and BrokenMap for what names nothing: a data
    category that no taxonomy has, a table or column under `amanah` that the dataset lacks.
    """
    manifest = load_strict(path, Manifest)
    known = {str(category.fides_key) for category in (*DEFAULT_TAXONOMY.data_category, *manifest.data_category)}
    datasets = {str(dataset.fides_key): dataset for dataset in manifest.dataset}
    faults = [f"amanah.{key}: there is no such dataset" for key in manifest.amanah if key not in datasets]
    for key, dataset in datasets.items():
        faults += _faults(dataset, manifest.amanah.get(key, OwnSystem()), known)
    if faults:
        raise BrokenMap("\n".join(f"{path}: {fault}" for fault in faults))
    return tuple(_system(dataset, manifest.amanah.get(key, OwnSystem())) for key, dataset in datasets.items())


def _faults(dataset: Dataset, own: OwnSystem, known: set[str]) -> Iterator[str]:
    collections = {collection.name: collection for collection in dataset.collections}
    for name, table in own.tables.items():
        if name not in collections:
            yield f"amanah.{dataset.fides_key}.tables.{name}: there is no such table in the dataset"
            continue
        fields = {field.name for field in collections[name].fields}
        since = (table.since,) if table.since else ()
        for column in (*table.columns, *(given.partition(">")[0] for given in table.references), *since):
            if column not in fields:
                yield f"amanah.{dataset.fides_key}.tables.{name}.{column}: there is no such column in the dataset"
    given = {f"{name}.{field.name}" for name, collection in collections.items() for field in collection.fields}
    for key, form in own.forms.items():
        for named in dict.fromkeys((*form.fields, *form.labels)):
            if named not in given or named not in form.fields:
                told = "the form has no such field" if named in given else "there is no such column in the dataset"
                yield f"amanah.{dataset.fides_key}.forms.{key}: {named}: {told}"
    for collection in dataset.collections:
        for field in collection.fields:
            for category in _categories(dataset, collection, field):
                if category not in known:
                    close = difflib.get_close_matches(category, known, n=1)
                    hint = f"; did you mean {close[0]!r}?" if close else ""
                    yield f"{dataset.fides_key}.{collection.name}.{field.name}: no data category {category!r}{hint}"


def _system(dataset: Dataset, own: OwnSystem) -> System:
    tables = tuple(_table(dataset, each, own.tables.get(each.name, OwnTable())) for each in dataset.collections)
    edges = [edge for each in dataset.collections for edge in _edges(dataset, each, own)]
    once = {(edge.holder, edge.target, edge.pointing): edge for edge in (*edges, *own.edges)}
    return System(
        key=str(dataset.fides_key),
        connection=own.connection,
        schema_name=own.schema_name,
        files=own.files,
        tables=tables,
        edges=tuple(once.values()),
        rules=own.retention,
        backups=own.backups,
        forms=own.forms,
        jurisdiction=own.jurisdiction,
    )


def _table(dataset: Dataset, collection: DatasetCollection, own: OwnTable) -> Table:
    columns = tuple(_column(dataset, collection, field, own) for field in collection.fields)
    key = tuple(field.name for field in collection.fields if field.fides_meta and field.fides_meta.primary_key)
    return Table(
        name=collection.name, key=key, columns=columns, subject=own.subject, retention=own.retention, hold=own.hold,
        since=own.since,
    )  # fmt: skip


def _column(dataset: Dataset, collection: DatasetCollection, field: DatasetField, own: OwnTable) -> Column:
    said = own.columns.get(field.name, OwnColumn())
    uses = field.data_uses or collection.data_uses or dataset.data_uses or ()
    return Column(
        name=field.name,
        categories=_categories(dataset, collection, field),
        purposes=said.purposes or own.purposes or tuple(str(use) for use in uses),
        basis=said.basis or own.basis,
        mandatory=said.mandatory,
        justification=said.justification,
        identity=field.fides_meta.identity if field.fides_meta else None,
        file=said.file,
        alone=said.alone,
        free_text=said.free_text,
        announced=said.announced,
        strategy=said.strategy,
        fixed=said.fixed,
        keep=said.keep,
        exact=said.exact,
    )


def _categories(dataset: Dataset, collection: DatasetCollection, field: DatasetField) -> tuple[str, ...]:
    """Give a field's categories with those of what is nested in it, else its table's, else its dataset's."""
    found = [*(field.data_categories or ()), *_nested(field)]
    return tuple(dict.fromkeys(map(str, found or collection.data_categories or dataset.data_categories or ())))


def _nested(field: DatasetField) -> Iterator[str]:
    for inner in field.fields or ():
        yield from map(str, inner.data_categories or ())
        yield from _nested(inner)


def _edges(dataset: Dataset, collection: DatasetCollection, own: OwnSystem) -> Iterator[Edge]:
    for field in collection.fields:
        for reference in (field.fides_meta.references if field.fides_meta else None) or ():
            table, _, column = reference.field.partition(".")
            if reference.dataset != dataset.fides_key or "." in column:
                continue  # another system's, or within a document: no join of this database
            here = End(table=collection.name, columns=(field.name,))
            there = End(table=table, columns=(column,))
            backwards = reference.direction is not None and reference.direction.value == "to"
            yield _edge(there, here, own) if backwards else _edge(here, there, own)


def _edge(has_it: End, pointed_at: End, own: OwnSystem) -> Edge:
    """Make an edge of a reference that the first side has and that points at the other."""
    given = own.tables.get(has_it.table, OwnTable()).references
    said = given.get(f"{has_it.columns[0]}>{pointed_at.table}") or given.get(has_it.columns[0])
    more: dict[str, Any] = said.model_dump(include={"kind", "blank", "delete", "hide"}) if said else {"kind": None}
    if said and said.holder == "this_row":
        return Edge(holder=has_it, target=pointed_at, pointing="holder", **more)
    return Edge(holder=pointed_at, target=has_it, pointing="target", **more)
