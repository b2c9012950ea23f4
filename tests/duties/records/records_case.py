"""The sample company's registers, made from its own contracts, maps, profile and file, from which tests take things."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from include.duties.own_system.deriving import own_system
from include.duties.own_system.model import places
from include.duties.records import Facts, Finding, RecordsFile, findings, in_words
from include.duties.records.gathering import activities_of, all_tables, sensitive_tables
from include.duties.records.words import words_in
from include.intake.contracts import Contract, contracts
from include.law import Controller, edition_for
from include.systems import System
from include.systems.maps import all_maps

DEMO = Path(__file__).resolve().parents[3] / "include/commands/demo"
AT = datetime(2026, 11, 1, 9, tzinfo=UTC)
DAY = AT.date()
Change = Callable[[Any], None]


@cache
def _read(name: str) -> Any:
    return yaml.safe_load((DEMO / name).read_text(encoding="utf-8"))


@cache
def maps() -> tuple[System, ...]:
    return all_maps({"AMANAH_SYSTEMS": str(DEMO / "company")})


@cache
def sources() -> tuple[Contract, ...]:
    return tuple(contracts().values())


def changed(given: Any, change: Change | None) -> Any:
    """A copy of what a file says, changed."""
    told = copy.deepcopy(given)
    if change is not None:
        change(told)
    return told


def facts(
    *,
    said: Change | None = None,
    profile: Change | None = None,
    systems: tuple[System, ...] | None = None,
    known: tuple[Contract, ...] | None = None,
    day: date = DAY,
    **more: Any,
) -> Facts:
    """Everything that the registers are made from, with changes to the file, the profile, the maps or the contracts."""
    file = RecordsFile.model_validate(changed(_read("records.yml"), said))
    edition, own = edition_for("sa", AT), own_system()
    given = maps() if systems is None else systems
    taken = sources() if known is None else known
    apart = {table for each in file.on_behalf.values() for table in each.tables}
    return Facts(
        day=day,
        controller=Controller.model_validate(changed(_read("controller.yml"), profile)),
        edition=edition,
        said=file,
        contracts=taken,
        activities=activities_of(taken, given, (own, places()), AT, edition, apart=apart),
        sensitive=sensitive_tables(given),
        tables=all_tables((*given, *own)),
        **more,
    )


def told(of: Facts) -> list[tuple[str, str, str]]:
    """Register, key and code of everything that is missing or due."""
    return [(each.register, each.key, each.code) for each in findings(of)]


def english(found: Finding) -> str:
    return in_words(found, words_in("en"))


def with_table(name: str, **changes: Any) -> tuple[System, ...]:
    """The maps, with a table of the books changed."""
    (books,) = maps()
    tables = tuple(table.model_copy(update=changes) if table.name == name else table for table in books.tables)
    return (books.model_copy(update={"tables": tables}),)


def with_columns(name: str, **changes: Any) -> tuple[System, ...]:
    """The maps, with every column of a table of the books changed."""
    (books,) = maps()
    columns = tuple(column.model_copy(update=changes) for column in books.table(name).columns)
    return with_table(name, columns=columns)
