"""Count the open clocks by the day on which they run out: the watch looks at all of them, a page could not."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from include.duties.notice.calendar import HOME
from include.law import edition_for

__all__ = ["count_days"]

COUNT = text("""
    insert into duties.due_day (day, kind, clocks, counted_at)
    select cast(due_at at time zone :zone as date), kind, count(*), :at
      from duties.duty where state = 'open' and due_at is not null group by 1, 2
""")


def count_days(connection: Connection, at: datetime) -> None:
    """Count at `at` (UTC) by the days of the edition at home, in place of what was counted before."""
    connection.execute(text("delete from duties.due_day"))
    connection.execute(COUNT, {"zone": edition_for(HOME, at).time_zone, "at": at})
