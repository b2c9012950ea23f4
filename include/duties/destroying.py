"""Destroying what is due wherever it lies: in our own register, and in every system that a data map describes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime

from include.duties.certificates import certify_verified
from include.duties.destruction.actions import destroy_due
from include.duties.holds import see_that_nothing_stands_still
from include.duties.packages import retire
from include.duties.retention.elsewhere import destroy_elsewhere, note_who_asked
from include.errors import NeverRetry
from include.store import Role, begin
from include.systems.maps import all_maps

__all__ = ["destroy_everywhere"]

EVERY = "*"
"""Stands for every system as long as the maps cannot be read: nobody is forgotten because of a typing error."""


def destroy_everywhere(at: datetime, settings: Mapping[str, str] = os.environ) -> dict[str, int]:
    """Destroy what is due at `at` (UTC) in the register and, of those who asked, in every other system; return counts.

    By which contacts people are known is written down before the register lets go of them. A data map that cannot be
    read delays no destruction in the register: the run fails at its end, and who asked waits for it.
    """
    trouble: NeverRetry | None = None
    try:
        systems = [system.key for system in all_maps(settings)]
    except NeverRetry as error:
        systems, trouble = [EVERY], error
    with begin(Role.DUTIES) as store:
        see_that_nothing_stands_still(store)
        note_who_asked(store, at, systems)
    counts = destroy_due(at, settings)
    retired = retire(at)
    if trouble is not None:
        raise trouble
    elsewhere = destroy_elsewhere(at, settings)
    certify_verified(settings)
    if retired:
        counts["packages"] = retired
    return counts | {f"elsewhere_{name}": count for name, count in elsewhere.items()}
