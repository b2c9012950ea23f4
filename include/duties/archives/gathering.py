"""What goes with each account, row by row, while the sets stand that say which rows are meant."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select

from include.duties.archives.model import Line
from include.intake.normalise import read_cell
from include.law import Edition
from include.store import keying
from include.systems import Due, EdgeKind
from include.systems.emptied import deprived, remains
from include.systems.graph import goes_with
from include.systems.keeping import Kept
from include.systems.keysets import HELD, SHELL, same
from include.systems.model import Edge, RetentionRule, Table
from include.systems.moments import instant_of
from include.systems.retention import window
from include.systems.whole import as_moment, steady, stored

__all__ = ["Bundle", "gather", "identities_of", "root_name"]

Key = tuple[Any, ...]
Node = tuple[str, Key]
KINDS = {"email": "email", "phone_number": "phone"}


@dataclass(frozen=True, slots=True)
class Bundle:
    """One account: its key, when its subscription ended, and its lines, of which the account is the first."""

    root: Key = field(repr=False)
    event: datetime
    lines: tuple[Line, ...] = field(repr=False)


def root_name(table: str, key: Key) -> str:
    """Give the text under which an account's key is hashed."""
    return "\x1f".join((table, *map(str, key)))


def gather(staying: Kept, due: Due, rule: RetentionRule, edition: Edition) -> Iterator[Bundle]:
    """Give what goes, account by account; what two accounts share and both lose is in the bundle of each."""
    steady(staying.sets.connection)
    lines = {**_lost(staying), **_emptied(staying), **_gone(staying, due.table, edition)}
    held = _links(staying)
    for key, event in _roots(staying, due, rule, edition):
        yield Bundle(key, event, _bundled((due.table, key), lines, held))


def _bundled(root: Node, lines: dict[Node, Line], held: dict[Node, list[tuple[Node, bool]]]) -> tuple[Line, ...]:
    places, waiting, joined = {root: 0}, deque([root]), list[tuple[int, int, bool]]()
    while waiting:
        node = waiting.popleft()
        for target, derived in held.get(node, ()):
            if target not in places:
                places[target] = len(places)
                waiting.append(target)
            joined.append((places[node], places[target], derived))
    found = [lines.get(node, Line(node[0], "stays", {})) for node in places]
    by, of = [list[int]() for _ in found], [list[int]() for _ in found]
    for holder, held_by, derived in joined:
        (of if derived else by)[held_by].append(holder)
    return tuple(
        replace(line, by=tuple(by[place]), of=tuple(of[place])) for place, line in enumerate(found)
    )  # fmt: skip


def _roots(staying: Kept, due: Due, rule: RetentionRule, edition: Edition) -> Iterator[tuple[Key, datetime]]:
    sets, mapped = staying.sets, staying.sets.system.table(due.table)
    table, rows = sets.tables[due.table], sets.of(due.table)
    key = [table.c[column] for column in mapped.key]
    found = select(*key, as_moment(sets.connection, table.c[rule.column])).join_from(
        rows, table, same(rows, table, mapped.key)
    )
    for *values, event in sets.connection.execute(found.where(rows.c.relation < HELD, due.where(table)).order_by(*key)):
        yield tuple(values), instant_of(event, edition.zone)


def _gone(staying: Kept, root: str, edition: Edition) -> dict[Node, Line]:
    sets, found = staying.sets, dict[Node, Line]()
    for name in sets.reached:
        mapped, table, rows = sets.system.table(name), sets.tables[name], sets.of(name)
        rule = _shorter(staying, mapped, root)
        given, known = stored(sets.connection, table), [column for column in mapped.columns if column.identity]
        more = [
            *(table.c[column.name] for column in known),
            *([as_moment(sets.connection, table.c[rule.column])] if rule else ()),
        ]
        wanted = select(*(table.c[c] for c in mapped.key), *more, *given)
        wanted = wanted.join_from(rows, table, same(rows, table, mapped.key)).where(rows.c.relation < SHELL)
        for key, values in _keyed(staying, wanted, mapped):
            beside, columns = values[: len(more)], dict(zip([c.name for c in given], values[len(more) :], strict=True))
            who = [(str(column.identity), value) for column, value in zip(known, beside, strict=False)]
            until = _until(rule, beside[-1], edition) if rule else None
            found[name, key] = Line(
                name, "gone", columns, files=_files(mapped, columns),
                until=until, who=identities_of(who, sets.system.jurisdiction) if mapped.subject else (),
            )  # fmt: skip
    return found


def _shorter(staying: Kept, mapped: Table, root: str) -> RetentionRule | None:
    """Give the rule of a table's own, by which its rows may have to go before the archive does."""
    if mapped.retention is None or mapped.name == root:
        return None
    rule = staying.sets.system.rule(mapped.retention)
    return None if rule.statute else rule


def _until(rule: RetentionRule, event: Any, edition: Edition) -> str | None:
    return None if event is None else window(rule, edition, instant_of(event, edition.zone)).due.isoformat()


def _emptied(staying: Kept) -> dict[Node, Line]:
    """What is emptied of rows that stay for a law, or for what points at them."""
    found = dict[Node, Line]()
    for name in staying.sets.reached:
        mapped = staying.sets.system.table(name)
        for columns, which in remains(staying, name):
            names = [column.name for column in columns]
            for key, values in _columns(staying, mapped, names, which):
                known = [(str(c.identity), values[c.name]) for c in columns if c.identity and mapped.subject]
                line = Line(name, "emptied", values, files=_files(mapped, {n: values[n] for n in names}))
                found[name, key] = replace(line, who=identities_of(known, staying.sets.system.jurisdiction))
    return found


def _lost(staying: Kept) -> dict[Node, Line]:
    """What is emptied of rows that are others' and lose a holder."""
    found = dict[Node, Line]()
    for edge in staying.sets.system.edges:
        if edge.blank:
            mapped, table = staying.sets.system.table(edge.target.table), staying.sets.tables[edge.target.table]
            for key, values in _columns(staying, mapped, edge.blank, deprived(staying, edge, table)):
                earlier = found.get((mapped.name, key))
                found[mapped.name, key] = Line(mapped.name, "lost", (earlier.columns if earlier else {}) | values)
    return found


def _columns(
    staying: Kept, mapped: Table, names: list[str] | tuple[str, ...], which: ColumnElement[bool]
) -> Iterator[tuple[Key, dict[str, Any]]]:
    """Give the key and these columns of a table's rows, as they are stored."""
    sets, table = staying.sets, staying.sets.tables[mapped.name]
    wanted = list(dict.fromkeys((*mapped.key, *names)))
    query = select(*(table.c[c] for c in mapped.key), *stored(sets.connection, table, wanted)).where(which)
    for key, values in _keyed(staying, query, mapped):
        yield key, dict(zip(wanted, values, strict=True))


def _keyed(staying: Kept, query: Select[Any], mapped: Table) -> Iterator[tuple[Key, tuple[Any, ...]]]:
    for row in staying.sets.connection.execute(query):
        yield tuple(row[: len(mapped.key)]), tuple(row[len(mapped.key) :])


def _links(staying: Kept) -> dict[Node, list[tuple[Node, bool]]]:
    """Say what hangs on each row, and whether it was computed from it; the database compares, as it did before."""
    held = dict[Node, list[tuple[Node, bool]]]()
    for edge in staying.sets.system.edges:
        if not staying.sets.has(edge.holder.table):
            continue
        if goes_with(edge) and staying.sets.has(edge.target.table):
            _join(staying, edge, held, whole=True)
        if edge.blank:
            _join(staying, edge, held, whole=False)
    return held


def _join(staying: Kept, edge: Edge, held: dict[Node, list[tuple[Node, bool]]], *, whole: bool) -> None:
    sets, system = staying.sets, staying.sets.system
    of, on = system.table(edge.holder.table).key, system.table(edge.target.table).key
    holder, target = sets.tables[edge.holder.table].alias(), sets.tables[edge.target.table].alias()
    going = sets.of(edge.holder.table).alias()
    query = select(*(holder.c[c] for c in of), *(target.c[c].label(f"t_{c}") for c in on)).select_from(
        holder.join(going, and_(same(going, holder, of), going.c.relation < HELD)).join(
            target, same(target, holder, edge.target.columns, edge.holder.columns)
        )
    )
    if whole:
        theirs = sets.of(edge.target.table).alias()
        query = query.join(theirs, and_(same(theirs, target, on), theirs.c.relation < HELD))
    for row in sets.connection.execute(query):
        one, other = (edge.holder.table, tuple(row[: len(of)])), (edge.target.table, tuple(row[len(of) :]))
        held.setdefault(one, []).append((other, edge.kind is EdgeKind.DERIVED))


def _files(mapped: Table, columns: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(columns[c.name]) for c in mapped.columns if c.file and columns.get(c.name))


def identities_of(known: list[tuple[str, Any]], region: str) -> tuple[str, ...]:
    """Give the keyed hashes of identities, as they stand and as the register writes them: by either they are found."""
    hashed, found = keying(), set[str]()
    for identity, value in known:
        if identity in KINDS and (said := "" if value is None else str(value).strip()):
            kind = KINDS[identity]
            read = [
                each.normalised
                for each in read_cell(kind, said, region.upper())
                if each.kind == kind and each.normalised
            ]
            for form in {said, *map(str, read)}:
                found.add(hashed(kind, form.casefold()).hex())
    return tuple(sorted(found))
