"""Propose a data map from a live database: what a person then only has to look through and complete."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from sqlalchemy import Connection, ForeignKey, MetaData, String, Table, select

from include.systems.guessing import FREE_TEXT, guess
from include.systems.minimum import MINIMUM

__all__ = ["draft"]

SAMPLE = 200
IDENTITIES = {"user.contact.email": "email", "user.contact.phone_number": "phone_number"}
NAME = "user.name"
NOT_PERSONAL = "system.operations"
PLAIN = re.compile(r"[^\W\d]\w*")
HEAD = """\
    retention: {} # how long are rows kept? such as account: {trigger: …, column: …, maximum: {months: …}, article: …}
    forms: {} # which forms are filled in? such as signup: {title: {ar: …, en: …}, fields: [table.column]}
"""


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
    called = _quoted(key)
    lines = ["dataset:", f"  - fides_key: {called}", f"    name: {called}", "    collections:"]
    for each in tables:
        lines += _collection(each, called)
    lines += ["amanah:", f"  {called}:"]
    lines += [f"    connection: {_quoted(connection_name or f'AMANAH_SYSTEM_{key.upper()}')}"]
    lines += [f"    schema: {_quoted(schema)}"] if schema else []
    lines += [*HEAD.splitlines(), "    tables:"]
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


def _quoted(name: str) -> str:
    """Write a name so that YAML reads it back as what it is: `no`, `null` and `2024` are words here."""
    plain = (
        PLAIN.fullmatch(name) and len(name) > 1 and isinstance(yaml.safe_load(name), str)
    )  # `y` and `n` are switches
    return name if plain else json.dumps(name, ensure_ascii=False)


def _find_subjects(tables: list[Drafted]) -> None:
    """Take for persons the tables with a mailbox or a number that belong to nobody who has one.

    So are those with a name alone, where nobody who was taken hangs on them, nor they on anybody.
    """
    candidates = [each for each in tables if any(c in IDENTITIES for c, _ in each.categories.values())]
    names = {each.table.name for each in candidates}
    for each in candidates:
        each.subject = not any(other in names and other != each.table.name for other in _points_at(each))
    if not any(each.subject for each in tables):
        for each in candidates:
            each.subject = True
    named = [each for each in tables if any(c == NAME for c, _ in each.categories.values())]
    people = {each.table.name for each in named} | names
    pointed_at = {other for each in tables if each.table.name in people for other in _above(each, tables)}
    for each in named:
        if each.table.name not in pointed_at and not _above(each, tables) & people:
            each.subject = True


def _above(each: Drafted, tables: list[Drafted]) -> set[str]:
    """Give every other table that a table points at, or that these point at."""
    found = _points_at(each)
    while more := {other for it in tables if it.table.name in found for other in _points_at(it)} - found:
        found |= more
    return found - {each.table.name}


def _points_at(each: Drafted) -> set[str]:
    return {key.column.table.name for column in each.table.columns for key in column.foreign_keys}


def _collection(each: Drafted, key: str) -> Iterator[str]:
    yield f"      - name: {_quoted(each.table.name)}"
    yield "        fields:"
    for column in each.table.columns:
        category, by = each.categories.get(column.name, (None, ""))
        yield f"          - name: {_quoted(column.name)}"
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
        fields = (_quoted_way(c.table.name, c.name) for c in joins)
        told = ", ".join(f"{{dataset: {key}, field: {field}, direction: from}}" for field in fields)
        parts.append(f"references: [{told}]")
    return ", ".join(parts)


def _quoted_way(table: str, column: str) -> str:
    plain = PLAIN.fullmatch(table) and PLAIN.fullmatch(column)
    return f"{table}.{column}" if plain else json.dumps(f"{table}.{column}", ensure_ascii=False)


def _alone(column: Any) -> list[ForeignKey]:
    """Give the references that a column has by itself: the open format knows no others."""
    return [key for key in column.foreign_keys if key.constraint is not None and len(key.constraint.elements) == 1]


def _own(each: Drafted, tables: list[Drafted]) -> Iterator[str]:
    yield f"      {_quoted(each.table.name)}:"
    yield f"        subject: {'true' if each.subject else 'false'} # assumed"
    yield "        purposes: [] # what is it for? a purpose of the controller's profile, or a Fides data use"
    yield "        basis: # on what legal basis?"
    if _begins(each, tables):
        yield "        retention: # by which rule under `retention` above?"
    personal = {name: category for name, (category, _) in each.categories.items() if category.startswith("user.")}
    if personal:
        yield "        columns:"
    for name, category in personal.items():
        yield f"          {_quoted(name)}:"
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
        yield f"          {_quoted(column.name)}: {{kind: {_kind(foreign.column.table.name, tables)}}} # assumed"


def _begins(each: Drafted, tables: list[Drafted]) -> bool:
    """Say whether a table with personal data goes with nobody else's: then it needs a rule of its own."""
    kinds = [_kind(f.column.table.name, tables) for column in each.table.columns for f in _alone(column)]
    return each.subject or (each.personal and "owned" not in kinds)


def _kind(pointed_at: str, tables: list[Drafted]) -> str:
    """Take what points at a person, or at what is a person's, for theirs; what points elsewhere for a mere pointer."""
    reached = {each.table.name for each in tables if each.subject}
    while more := {each.table.name for each in tables if _points_at(each) & reached} - reached:
        reached |= more
    return "owned" if pointed_at in reached else "shallow"
