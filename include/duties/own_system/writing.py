"""Our own map in the open format, so that other tools read it, and ours too."""

from __future__ import annotations

from typing import Any

import yaml

from include.duties.own_system.deriving import name_of, own_system
from include.duties.own_system.model import OwnRule, Places, places
from include.systems.model import Column, Edge, System, Table

__all__ = ["manifest_of"]


def manifest_of(systems: tuple[System, ...] | None = None, said: Places | None = None) -> str:
    """Write our map as a Fides manifest: what each column holds; in its description until when, and who sees to it."""
    known, given = said or places(), systems or own_system()
    told = _rules_told(known)
    whole = {
        "dataset": [_dataset(system, told) for system in given],
        "amanah": {system.key: _own(system) for system in given},
    }
    return yaml.safe_dump(whole, sort_keys=False, allow_unicode=True, width=120)


def _rules_told(said: Places) -> dict[tuple[str, str], str]:
    columns = {
        (name_of(table), column): each.rules
        for table, own in said.tables.items()
        for column, each in own.columns.items()
    }
    places_too = {(key, "content"): place.rules for key, place in said.places.items()}
    return {
        where: "; or ".join(_told(said.rules[rule]) for rule in rules)
        for where, rules in (columns | places_too).items()
    }


def _told(rule: OwnRule) -> str:
    end = "at once" if rule.at_once else f"never: {rule.for_good}"
    if rule.period is not None:
        ((unit, number),) = rule.period.model_dump(exclude_none=True).items()
        end = f"for {number}" + (f" {unit}" if unit != "figure" else "")
    return f"from {rule.event}: {end} ({rule.article}), by {', '.join(rule.by)}"


def _dataset(system: System, told: dict[tuple[str, str], str]) -> dict[str, Any]:
    return {
        "fides_key": system.key,
        "name": system.key,
        "collections": [_collection(system, table, told) for table in system.tables],
    }


def _collection(system: System, table: Table, told: dict[tuple[str, str], str]) -> dict[str, Any]:
    fields = [_field(system, table, column, told.get((table.name, column.name))) for column in table.columns]
    return {"name": table.name, "fields": fields}


def _field(system: System, table: Table, column: Column, told: str | None) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "data_categories": list(column.categories)}
    if told:
        field["description"] = told
    meta: dict[str, Any] = {"primary_key": True} if column.name in table.key else {}
    points_at = [_points_at(system, edge) for edge in system.edges if _has_it(edge, table, column)]
    if points_at:
        meta["references"] = points_at
    return field | ({"fides_meta": meta} if meta else {})


def _has_it(edge: Edge, table: Table, column: Column) -> bool:
    here = edge.target if edge.pointing == "target" else edge.holder
    return (here.table, here.columns) == (table.name, (column.name,))


def _points_at(system: System, edge: Edge) -> dict[str, str]:
    there = edge.holder if edge.pointing == "target" else edge.target
    return {"dataset": system.key, "field": f"{there.table}.{there.columns[0]}", "direction": "from"}


def _own(system: System) -> dict[str, Any]:
    return {"tables": {table.name: own for table in system.tables if (own := _own_table(system, table))}}


def _own_table(system: System, table: Table) -> dict[str, Any]:
    columns = {column.name: _own_column(column) for column in table.columns if column.personal or column.purposes}
    references = {
        column.name: {"kind": str(edge.kind), "holder": "this_row" if edge.pointing == "holder" else "pointed_at"}
        for column in table.columns
        for edge in system.edges
        if edge.kind is not None and _has_it(edge, table, column)
    }
    parts = {"subject": table.subject, "columns": columns, "references": references}
    return {name: part for name, part in parts.items() if part}


def _own_column(column: Column) -> dict[str, Any]:
    said = {
        "purposes": list(column.purposes),
        "basis": column.basis,
        "mandatory": column.mandatory,
        "justification": column.justification,
        "free_text": column.free_text,
    }
    return {name: value for name, value in said.items() if value not in (None, [], False) or name == "mandatory"}
