"""Propose a data map from a live database: what a person then only has to look through and complete."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, ForeignKey, MetaData, String, Table, select

from include.systems.guessing import FREE_TEXT, guess
from include.systems.minimum import MINIMUM

__all__ = ["draft"]

SAMPLE = 200
IDENTITIES = {"user.contact.email": "email", "user.contact.phone_number": "phone_number"}
NOT_PERSONAL = "system.operations"


@dataclass
class Drafted:
    """What is thought of one table."""

    table: Table
    categories: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By column: the category, and by what it was guessed."""
    subject: bool = False

    @property
    def personal(self) -> bool:
        return any(category.startswith("user.") for category, _ in self.categories.values())


def draft(connection: Connection, key: str, *, schema: str | None = None, connection_name: str = "") -> str:
    """Write a map of a schema as YAML: every table and column, with what was assumed of it said beside it.

    Values are sampled to guess from and leave no trace in what is written. What only a person knows is left empty:
    purposes, legal basis, whether a field is mandatory; the map is used once that is filled in.
    """
    metadata = MetaData(schema=schema)
    metadata.reflect(connection)
    tables = [_drafted(connection, table) for table in metadata.sorted_tables]
    _find_subjects(tables)
    lines = ["dataset:", f"  - fides_key: {key}", f"    name: {key}", "    collections:"]
    for each in tables:
        lines += _collection(each, key)
    lines += ["amanah:", f"  {key}:", f"    connection: {connection_name or f'AMANAH_SYSTEM_{key.upper()}'}"]
    lines += [f"    schema: {schema}"] if schema else []
    lines += ["    tables:"]
    for each in tables:
        lines += _own(each, tables)
    return "\n".join(lines) + "\n"


def _drafted(connection: Connection, table: Table) -> Drafted:
    made = Drafted(table)
    texts = [column for column in table.columns if isinstance(column.type, String)]
    rows = [tuple(row) for row in connection.execute(select(*texts).limit(SAMPLE))] if texts else []
    sampled = {column.name: [row[place] for row in rows] for place, column in enumerate(texts)}
    pointing = {column.name for column in table.columns if column.foreign_keys}
    for column in table.columns:
        if column.primary_key or column.name in pointing:
            continue
        category, by = guess(column.name, sampled.get(column.name, ()))
        if category is not None:
            made.categories[column.name] = category, by
    return made


def _find_subjects(tables: list[Drafted]) -> None:
    """Take for persons the tables with a mailbox or a number, or else a name, that belong to nobody who has one."""
    candidates = [each for each in tables if any(c in IDENTITIES for c, _ in each.categories.values())]
    names = {each.table.name for each in candidates}
    for each in candidates:
        each.subject = not any(other in names and other != each.table.name for other in _points_at(each))
    if not any(each.subject for each in tables):
        for each in candidates:
            each.subject = True


def _points_at(each: Drafted) -> set[str]:
    return {key.column.table.name for column in each.table.columns for key in column.foreign_keys}


def _collection(each: Drafted, key: str) -> Iterator[str]:
    yield f"      - name: {each.table.name}"
    yield "        fields:"
    for column in each.table.columns:
        category, by = each.categories.get(column.name, (None, ""))
        yield f"          - name: {column.name}"
        if column.primary_key or column.foreign_keys:
            whose = "user.unique_id" if each.subject or each.personal else NOT_PERSONAL
            yield f"            data_categories: [{whose}]"
        else:
            yield f"            data_categories: [{category or NOT_PERSONAL}] # assumed{f' by its {by}' if by else ''}"
        if meta := _meta(each, column, category, key):
            yield f"            fides_meta: {{{meta}}}"


def _meta(each: Drafted, column: Any, category: str | None, key: str) -> str:
    parts = ["primary_key: True"] if column.primary_key else []
    if each.subject and category in IDENTITIES:
        parts.append(f"identity: {IDENTITIES[category]}")
    joins = [foreign.column for foreign in _alone(column)]
    if joins:
        told = ", ".join(f"{{dataset: {key}, field: {c.table.name}.{c.name}, direction: from}}" for c in joins)
        parts.append(f"references: [{told}]")
    return ", ".join(parts)


def _alone(column: Any) -> list[ForeignKey]:
    """Give the references that a column has by itself: the open format knows no others."""
    return [key for key in column.foreign_keys if key.constraint is not None and len(key.constraint.elements) == 1]


def _own(each: Drafted, tables: list[Drafted]) -> Iterator[str]:
    yield f"      {each.table.name}:"
    yield f"        subject: {'true' if each.subject else 'false'} # assumed"
    yield "        purposes: [] # what is it for? a purpose of the controller's profile, or a Fides data use"
    yield "        basis: # on what legal basis?"
    personal = {name: category for name, (category, _) in each.categories.items() if category.startswith("user.")}
    if personal:
        yield "        columns:"
    for name, category in personal.items():
        yield f"          {name}:"
        yield "            mandatory: # does a person have to give it?"
        if not any(f"{category}.".startswith(f"{least}.") for least in MINIMUM):
            yield "            justification: # why is it collected beyond the minimum? without an answer it has to go"
        if category == FREE_TEXT:
            yield "            free_text: true # assumed"
        if category == "user.biometric.voice":
            yield "            file: true # assumed"
    references = [(column, foreign) for column in each.table.columns for foreign in _alone(column)]
    if references:
        yield "        references:"
    for column, foreign in references:
        yield f"          {column.name}: {{kind: {_kind(foreign.column.table.name, tables)}}} # assumed"


def _kind(pointed_at: str, tables: list[Drafted]) -> str:
    """Take what points at a person, or at what is a person's, for theirs; what points elsewhere for a mere pointer."""
    reached = {each.table.name for each in tables if each.subject}
    while more := {each.table.name for each in tables if _points_at(each) & reached} - reached:
        reached |= more
    return "owned" if pointed_at in reached else "shallow"
