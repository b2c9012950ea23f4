"""What `places.yml` leaves open or gets wrong about our own store: nothing of a person is kept without a rule."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import MetaData

from include.duties.own_system.deriving import column_of
from include.duties.own_system.keeping import STEP_NAMES
from include.duties.own_system.model import BY_COMMAND, BY_STEP, Places, places
from include.errors import NeverRetry
from include.law import Edition
from include.store.migration import load_tables

__all__ = ["open_questions"]


def open_questions(edition: Edition, metadata: MetaData | None = None, said: Places | None = None) -> tuple[str, ...]:
    """Say every personal column without a rule, and every rule that names or does nothing under an edition."""
    tables, known = metadata or load_tables(), said or places()
    return (
        *_columns_without(tables, known),
        *_named_in_vain(tables, known),
        *_rules_in_vain(known),
        *(fault for name in known.rules for fault in _unfit(name, known, edition)),
    )


def _columns_without(metadata: MetaData, said: Places) -> Iterator[str]:
    for table in metadata.sorted_tables:
        own = said.tables.get(table.fullname)
        for column in table.columns:
            if column.info.get("personal") and (own is None or column.name not in own.columns):
                yield f"{table.fullname}.{column.name}: it can hold personal data, and no rule says until when"


def _named_in_vain(metadata: MetaData, said: Places) -> Iterator[str]:
    for name, own in said.tables.items():
        if name not in metadata.tables:
            yield f"{name}: there is no such table"
        for column in own.columns:
            found = column_of(metadata, f"{name}.{column}")
            if found is None or not found.info.get("personal"):
                yield f"{name}.{column}: no such column is marked as personal"
    for column, reference in said.references.items():
        for each in (column, reference.to):
            if column_of(metadata, each) is None:
                yield f"{each}: there is no such column; a reference names it"


def _rules_in_vain(said: Places) -> Iterator[str]:
    given = {
        f"{name}.{column}": each.rules for name, own in said.tables.items() for column, each in own.columns.items()
    }
    given |= {name: place.rules for name, place in said.places.items()}
    for where, rules in given.items():
        yield from (f"{where}: there is no rule {rule}" for rule in rules if rule not in said.rules)
    named = {rule for rules in given.values() for rule in rules}
    yield from (f"the rule {name} holds for nothing" for name in said.rules if name not in named)


def _unfit(name: str, said: Places, edition: Edition) -> Iterator[str]:
    rule = said.rules[name]
    for by in rule.by:
        if not _is_there(by):
            yield f"the rule {name} is seen to by {by}, which is not there"
    if rule.period is not None:
        try:
            rule.before(edition, datetime(2026, 1, 1, tzinfo=UTC))
        except NeverRetry as error:
            yield f"the rule {name}: {error}"


def _is_there(by: str) -> bool:
    if by.startswith(BY_COMMAND):
        return len(by) > len(BY_COMMAND)
    if by.startswith(BY_STEP):
        return by.removeprefix(BY_STEP) in STEP_NAMES
    module, _, function = by.rpartition(".")
    try:
        return callable(getattr(importlib.import_module(module), function, None))
    except ImportError:
        return False
