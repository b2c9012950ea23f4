"""What each source's page says of its contract, its basis and every delivery, and that it goes on where it ended."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from builders import Held, ask, person
from operators_here import SHOP, Visitor
from sqlalchemy import text

from include.console.promises import State
from include.console.sources import basis_state
from include.store import Role, begin

Sign = Callable[..., Visitor]
Make = Callable[..., Held]
TODAY = date(2026, 3, 1)
WITH_CARD = {**SHOP, "id": "9", "contact": "1000000008"}


@pytest.mark.parametrize(
    ("days", "state"),
    [(None, State.KEPT), (31, State.KEPT), (30, State.NEEDED), (0, State.NEEDED), (-1, State.BROKEN)],
)
def test_a_basis_holds_on_its_last_day_and_is_to_be_renewed_a_month_before(days: int | None, state: State) -> None:
    expires = None if days is None else TODAY + timedelta(days=days)
    assert basis_state(expires, TODAY) is state


def test_a_source_is_listed_with_its_basis_and_the_classes_of_its_last_delivery(visitor: Sign, source: Make) -> None:
    source().delivers([SHOP, person(1)])
    page = visitor("engineer", "engineer").get("/sources").text
    assert '<a href="/amanah/sources/sample_guide"><bdi>Sample Guide</bdi></a>' in page
    assert "a source open to the public" in page
    assert re.search(r"Personal [1-9]", page)
    assert "القحطاني" not in page
    assert "people.example" not in page
    assert "دليل العينة" in visitor(language="ar").get("/sources").text


def test_each_delivery_has_its_counts_its_run_and_why_rows_were_set_aside(visitor: Sign, source: Make) -> None:
    guide = source()
    repeated = [{**SHOP, "id": "7", "city": city} for city in ("الرياض", "مكة")]
    guide.delivers([SHOP, WITH_CARD, *repeated], run="run:first")
    page = visitor("auditor", "auditor").get("/sources/sample_guide").text
    assert "run:first" in page
    assert "received 4; new 2; set aside 2" in page
    assert "<li>a national identity number: 1</li>" in page
    assert "<li>a repeated row id: 1</li>" in page
    assert "alwaha" not in page
    assert "1000000008" not in page


def test_why_rows_were_set_aside_stays_counted_when_the_rows_own_traces_go(visitor: Sign, source: Make) -> None:
    source().delivers([SHOP, WITH_CARD, {**WITH_CARD, "id": "10"}])
    assert len(ask("delete from landing.quarantined returning receipt_id")) == 2
    assert "<li>a national identity number: 2</li>" in visitor().get("/sources/sample_guide").text


def test_the_classes_of_every_delivery_are_drawn_and_stand_in_a_table_too(visitor: Sign, source: Make) -> None:
    guide = source()
    for many in (1, 3, 2):
        guide.delivers([person(number) for number in range(many)], later=timedelta(days=1))
    page = visitor("engineer", "engineer").get("/sources/sample_guide").text
    heights = [float(height) for height in re.findall(r'<rect class="part-personal"[^>]*height="([\d.]+)"/>', page)[1:]]
    assert len(heights) == 3
    assert heights[1] > heights[2] > heights[0]
    (table,) = re.findall(r"The figures as a table</summary>.*?</table>", page, re.S)
    assert table.count('<th scope="row">') == 3


def test_a_long_past_goes_on_where_the_page_ended(visitor: Sign, source: Make) -> None:
    guide = source()
    for turn in range(3):
        guide.delivers([person(turn)])
    ((receipt,),) = ask("select id from register.receipt order by received_at desc, id desc limit 1")
    filled = text("""
        insert into register.receipt (id, source_key, delivery_id, received_at, state, run, reason, counts)
        select gen_random_uuid(), source_key, delivery_id, received_at - (number / 3) * interval '1 day', 'failed',
               'run:' || number, 'drill', '{}'
          from register.receipt cross join generate_series(1, 42) as number where id = :id
    """)
    with begin(Role.INTAKE) as connection:
        connection.execute(filled, {"id": receipt})
    engineer, page, seen = visitor("engineer", "engineer"), "/sources/sample_guide", list[str]()
    while page:
        shown = engineer.get(page).text
        seen += re.findall(r"<dt>Receipt</dt><dd><code>([0-9a-f-]{36})</code>", shown)
        page = (re.findall(r'href="/amanah(/sources/sample_guide\?before=[0-9a-f-]+)#', shown) or [""])[0]
    assert len(seen) == len(set(seen)) == 45


def test_markup_in_what_a_publisher_is_called_is_text(visitor: Sign, source: Make) -> None:
    title = {"ar": "دليل <b>العينة</b>", "en": 'Guide <script>alert("x")</script>'}
    source(title=title, publisher='<img src="https://elsewhere.example/x.png">').delivers([SHOP])
    for path in ("/sources", "/sources/sample_guide"):
        page = visitor().get(path).text
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "Guide &lt;script&gt;" in page


def test_a_source_that_is_not_there_is_no_page_and_a_place_of_another_is_none(visitor: Sign, source: Make) -> None:
    source().delivers([SHOP])
    assert visitor().get("/sources/nobody").status_code == 404
    unknown = "00000000-0000-4000-8000-000000000000"
    assert "<dt>Receipt</dt>" in visitor().get(f"/sources/sample_guide?before={unknown}").text


def test_before_anything_came_the_page_says_so(visitor: Sign) -> None:
    assert "No source has delivered anything yet" in visitor().get("/sources").text
