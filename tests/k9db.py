"""Reads the dialect in which the K9db suite says who owns what, into tables and a data map."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Connection, text

from include.systems.model import Column, Edge, EdgeKind, End, System, Table

PERSONAL = ("user.content",)
KINDS = {
    "OWNED_BY": (EdgeKind.OWNED, "target"),
    "OWNS": (EdgeKind.OWNED, "holder"),
    "ACCESSED_BY": (EdgeKind.ACCESSED, "target"),
    "ACCESSES": (EdgeKind.ACCESSED, "holder"),
    "REFERENCES": (None, "target"),
    "REFERENCES ONLY": (EdgeKind.SHALLOW, "target"),
}
"""Each word: what it means, and whether the row with the reference is held (`target`) or holds what it points at."""
LINK = r"(OWNED_BY|OWNS|ACCESSED_BY|ACCESSES|REFERENCES(?:\s+ONLY)?)\s+(\w+)\s*(?:\(\s*(\w+)\s*\))?"


@dataclass
class Made:
    """One table as its statement makes it."""

    name: str
    subject: bool
    columns: list[str] = field(default_factory=list)
    definitions: list[str] = field(default_factory=list)
    key: tuple[str, ...] = ()
    links: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Column, word, table pointed at, column pointed at (or nothing: its key)."""
    blank: dict[str, tuple[str, ...]] = field(default_factory=dict)
    hide: dict[str, tuple[str, ...]] = field(default_factory=dict)
    delete: set[str] = field(default_factory=set)


def statements(written: str) -> Iterator[str]:
    """Give the statements without comments, continuations, and those that only open or close somebody's context."""
    plain = re.sub(r"/\*.*?\*/|--[^\n]*", " ", written.replace("\\\n", "\n").replace("\\", " "), flags=re.DOTALL)
    for statement in plain.split(";"):
        words = " ".join(statement.split())
        if words and not re.match(r"(CTX|SET)\b", words, re.IGNORECASE):
            yield words


def tables(schema: str) -> list[Made]:
    """Read every CREATE TABLE."""
    found = []
    for statement in statements(schema):
        made = re.fullmatch(r"CREATE\s+(DATA_SUBJECT\s+)?TABLE\s+(\w+)\s*\((.*)\)(?:\s*ENGINE.*)?", statement, re.I)
        if made:
            found.append(_table(made[2], bool(made[1]), list(_parts(made[3]))))
    return found


def _parts(body: str) -> Iterator[str]:
    depth, begun = 0, ""
    for letter in body:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            yield begun.strip()
            begun = ""
        else:
            begun += letter
    if begun.strip():
        yield begun.strip()


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in listed.split(",") if name.strip())


def _table(name: str, subject: bool, parts: list[str]) -> Made:
    made = Made(name, subject)
    for part in parts:
        if key := re.fullmatch(r"PRIMARY\s+KEY\s*\((.*)\)", part, re.I):
            made.key = _names(key[1])
        elif link := re.fullmatch(rf"FOREIGN\s+KEY\s*\(\s*(\w+)\s*\)\s*{LINK}.*", part, re.I):
            made.links.append((link[1], " ".join(link[2].upper().split()), link[3], link[4] or ""))
        elif rule := re.fullmatch(r"ON\s+(GET|DEL)\s+(\w+)\s+(ANON|DELETE_ROW)\s*(?:\((.*)\))?", part, re.I):
            _rule(made, rule[1].upper(), rule[2], rule[3].upper(), _names(rule[4] or ""))
        elif not re.match(r"(UNIQUE|INDEX|KEY|CONSTRAINT)\b", part, re.I):
            _column(made, part)
    return made


def _rule(made: Made, moment: str, column: str, what: str, columns: tuple[str, ...]) -> None:
    if what == "DELETE_ROW":
        made.delete.add(column)
    elif moment == "GET":
        made.hide[column] = columns
    else:
        made.blank[column] = columns


def _column(made: Made, part: str) -> None:
    name, rest = part.split(None, 1)
    if link := re.search(LINK, rest, re.I):
        made.links.append((name, " ".join(link[1].upper().split()), link[2], link[3] or ""))
        rest = rest[: link.start()] + rest[link.end() :]
    if re.search(r"PRIMARY\s+KEY", rest, re.I):
        made.key = (name,)
        rest = re.sub(r"PRIMARY\s+KEY", "", rest, flags=re.I)
    kind = re.sub(r"\bAUTO_INCREMENT\b|\bNOT NULL\b|\bUNIQUE\b", "", rest, flags=re.I)
    kind = re.sub(r"\bdatetime\b", "text", kind, flags=re.I)
    if re.search(r"AUTO_INCREMENT", rest, re.I):
        kind = "AUTO_INCREMENT"
    made.columns.append(name)
    made.definitions.append(f'"{name}" {kind.strip()}')


def system(made: list[Made]) -> System:
    """Give the map that the dialect's words amount to. Whatever points at a subject, or at what is somebody's, and says
    nothing of owners, is owned by it."""
    owned = {table.name for table in made if table.subject}
    edges: list[Edge] = []
    while True:
        edges = [edge for table in made for edge in _edges(table, made, owned)]
        more = {edge.target.table for edge in edges if edge.kind is EdgeKind.OWNED and edge.holder.table in owned}
        if more <= owned:
            break
        owned |= more
    mapped = tuple(
        Table(
            name=table.name,
            key=table.key,
            subject=table.subject,
            columns=tuple(Column(name=c, categories=PERSONAL if table.name in owned else ()) for c in table.columns),
        )
        for table in made
    )
    return System(key="k9db", tables=mapped, edges=tuple(edges))


def _edges(table: Made, made: list[Made], owned: set[str]) -> Iterator[Edge]:
    by_name = {each.name: each for each in made}
    explicit = any(word == "OWNED_BY" for _, word, _, _ in table.links)
    for column, word, other, its in table.links:
        kind, held = KINDS[word]
        if kind is None:
            kind = EdgeKind.OWNED if other in owned and not explicit else EdgeKind.SHALLOW
        mine = End(table=table.name, columns=(column,))
        theirs = End(table=other, columns=(its,) if its else by_name[other].key)
        pointing: Literal["target", "holder"] = "target" if held == "target" else "holder"
        yield Edge(
            holder=theirs if pointing == "target" else mine,
            target=mine if pointing == "target" else theirs,
            kind=kind,
            pointing=pointing,
            blank=table.blank.get(column, ()) if pointing == "target" else (),
            hide=table.hide.get(column, ()) if pointing == "target" and kind is not EdgeKind.SHALLOW else (),
            delete=column in table.delete and kind is EdgeKind.ACCESSED,
        )


def create(connection: Connection, made: list[Made]) -> None:
    """Make the tables."""
    counted = {
        "postgresql": "integer generated by default as identity",
        "sqlite": "integer",
    }.get(connection.dialect.name, "integer auto_increment")
    for table in made:
        body = ", ".join(d.replace("AUTO_INCREMENT", counted) for d in table.definitions)
        key = ", ".join(f'"{name}"' for name in table.key)
        connection.execute(text(f'create table "{table.name}" ({body}, primary key ({key}))'))


def run(connection: Connection, statement: str, made: list[Made]) -> list[tuple[Any, ...]]:
    """Run an ordinary statement of the dialect; give what a SELECT finds."""
    for table in made:
        statement = re.sub(rf"\b(FROM|INTO|UPDATE)\s+{table.name}\b", rf'\1 "{table.name}"', statement, flags=re.I)
    found = connection.execute(text(statement.replace(":", "\\:")))
    return [tuple(row) for row in found] if found.returns_rows else []
