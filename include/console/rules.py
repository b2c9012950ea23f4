"""How long everything is kept: the rules of the data maps and of our own store, in figures, each with its article."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from babel import Locale

from include.duties.notice.calendar import HOME
from include.duties.own_system.model import OwnRule, places
from include.errors import NeverRetry
from include.law import Edition, edition_for
from include.systems import System
from include.systems.maps import all_maps
from include.systems.model import RetentionRule
from include.systems.retention import figures

__all__ = ["Ruled", "length", "own_rules", "rules_of_maps"]

Length = tuple[int, str]
"""How many, and of what: `days`, `months`."""


@dataclass(frozen=True, slots=True)
class Ruled:
    """One rule as a reader sees it."""

    system: str
    name: str
    trigger: str
    article: str
    event: str = ""
    """The column, or in words what the clock starts with."""
    least: Length | None = None
    most: Length | None = None
    fate: str = "destroy"
    statute: bool = False
    for_good: str | None = None
    at_once: bool = False
    unfit: bool = False
    """The edition has no such figure, or the periods cross: nothing is planned by it."""


def length(of: Length | None, forms: Mapping[str, Mapping[str, str]], language: str) -> str:
    """Write how long something is, with the plural that the language has for it; a dash for nothing."""
    if of is None:
        return "–"
    number, unit = of
    return forms[f"for_{unit}"][Locale(language).plural_form(number)].replace("{n}", str(number))


def rules_of_maps(at: datetime, settings: Mapping[str, str] = os.environ) -> Iterator[Ruled]:
    """Give the rules of every mapped system, table by table. Raises NeverRetry where the maps cannot be read."""
    for system in _maps(settings.get("AMANAH_SYSTEMS", ""), _stamp(settings)):
        edition = edition_for(system.jurisdiction, at)
        for table in system.tables:
            if table.retention in system.rules:
                yield _of_map(system, table.name, str(table.retention), edition)


def own_rules(at: datetime) -> Iterator[Ruled]:
    """Give the rules of our own store."""
    edition = edition_for(HOME, at)
    for name, rule in places().rules.items():
        least = None if rule.period is None else figures(_as_map(rule), edition).minimum
        yield Ruled(
            "register", name, rule.trigger, rule.article, rule.event, most=least, for_good=rule.for_good,
            at_once=rule.at_once,
        )  # fmt: skip


def _of_map(system: System, table: str, name: str, edition: Edition) -> Ruled:
    rule = system.rule(name)
    try:
        told = figures(rule, edition)
    except NeverRetry:
        return Ruled(system.key, f"{table}:{name}", rule.trigger, rule.article, rule.column, unfit=True)
    return Ruled(
        system.key, f"{table}:{name}", rule.trigger, rule.article, rule.column, told.minimum, told.maximum,
        rule.then, rule.statute,
    )  # fmt: skip


def _as_map(rule: OwnRule) -> RetentionRule:
    return RetentionRule(trigger=rule.trigger, column="event", minimum=rule.period, article=rule.article)


def _stamp(settings: Mapping[str, str]) -> tuple[tuple[str, int], ...]:
    """Say which maps there are and when each was last written."""
    folders = [Path(part).expanduser() for part in settings.get("AMANAH_SYSTEMS", "").split(os.pathsep) if part]
    files = [file for folder in folders for file in sorted(folder.glob("*.y*ml"))]
    return tuple((str(file), file.stat().st_mtime_ns) for file in files)


@lru_cache(maxsize=4)
def _maps(folders: str, _stamp: tuple[tuple[str, int], ...]) -> tuple[System, ...]:
    """Read the maps, again only where one was written since."""
    return all_maps({"AMANAH_SYSTEMS": folders})
