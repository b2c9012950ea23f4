"""Whose subscription ends soon: by the ids of the product, which tells them to take their own data with them.

Every night a file for each table of accounts is written under home; the product reads it. Nobody is written to by us.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, select

from include.errors import MayBeRetried, NeverRetry
from include.law import edition_for
from include.store import private_folder
from include.store.home import write_private
from include.systems import System
from include.systems.connecting import SystemAway, address_of, connected
from include.systems.maps import all_maps
from include.systems.model import Trigger
from include.systems.moments import before, from_then_on
from include.systems.reflecting import reflect

__all__ = ["ending_soon", "write_reminders"]

log = logging.getLogger("amanah.archives")


def write_reminders(at: datetime, settings: Mapping[str, str] = os.environ) -> dict[str, int]:
    """Write who is to be reminded at `at` (UTC): `AMANAH_HOME/reminders/<system>.<table>.json`; return counts.

    A file is whole or not written, and the same moment writes the same: an account is in it from `remind_days` before
    its end until it has ended. A table that no map has any more has no file. A system that is away keeps the file of
    the night before; the run ends with MayBeRetried, or NeverRetry where retrying helps none, when the others are done.
    """
    folder, written, named, troubles = private_folder("reminders"), set[str](), 0, list[Exception]()
    for system in all_maps(settings):
        names = {f"{system.key}.{table.name}.json" for table in system.tables}
        try:
            for told in _of_system(system, at, settings, None):
                file = f"{told['system']}.{told['table']}.json"
                write_private(folder / file, json.dumps(told, ensure_ascii=False))
                written.add(file)
                named += told["count"]
        except (SystemAway, NeverRetry) as error:
            troubles.append(error)
            log.warning("%s: %s", system.key, error)
            written |= {file.name for file in folder.iterdir()} & names
    for left in folder.glob("*.json"):
        if left.name not in written:
            left.unlink()
    if troubles:
        told_of = "\n".join(map(str, troubles))
        away = all(isinstance(trouble, SystemAway) for trouble in troubles)
        raise MayBeRetried(told_of) if away else NeverRetry(told_of)
    return {"files": len(written), "accounts": named}


def ending_soon(
    at: datetime, settings: Mapping[str, str] = os.environ, *, days: int | None = None
) -> Iterator[dict[str, Any]]:
    """Give, for each system, the keys of the accounts whose subscription ends within so many days from `at` (UTC).

    The days are the rule's own (`remind_days` of the map) where none are given. Nobody is written to.
    """
    for system in all_maps(settings):
        yield from _of_system(system, at, settings, days)


def _of_system(system: System, at: datetime, settings: Mapping[str, str], days: int | None) -> Iterator[dict[str, Any]]:
    zone = edition_for(system.jurisdiction, at).zone
    for table in system.tables:
        rule = system.rules.get(table.retention or "")
        if rule is None or rule.trigger is not Trigger.SUBSCRIPTION_END:
            continue
        until = at + timedelta(days=days or rule.remind_days)
        with connected(address_of(system, settings)) as connection:
            shape = reflect(connection, system, only=table.name).tables[table.name]
            ends, key = shape.c[rule.column], [shape.c[column] for column in table.key]
            soon = and_(ends.is_not(None), from_then_on(ends, at, zone), before(ends, until, zone))
            found = [tuple(row) for row in connection.execute(select(*key).where(soon).order_by(*key))]
        yield {
            "system": system.key, "table": table.name, "before": until.isoformat(), "count": len(found),
            "ids": [_plain(row) for row in found],
        }  # fmt: skip


def _plain(key: tuple[Any, ...]) -> Any:
    """Give a key as JSON can hold it: numbers as they are, all else as text."""
    told = [value if isinstance(value, int | str) else str(value) for value in key]
    return told[0] if len(told) == 1 else told
