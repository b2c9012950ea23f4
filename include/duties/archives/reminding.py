"""Whose subscription ends soon: by the ids of the product, which tells them to take their own data with them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, select

from include.law import edition_for
from include.systems.connecting import address_of, connected
from include.systems.maps import all_maps
from include.systems.model import Trigger
from include.systems.moments import before, from_then_on
from include.systems.reflecting import reflect

__all__ = ["ending_soon"]


def ending_soon(
    at: datetime, settings: Mapping[str, str] = os.environ, *, days: int | None = None
) -> Iterator[dict[str, Any]]:
    """Give, for each system, the keys of the accounts whose subscription ends within so many days from `at` (UTC).

    The days are the rule's own (`remind_days` of the map) where none are given. Nobody is written to.
    """
    for system in all_maps(settings):
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
                "ids": [row[0] if len(row) == 1 else list(row) for row in found],
            }  # fmt: skip
