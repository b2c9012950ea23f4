"""The gate in front of rows and files of systems of record: the map decides, and what is blocked meanwhile."""

from __future__ import annotations

from collections.abc import Collection

from include.duties.purposes.model import Reason, RowVerdict, Verdict
from include.duties.purposes.rules import against
from include.duties.unintended import blocked_columns
from include.store import Role, begin
from include.systems import System, findings

__all__ = ["may_use", "may_use_row"]


def may_use(system: System, table: str, column: str, purpose: str) -> Verdict:
    """Say whether a column, or the file that it names, may be used for a purpose, and why not.

    A table, column or purpose that nobody knows is no error: it is denied. Of a recording, whether its own call was
    announced is asked when it is read (`read_recording`).
    """
    return _judged(system, table, column, purpose, _blocked(system))


def may_use_row(system: System, table: str, purpose: str) -> RowVerdict:
    """Say whether whole rows of a table may be used for a purpose: only if every column of them may; as `may_use`."""
    mapped = {each.name: each for each in system.tables}.get(table)
    if mapped is None or not mapped.columns:
        return RowVerdict((Reason.TABLE_UNMAPPED,), {})
    blocked = _blocked(system)
    columns = {each.name: _judged(system, table, each.name, purpose, blocked) for each in mapped.columns}
    found = {reason for verdict in columns.values() for reason in verdict.reasons}
    return RowVerdict(Verdict.of(found | _unmapped(mapped.name, blocked, set(columns))).reasons, columns)


def _unmapped(table: str, blocked: Collection[tuple[str, str]], mapped: set[str]) -> set[Reason]:
    """A column that no map knows and in which personal data was found is in the row too."""
    return {Reason.BLOCKED} if any(each == table and column not in mapped for each, column in blocked) else set()


def _judged(system: System, table: str, column: str, purpose: str, blocked: Collection[tuple[str, str]]) -> Verdict:
    mapped = {each.name: each for each in system.tables}.get(table)
    if mapped is None:
        return Verdict(False, (Reason.TABLE_UNMAPPED,))
    known = {each.name: each for each in mapped.columns}.get(column)
    if known is None:
        return Verdict(False, (Reason.COLUMN_UNMAPPED,))
    unfit = {Reason.MAP_UNFIT} if findings(system) else set[Reason]()
    return Verdict.of(unfit | against(mapped, known, purpose, blocked))


def _blocked(system: System) -> frozenset[tuple[str, str]]:
    with begin(Role.DUTIES) as connection:
        return blocked_columns(connection, system.key)
