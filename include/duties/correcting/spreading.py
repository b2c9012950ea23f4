"""Correct the other systems too, each in a unit of work of its own; what is done is written down system by system."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from include.duties.correcting.proposing import STEPS
from include.duties.packages.people import people_in
from include.duties.packages.redacting import Redactor
from include.errors import MayBeRetried, NeverRetry
from include.evidence import Kind, learn, record
from include.store import Role, begin, keyed
from include.systems import System
from include.systems.amending import Change, amend
from include.systems.connecting import SystemAway, address_of, connected
from include.systems.maps import all_maps

__all__ = ["spread"]

EXACT = ("email", "phone")
"""Fields of which other systems get the one form, not the way in which it was written."""


def spread(request: UUID, subject: UUID, edition: str, at: datetime, settings: Mapping[str, str]) -> dict[str, int]:
    """Make the applied corrections of a request in every mapped system that has them not yet; count values by system.

    A system that is away hides no other. Raises MayBeRetried, or NeverRetry, when the rest is done.
    """
    done, troubles = dict[str, int](), list[Exception]()
    for system in all_maps(settings):
        with begin(Role.DUTIES) as store:
            waiting = STEPS.rows(store, "unfinished", {"request": request})
            known = _known(store, request, subject)
        if mine := [each for each in waiting if system.key not in each.systems]:
            try:
                done[system.key] = _correct(system, mine, known, settings)
            except (SystemAway, NeverRetry) as error:
                troubles.append(error)
                continue
            with begin(Role.DUTIES) as store:
                STEPS.run(store, "spread", {"ids": [each.id for each in mine], "system": system.key})
                learn(store, system.key)
                record(
                    store,
                    Kind.CORRECTION_SPREAD,
                    at=at,
                    edition=edition,
                    refs={"request": request},
                    codes={"system": system.key},
                    counts={"values": done[system.key]},
                )
    if troubles:
        told = "\n".join(dict.fromkeys(map(str, troubles)))
        away = all(isinstance(trouble, SystemAway) for trouble in troubles)
        raise MayBeRetried(told) if away else NeverRetry(told)
    return done


def _known(store: Connection, request: UUID, subject: UUID) -> dict[tuple[str, str], bool]:
    """Give by what somebody is known, or was before a correction, and whether it is of nobody else too."""
    rows = STEPS.rows(store, "identities", {"subject": subject, "request": request})
    keys = {(row.kind, row.value): keyed(row.kind, row.value.casefold()) for row in rows}
    others = STEPS.rows(store, "somebody_elses", {"keys": list(keys.values()), "subject": subject})
    shared = {bytes(row.key) for row in others}
    return {contact: key not in shared for contact, key in keys.items()}


def _correct(
    system: System, proposals: list[Any], known: dict[tuple[str, str], bool], settings: Mapping[str, str]
) -> int:
    own = Redactor([value for _, value in known], "").is_own
    alone = [contact for contact, of_nobody_else in known.items() if of_nobody_else]
    changes = [
        Change(each.field, each.original, each.normalised if each.field in EXACT else each.value) for each in proposals
    ]
    with connected(address_of(system, settings)) as connection:
        people = people_in(connection, system, alone, own)
        return amend(connection, system, people.rows, changes, own) if people.rows else 0
