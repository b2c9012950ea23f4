"""A re-decision with what is owed after it: notices for whoever is found now, none for what is business."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import text

from include.duties.notice.actions import plan_notices
from include.intake.contracts import Contract, load_all
from include.intake.redeciding import Redecided, redecide
from include.store import Role, begin

__all__ = ["left_out", "redecide_all"]

HELD = text("""
    select key from register.source
     where exists (select from register.listing where listing.source_key = source.key) order by key
""")
NO_CONTRACT = "no folder of AMANAH_SOURCES has a contract of it"


def redecide_all(contracts: Iterable[Contract], *, at: datetime, apply: bool) -> Iterator[Redecided]:
    """Decide again what is held of each source, each whole or not at all, and yield what changes.

    Once it is applied to all of them, notices are planned: the clock of whoever became personal runs from receipt.
    """
    for contract in contracts:
        yield redecide(contract, at=at, apply=apply)
    if apply:
        plan_notices(at)


def left_out(decided: Iterable[str]) -> dict[str, str]:
    """Give the sources of which something is held and that are none of these keys, each with why it is not decided."""
    with begin(Role.DUTIES) as connection:
        held = connection.execute(HELD).scalars().all()
    good, broken = load_all()
    why = {fault.key: fault.message for fault in broken} | dict.fromkeys(good, "it was not asked for")
    done = set(decided)
    return {key: why.get(key, NO_CONTRACT) for key in held if key not in done}
