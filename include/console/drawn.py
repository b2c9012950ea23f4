"""What people would rather see than read: clocks by the day on which they run out, and destruction week by week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from include.console.charts import Chart, Column, chart
from include.console.showing import number_in, short_day, whole_day, words_of
from include.duties.notice.calendar import HOME
from include.law import edition_for
from include.store import Role, begin
from include.store.sql import Steps

__all__ = ["Due", "destroyed", "due"]

STEPS = Steps("include.console", "drawn.sql")
DAYS = 31
WEEKS = 13
NOTICE = "source_notice"


@dataclass(frozen=True, slots=True)
class Due:
    """The clocks of the coming days, and when they were counted; None where they never were."""

    chart: Chart | None = None
    past: int = 0
    """Of days that are over."""
    counted_at: datetime | None = None


def due(at: datetime, language: str) -> Due:
    """Draw the open clocks of the next days, as the watch last counted them."""
    today = at.astimezone(edition_for(HOME, at).zone).date()
    with begin(Role.CONSOLE) as connection:
        rows = STEPS.rows(connection, "due_days", {"end": today + timedelta(days=DAYS)})
    days = {today + timedelta(days=ahead): [0, 0] for ahead in range(DAYS)}
    for row in rows:
        if row.day in days:
            days[row.day][row.kind != NOTICE] += row.clocks
    words = words_of(language)["charts"]
    columns = [_column(day, counts, language) for day, counts in days.items()]
    parts = [("notices", words["of_notices"]), ("others", words["of_others"])]
    return Due(
        chart(columns, parts, number=number_in(language), from_the_right=language == "ar"),
        sum(row.clocks for row in rows if row.day < today),
        rows[0].counted_at if rows else None,
    )


def destroyed(at: datetime, language: str) -> Chart | None:
    """Draw what was destroyed in the last weeks, each from its Monday."""
    zone = edition_for(HOME, at).zone
    today = at.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    weeks = {monday - timedelta(weeks=back): [0, 0] for back in reversed(range(WEEKS))}
    since = datetime.combine(min(weeks), time(), zone)
    with begin(Role.CONSOLE) as connection:
        for row in STEPS.rows(connection, "destroyed", {"since": since, "zone": str(zone)}):
            if row.week in weeks:
                weeks[row.week] = [row.points, row.rows]
    words = words_of(language)["charts"]
    columns = [_column(week, counts, language) for week, counts in weeks.items()]
    parts = [("points", words["of_points"]), ("rows", words["of_rows"])]
    return chart(columns, parts, number=number_in(language), from_the_right=language == "ar")


def _column(day: date, counts: list[int], language: str) -> Column:
    return Column(short_day(day, language), whole_day(day, language), tuple(map(int, counts)))
