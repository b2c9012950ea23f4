"""A system that was restored from a copy holds again who was destroyed since: it is made to forget them again."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import text

from include.duties.backups.journal import journal_file, read
from include.duties.backups.noting import database_head, write_down
from include.duties.backups.other_systems import gone_from
from include.duties.holds import identity_of
from include.duties.holds.finding import found_by_keys
from include.errors import NeverRetry
from include.store import Role, begin
from include.systems.connecting import address_of, connected
from include.systems.maps import all_maps

__all__ = ["look_for_again"]

NOTE = text("""
    insert into duties.elsewhere (request_id, system, kind, value, since) values (:request, :system, :kind, :value, :at)
    on conflict do nothing
""")


def look_for_again(key: str, since: datetime, at: datetime, settings: Mapping[str, str] = os.environ) -> dict[str, int]:
    """Find in a restored system whom requests destroyed there at or after `since` (UTC), by the journal's hashes.

    They are written down as when they asked, and the next run of `destroy_due` plans, destroys, looks again and
    certifies. What rules destroyed is due by them again, and planned anew by `enforce_retention`. Again, it writes down
    nothing more. Returns counts. Raises NeverRetry for an unknown system, and JournalBroken.
    """
    system = next((system for system in all_maps(settings) if system.key == key), None)
    if system is None:
        raise NeverRetry(f"no data map is of {key}; AMANAH_SYSTEMS names the folder of the maps")
    write_down()
    with begin(Role.DUTIES) as store:
        known = database_head(store)
    gone = gone_from(read(journal_file(), [known]), key, since)
    whose = {one: request for request, keys in gone.people.items() for one in keys}
    with connected(address_of(system, settings)) as connection:
        found = list(found_by_keys(connection, system, whose))
    asked = {(whose[one], *identity_of(each.value)) for each in found for one in each.keys}
    with begin(Role.DUTIES) as store:
        for request, kind, value in sorted(asked):
            store.execute(NOTE, {"request": request, "system": key, "kind": kind, "value": value, "at": at})
    return {"people": len(gone.people), "found": len({request for request, _, _ in asked}), "plans": gone.rules.total()}
