"""The accounts that the demo tells of, by their keys in the books (`people.sql`)."""

from __future__ import annotations

import enum

__all__ = ["Account"]


class Account(enum.IntEnum):
    """One account, and what is to be seen on it."""

    LIVE = 1
    """It stays; an invoice, a session and a recording of it are too old."""
    LIVE_BROTHER = 2
    """It stays; it shares its address with `ENDED_BROTHER`, and a recording of it was never announced."""
    ENDED_LATELY = 3
    """A month ago: its backup is kept."""
    ENDED_BROTHER = 4
    """Four months ago: due. One of its two users works in `LIVE` as well."""
    ENDED_TRIAL = 5
    """More than five months ago: due, and no law keeps anything of it."""
    UNDER_HOLD = 6
    """Four months ago, and a court asks for it: the demo places a legal hold."""
    WITH_INVOICES = 7
    """Four months ago: due, but for two invoices that VAT law keeps; a third is too old for that."""
    LIVE_ABROAD = 8
    """It stays; it is in Cairo."""
