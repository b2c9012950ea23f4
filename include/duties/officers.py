"""Who decides as data protection officer, by login: one list for the console and for what Airflow asks."""

from __future__ import annotations

import os
from collections.abc import Mapping

from include.errors import NeverRetry

__all__ = ["SETTING", "NotAnOfficer", "may_decide", "officers", "only_an_officer"]

SETTING = "AMANAH_OFFICERS"


class NotAnOfficer(NeverRetry):
    """Raise where somebody else decided. Names no login."""

    def __init__(self) -> None:
        super().__init__(
            f"only a data protection officer whom {SETTING} names by login may decide this, and whoever did is none: "
            "nothing was done. Clear the question, and let one of them answer it"
        )


def officers(settings: Mapping[str, str] = os.environ) -> frozenset[str]:
    """Give the logins that `AMANAH_OFFICERS` names, between commas; none where it restricts nobody."""
    return frozenset(filter(None, map(str.strip, settings.get(SETTING, "").split(","))))


def may_decide(login: str | None, settings: Mapping[str, str] = os.environ) -> bool:
    """Say whether somebody may decide, as far as the setting knows; whoever asks knows their role, or cannot."""
    named = officers(settings)
    return not named or login in named


def only_an_officer(login: str | None) -> str:
    """Give the login back. Raises NotAnOfficer where the setting names others."""
    if not may_decide(login):
        raise NotAnOfficer
    return login or "unknown"
