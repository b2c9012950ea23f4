"""Clocks by their day as the watch counted them, and destruction by its week: drawn, and the same in a table."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from builders import START, Held, ask, person
from operators_here import NOW, Visitor

from include.console.drawn import destroyed, due
from include.console.promises import Facts, promises
from include.duties.notice.actions import plan_notices
from include.duties.watch import watch
from include.law import Controller
from include.workflow.pages import PAGES, page_of

Sign = Callable[..., Visitor]
Make = Callable[..., Held]
DAY = timedelta(days=1)
LATE = """
    insert into duties.duty (kind, source_key, state, edition, article, opened_at, starts_at, due_at)
    values ('impact_assessment', 'sample_guide', 'open', 'sa-2024-09-14', 'IR 25', '2026-03-01 06:00Z',
            '2026-03-01 06:00Z', '2026-03-09 22:30Z') returning id
"""
"""A clock that runs out in the evening, when in Riyadh the next day has begun."""
PLAN = """
    insert into duties.destruction
           (id, trigger, plan_hash, counts, allowed_by, edition, state, planned_at, destroyed_at)
    values (gen_random_uuid(), 'retention', sha256('sample'), cast(:counts as jsonb), 'rules', 'sa-2024-09-14',
            'verified', :at, :at) returning id
"""


def test_clocks_are_counted_by_the_watch_on_the_local_day_of_their_end(source: Make) -> None:
    source().delivers([person(number) for number in range(3)])
    plan_notices(NOW)
    ask(LATE)
    assert due(NOW, "en").counted_at is None
    for _ in range(2):
        watch(NOW, Controller())
    counted = ask("select day, kind, clocks from duties.due_day order by clocks")
    ((end,),) = ask("select distinct due_at from duties.duty where kind = 'source_notice'")
    assert [tuple(row) for row in counted] == [
        (date(2026, 3, 10), "impact_assessment", 1), ((end + timedelta(hours=3)).date(), "source_notice", 3),
    ], "days in Riyadh"  # fmt: skip
    found = due(NOW, "en")
    assert found.counted_at == NOW
    assert found.chart is not None
    assert sum(sum(column.values) for column in found.chart.columns) == 4
    assert found.past == 0


def test_a_clock_whose_day_is_over_is_said_apart(source: Make, visitor: Sign, at: Callable[[object], None]) -> None:
    source().delivers([person(1)])
    plan_notices(NOW)
    watch(NOW, Controller())
    assert due(START + 40 * DAY, "en").past == 1
    at(START + 40 * DAY)
    page = visitor("engineer", "engineer").get("/").text
    assert "Open clocks whose day is over: 1." in page


def test_what_was_destroyed_stands_in_its_week_and_older_weeks_are_left_out(visitor: Sign) -> None:
    for days, counts in ((1, '{"contact_points": 40}'), (8, '{"rows": 25}'), (200, '{"contact_points": 9000}')):
        ask(PLAN, at=NOW - days * DAY, counts=counts)
    drawn = destroyed(NOW, "en")
    assert drawn is not None
    assert len(drawn.columns) == 13
    assert [column.values for column in drawn.columns if any(column.values)] == [(0, 25), (40, 0)]
    page = visitor("auditor", "auditor").get("/retention").text
    (table,) = re.findall(r"The figures as a table</summary>.*?</table>", page, re.S)
    assert '<td class="number">25</td>' in table
    assert "9,000" not in table


def test_a_page_draws_with_classes_alone_for_its_policy_allows_no_style_in_it(visitor: Sign) -> None:
    ask(PLAN, at=NOW, counts='{"contact_points": 4}')
    page = visitor().get("/retention").text
    assert 'class="part-points"' in page
    assert not re.search(r"fill=|style=|<style", page)


def test_every_workflow_leads_to_a_page_that_is_there(visitor: Sign, source: Make) -> None:
    source().delivers([person(1)])
    officer = visitor()
    for workflow in (*PAGES, "collect_sample_guide"):
        led = officer.get(f"/about/{workflow}").headers["location"].removeprefix("/amanah")
        assert led.partition("#")[0] == (page_of(workflow) or "").partition("#")[0]
        shown = officer.get(led.partition("#")[0])
        assert shown.status_code == 200
        anchor = led.partition("#")[2]
        assert not anchor or f'id="{anchor}"' in shown.text


def test_a_workflow_of_somebody_else_leads_nowhere(visitor: Sign) -> None:
    assert page_of("payroll") is None
    assert visitor().get("/about/payroll").status_code == 404


def test_every_workflow_of_ours_has_its_page() -> None:
    files = {file.stem for file in (Path(__file__).parents[2] / "dags").glob("*.py")} - {"collect"}
    assert files == set(PAGES)


def test_the_next_thing_to_do_leads_to_a_page_that_is_there(visitor: Sign) -> None:
    broken = Facts(unsent=1, failed_deliveries=1, undetermined=1, plans=1, standstill=NOW, bulk_readers=1, unsealed=1)
    officer = visitor()
    links = {one.key: one.link for one in promises(broken, NOW) if one.link}
    assert {"notices": "/notices", "deliveries": "/sources"}.items() <= links.items()
    assert {officer.get(link.partition("#")[0]).status_code for link in links.values()} == {200}
