"""How many stand how, counted anew now and then: a page shows the counts at any size, with when they were made."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text

from include.store import Role, advisory_lock, begin

__all__ = ["tally"]

COUNTED = text("""
    insert into duties.tally (what, purpose, channel, state, count, counted_at)
    select 'consent', purpose, channel, action, count(*), cast(:at as timestamptz)
      from duties.consent_state group by 1, 2, 3, 4
    union all
    select 'stop', purpose, kind, means, count(*), :at from duties.stop group by 1, 2, 3, 4
    union all
    select 'restriction', coalesce(purpose, 'all'), 'all', kind, count(*), :at
      from duties.restriction where ended_at is null or ended_at > :at group by 1, 2, 3, 4
    union all
    select 'tally', 'all', 'all', 'done', 1, :at
""")


def tally(at: datetime) -> int:
    """Count consents by purpose, channel and state, stops and restrictions, as of `at` (UTC); return how many counts.

    Whoever reads meanwhile sees the counts before, all of them.
    """
    with begin(Role.DUTIES) as connection:
        advisory_lock(connection, "tally")
        connection.execute(text("delete from duties.tally"))
        return int(connection.execute(COUNTED, {"at": at}).rowcount) - 1
