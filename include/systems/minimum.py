"""Why each personal column is there: what nobody can say is reported, and has to go (IR 19, policy section 8)."""

from __future__ import annotations

from collections.abc import Iterator

from include.systems.graph import Finding
from include.systems.model import Column, System

__all__ = ["MINIMUM", "unexplained", "unjustified"]

MINIMUM = ("user.name", "user.job_title", "user.contact.email", "user.contact.phone_number", "user.contact.address")
"""What policy section 8 names, as data categories; the sixth field, the size of a company, says nothing of a person."""


def unexplained(system: System) -> tuple[Finding, ...]:
    """Say of every personal column what its map leaves open: purpose, legal basis, mandatory or not, justification."""
    return tuple(
        Finding(table.name, column.name, what)
        for table in system.tables
        for column in table.personal
        for what in _open(column, in_key=column.name in table.key)
    )


def unjustified(system: System) -> tuple[tuple[str, str], ...]:
    """Name the columns, with their tables, that are outside the minimum and that nobody justified: they have to go."""
    return tuple(
        (table.name, column.name)
        for table in system.tables
        for column in table.personal
        if column.name not in table.key and _beyond_the_minimum(column) and not column.justification
    )


def _open(column: Column, *, in_key: bool) -> Iterator[str]:
    if not column.purposes:
        yield "no purpose is named (IR 4(1)(c))"
    if not column.basis:
        yield "no legal basis is named (IR 4(1)(c))"
    if column.mandatory is None:
        yield "say whether it is mandatory (IR 4(1)(g))"
    if not in_key and _beyond_the_minimum(column) and not column.justification:
        yield "it is outside the minimum and nobody justified it: it has to go (IR 19(1))"


def _beyond_the_minimum(column: Column) -> bool:
    personal = [category for category in column.categories if category.split(".")[0] == "user"]
    return not all(any(f"{category}.".startswith(f"{least}.") for least in MINIMUM) for category in personal)
