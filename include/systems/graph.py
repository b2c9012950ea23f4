"""Who holds what, as a graph: what is wrong with it is said when a map is read, and in which order rows go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from include.systems.model import Edge, EdgeKind, System, Table

__all__ = [
    "FOLLOWED",
    "GOING",
    "Finding",
    "deletion_order",
    "findings",
    "goes_with",
    "in_order",
    "leads_back",
    "one_holder",
    "reached_once",
]

GOING = (EdgeKind.OWNED, EdgeKind.SHARED, EdgeKind.DERIVED)
"""Kinds by which a row can go with its holder."""
FOLLOWED = (*GOING, EdgeKind.ACCESSED)
"""Kinds by which a row is shown to its holder."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a map: where, and what to do."""

    table: str
    column: str | None
    what: str

    def __str__(self) -> str:
        where = f"{self.table}.{self.column}" if self.column else self.table
        return f"{where}: {self.what}"


def findings(system: System) -> tuple[Finding, ...]:
    """Say everything that makes a map unfit: nothing is selected or destroyed by one that has any."""
    broken = tuple(_broken_ends(system))
    if broken:
        return broken
    return (
        *_without_a_key(system),
        *_without_a_kind(system),
        *_unreachable(system),
        *_ownerless_cycles(system),
        *_mutual_ends(system),
        *_hidden_by_nothing(system),
    )


def goes_with(edge: Edge) -> bool:
    """Say whether the target of an edge may go with its holder."""
    return edge.kind in GOING or edge.delete


def in_order(edges: Iterable[Edge]) -> tuple[Edge, ...]:
    """Put edges so that, but for cycles, all that lead to a table come before those that lead away from it."""
    left, ordered = list(edges), list[Edge]()
    while left:
        reached = {edge.target.table for edge in left if edge.holder.table != edge.target.table}
        ready = [edge for edge in left if edge.holder.table not in reached] or left[:1]
        ordered += ready
        left = [edge for edge in left if edge not in ready]
    return tuple(ordered)


def deletion_order(tables: Iterable[str], references: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Put tables so that, but for cycles, one that points at another comes before it (`references`: from, to)."""
    left, ordered = list(tables), list[str]()
    pairs = [(source, target) for source, target in references if source != target]
    while left:
        pointed_at = {target for source, target in pairs if source in left}
        ready = [table for table in left if table not in pointed_at] or left[:1]
        ordered += ready
        left = [table for table in left if table not in ready]
    return tuple(ordered)


def leads_back(edges: Iterable[Edge]) -> bool:
    """Say whether the edges lead from any table back to itself."""
    given = list(edges)
    return any(_comes_back(edge.target.table, given) for edge in given)


def one_holder(system: System, edge: Edge) -> bool:
    """Say whether a row has at most one holder by this edge: it points at the holder's key."""
    return edge.pointing == "target" and set(edge.holder.columns) == set(system.table(edge.holder.table).key)


def reached_once(system: System) -> frozenset[str]:
    """Name the tables that one edge alone leads to, and that do not lead back to themselves: nothing comes twice."""
    edges = [edge for edge in system.edges if edge.kind is not EdgeKind.SHALLOW]
    into = [edge.target.table for edge in edges]
    alone = (table for table in system.tables if into.count(table.name) == 1 and not table.subject)
    return frozenset(table.name for table in alone if not _led_by_a_cycle(table, edges))


def _led_by_a_cycle(table: Table, edges: list[Edge]) -> bool:
    """Say whether any table on the way to this one leads back to itself: its edges are then followed more than once."""
    leading, new = set[str](), {table.name}
    while new := {edge.holder.table for edge in edges if edge.target.table in new} - leading:
        leading |= new
    return any(_comes_back(other, edges) for other in (table.name, *leading))


def _broken_ends(system: System) -> Iterator[Finding]:
    columns = {table.name: {column.name for column in table.columns} for table in system.tables}
    for edge in system.edges:
        for end in (edge.holder, edge.target):
            if end.table not in columns:
                yield Finding(end.table, None, f"no such table is mapped; {edge.name} names it")
                continue
            for column in end.columns:
                if column not in columns[end.table]:
                    yield Finding(end.table, column, f"no such column is mapped; {edge.name} names it")
        for column in (*edge.blank, *edge.hide):
            if column not in columns.get(edge.target.table, {column}):
                yield Finding(edge.target.table, column, f"no such column is mapped; {edge.name} empties or hides it")
        if len(edge.holder.columns) != len(edge.target.columns):
            yield Finding(
                edge.target.table, None, f"{edge.name} joins {len(edge.target.columns)} columns with another number"
            )


def _without_a_key(system: System) -> Iterator[Finding]:
    for table in system.tables:
        known = {column.name for column in table.columns}
        if not table.key:
            yield Finding(table.name, None, "no column is its primary key: mark one, or its rows cannot be told apart")
        for column in table.key:
            if column not in known:
                yield Finding(table.name, column, "it is in the primary key and is not mapped")


def _without_a_kind(system: System) -> Iterator[Finding]:
    kinds = ", ".join(EdgeKind)
    for edge in system.edges:
        if edge.kind is None:
            at = edge.target if edge.pointing == "target" else edge.holder
            yield Finding(at.table, ", ".join(at.columns), f"say what this reference means: {kinds}")


def _unreachable(system: System) -> Iterator[Finding]:
    if not system.subjects:
        yield Finding(system.key, None, "no table is the subject's: say whose rows are persons")
        return
    reached = _reached(system)
    for table in system.tables:
        if table.personal and table.name not in reached:
            names = ", ".join(column.name for column in table.personal)
            yield Finding(
                table.name, None, f"it holds personal data ({names}) and no subject reaches it: nothing would find it"
            )


def _reached(system: System) -> set[str]:
    """The tables that some subject reaches, whatever the way but a shallow one."""
    reached = {table.name for table in system.subjects}
    edges = [edge for edge in system.edges if edge.kind is not EdgeKind.SHALLOW]
    while new := {edge.target.table for edge in edges if edge.holder.table in reached} - reached:
        reached |= new
    return reached


def _ownerless_cycles(system: System) -> Iterator[Finding]:
    """Rows that hold each other and that no subject holds would keep each other for good."""
    owned = {table.name for table in system.subjects}
    edges = list(system.held(*GOING))
    while new := {edge.target.table for edge in edges if edge.holder.table in owned} - owned:
        owned |= new
    for table in system.tables:
        if table.name not in owned and _comes_back(table.name, edges):
            yield Finding(table.name, None, "it is part of a cycle of owners that no subject is the owner of")


def _mutual_ends(system: System) -> Iterator[Finding]:
    """Rows that are computed from what they own would take each other along, whoever else still holds them."""
    edges = [edge for edge in system.edges if goes_with(edge)]
    for forced in (edge for edge in edges if edge.kind in (EdgeKind.DERIVED, EdgeKind.ACCESSED)):
        for held in (edge for edge in edges if edge.kind in (EdgeKind.OWNED, EdgeKind.SHARED)):
            if _leads(edges, forced.target.table, held.holder.table) and _leads(
                edges, held.target.table, forced.holder.table
            ):
                what = (
                    f"{forced.name} and {held.name} lead to each other: one of them would take the other's rows along"
                )
                yield Finding(forced.target.table, None, f"{what}; say `accessed`, and what is emptied, for one")


def _leads(edges: list[Edge], start: str, end: str) -> bool:
    """Say whether a way along the edges leads from one table to another, also the same one."""
    reached, new = {start}, {start}
    while new := {edge.target.table for edge in edges if edge.holder.table in new} - reached:
        reached |= new
    return end in reached


def _comes_back(name: str, edges: list[Edge]) -> bool:
    reached, new = set[str](), {name}
    while new := {edge.target.table for edge in edges if edge.holder.table in new} - reached:
        reached |= new
    return name in reached


def _hidden_by_nothing(system: System) -> Iterator[Finding]:
    for edge in system.edges:
        if edge.hide and edge.kind not in FOLLOWED:
            yield Finding(edge.target.table, None, f"{edge.name} hides columns of what it does not show")
        if edge.delete and edge.kind is not EdgeKind.ACCESSED:
            yield Finding(edge.target.table, None, f"{edge.name}: only what is accessed needs to be told to go")
