"""The kill switch: nothing is destroyed anywhere while a standstill lasts, whoever asked for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from include.duties.notice.calendar import HOME
from include.errors import NeverRetry
from include.evidence import Kind, record
from include.law import edition_for
from include.store import Role, begin, keyed

__all__ = ["REASONS", "Standstill", "begin_standstill", "end_standstill", "see_that_nothing_stands_still"]

REASONS = ("runaway", "wrong_map", "investigation", "drill")


class Standstill(NeverRetry):
    """Raised where something would be destroyed while a standstill lasts."""


def begin_standstill(*, reason: str, by: str, at: datetime) -> None:
    """Stop all destruction from now on (`at`, UTC). Raises NeverRetry for an unknown reason, or where one stands."""
    if reason not in REASONS:
        raise NeverRetry(f"no such reason: {reason}; one of {', '.join(REASONS)}")
    with begin(Role.DUTIES) as connection:
        made = connection.execute(
            text("""
                insert into duties.standstill (reason, begun_by, begun_at) values (:reason, :by, :at)
                on conflict do nothing
            """),
            {"reason": reason, "by": by, "at": at},
        ).rowcount
        if not made:
            raise NeverRetry("destruction stands still already; end that with `destruction go`")
        _record(connection, Kind.STANDSTILL_BEGUN, by, at, {"reason": reason})


def end_standstill(*, by: str, at: datetime) -> None:
    """Let destruction go on from now on (`at`, UTC). Raises NeverRetry where none stands."""
    with begin(Role.DUTIES) as connection:
        ended = connection.execute(
            text("update duties.standstill set ended_by = :by, ended_at = :at where ended_at is null"),
            {"by": by, "at": at},
        ).rowcount
        if not ended:
            raise NeverRetry("nothing stands still")
        _record(connection, Kind.STANDSTILL_ENDED, by, at, {})


def see_that_nothing_stands_still(connection: Connection) -> None:
    """Raise Standstill where one lasts: asked before each part of a plan, in the unit of work that writes it down."""
    lasting = text("select begun_at from duties.standstill where ended_at is null")
    since = connection.execute(lasting).scalar_one_or_none()
    if since is not None:
        raise Standstill(
            f"destruction stands still since {since:%Y-%m-%d %H:%M} UTC; nothing was destroyed. "
            "What is due waits until an officer ends it: `python -m include destruction go`"
        )


def _record(connection: Connection, kind: Kind, by: str, at: datetime, codes: dict[str, str]) -> None:
    record(
        connection, kind, at=at, edition=edition_for(HOME, at).name, codes=codes, hashes={"actor": keyed("login", by)}
    )
