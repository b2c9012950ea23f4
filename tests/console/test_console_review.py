"""The review: nothing is read unasked, each reading is recorded, and of two reviewers the second is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from builders import START, Held, ask
from operators_here import NOW, SHOP, Visitor
from sqlalchemy import text

from include.console.forms import seal_for
from include.duties.destruction.actions import destroy_due
from include.duties.notice.actions import plan_notices
from include.duties.review import decide
from include.store import Role, begin, keyed

Sign = Callable[..., Visitor]
Make = Callable[..., Held]
BUSINESS = {"klass": "business", "reason": "name_of_organisation"}


def told(kind: str) -> list[dict[str, Any]]:
    with begin(Role.AUDITOR) as connection:
        rows = connection.execute(text("select payload from evidence.ledger where kind = :kind"), {"kind": kind})
        return [json.loads(row.payload) for row in rows]


def holds(point: int) -> tuple[str, str]:
    rows = ask("select class, decided_by from register.contact_point where id = :id", id=point)
    return tuple(rows[0])


def test_the_queue_and_a_points_page_show_no_value_until_it_is_asked_for(visitor: Sign, point: int) -> None:
    officer = visitor()
    for page in ("/review", f"/review/{point}"):
        answer = officer.get(page).text
        assert "alwaha" not in answer
        assert SHOP["name"] not in answer
    assert told("value_read") == []
    shown = officer.sends(f"/review/{point}", f"/review/{point}/read").text
    assert SHOP["email"] in shown
    assert SHOP["name"] in shown


def test_a_reading_is_in_the_ledger_and_the_auditor_sees_it_there(visitor: Sign, point: int) -> None:
    visitor().sends(f"/review/{point}", f"/review/{point}/read")
    (event,) = told("value_read")
    assert event["hashes"] == {"actor": keyed("login", "dpo").hex()}
    seen = visitor("auditor", "auditor").get("/evidence/value_read").text
    assert event["refs"]["subject"] in seen
    assert "to_decide" in seen
    assert "alwaha" not in seen


def test_an_engineer_sees_what_waits_and_has_no_form_to_read_or_decide_it(visitor: Sign, point: int) -> None:
    page = visitor("engineer", "engineer").get(f"/review/{point}").text
    assert "sample_guide" in page
    assert "<form" not in page


def test_the_reasons_stand_in_the_readers_language(visitor: Sign, point: int) -> None:
    assert "A service, not a person" not in visitor(language="ar").get(f"/review/{point}").text
    arabic, english = (visitor(language=language).get(f"/review/{point}").text for language in ("ar", "en"))
    assert "الاسم اسم منشأة" in arabic
    assert 'dir="rtl"' in arabic
    assert "The name is an organisation&#39;s" in english
    assert "الاسم اسم منشأة" not in english


def test_a_decision_is_that_of_the_review_and_leads_to_what_waits_next(visitor: Sign, source: Make) -> None:
    guide = source()
    guide.delivers([{**SHOP, "id": str(number), "email": f"kdzx@place{number}.example"} for number in range(3)])
    officer = visitor()
    decided = list[int]()
    page = officer.get("/review").text.partition('class="button" data-key="Enter" href="/amanah')[2].partition('"')[0]
    while page != "/review":
        decided.append(int(page.rpartition("/")[2]))
        answer = send(officer, page)
        assert answer.status_code == 303
        page = answer.headers["location"].removeprefix("/amanah")
    assert len(decided) == len(set(decided)) == 3
    assert {holds(point) for point in decided} == {("business", "review")}
    assert "Nothing waits" in officer.get("/review").text


def send(officer: Visitor, page: str, **changes: str) -> Any:
    """Decide that it is business."""
    return officer.http.post(
        f"{page}/decide", data=BUSINESS | {"seal": seal_for("dpo", f"{page}/decide", NOW)} | changes
    )


def test_what_was_read_and_then_decided_counts_no_longer_as_read_for_nothing(visitor: Sign, point: int) -> None:
    officer, undecided = visitor(), "select undecided from duties.reader"
    officer.sends(f"/review/{point}", f"/review/{point}/read")
    assert ask(undecided)[0][0] == 1
    send(officer, f"/review/{point}")
    assert ask(undecided)[0][0] == 0


def test_of_two_reviewers_the_second_is_told_and_changes_nothing(visitor: Sign, point: int) -> None:
    page = f"/review/{point}"
    decide(point, "personal", reason="names_a_person", by="another", at=NOW)
    answer = send(visitor(), page)
    assert answer.status_code == 409
    assert "Somebody decided it meanwhile" in answer.text
    assert holds(point) == ("personal", "review")


def test_who_looks_again_may_replace_a_decision_and_both_stay_readable(visitor: Sign, point: int) -> None:
    decide(point, "personal", reason="names_a_person", by="another", at=NOW)
    ((review,),) = ask("select id from register.review")
    officer = visitor()
    assert f'name="instead_of" value="{review}"' in officer.get(f"/review/{point}").text
    assert send(officer, f"/review/{point}", instead_of=str(review)).status_code == 303
    assert holds(point) == ("business", "review")
    assert ask("select count(*) from register.review")[0][0] == 2


def test_a_point_that_was_destroyed_meanwhile_is_neither_shown_read_nor_decided(
    visitor: Sign, source: Make, at: Callable[[object], None]
) -> None:
    source().delivers([SHOP])
    ((point,),) = ask("select id from register.contact_point where class = 'undetermined'")
    plan_notices(NOW)
    destroy_due(START + timedelta(days=40))
    officer, before = visitor(), len(told("value_read"))
    seal = {"seal": seal_for("dpo", f"/review/{point}/read", NOW)}
    answers = [officer.get(f"/review/{point}"), officer.http.post(f"/review/{point}/read", data=seal),
               send(officer, f"/review/{point}")]  # fmt: skip
    assert [answer.status_code for answer in answers] == [410] * 3
    assert len(told("value_read")) == before


def test_markup_in_a_companys_name_is_text(visitor: Sign, source: Make) -> None:
    name = 'شركة <script>alert("x")</script> & أبناؤه'
    source().delivers([{**SHOP, "name": name}])
    ((point,),) = ask("select id from register.contact_point where class = 'undetermined'")
    shown = visitor().sends(f"/review/{point}", f"/review/{point}/read").text
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(" in shown


def test_reading_too_many_without_deciding_is_said_at_once_and_stands_on_todays_page(visitor: Sign, point: int) -> None:
    officer = visitor()
    fields = officer.form(f"/review/{point}", f"/review/{point}/read")
    pages = [officer.http.post(f"/review/{point}/read", data=fields).text for _ in range(61)]
    assert "An alarm was raised" in pages[-1]
    assert "An alarm was raised" not in pages[-2]
    assert "read more than a person needs" in officer.get("/").text


def test_a_long_queue_goes_on_where_the_page_ended(visitor: Sign, source: Make) -> None:
    source().delivers([{**SHOP, "id": str(n), "email": f"kdzx@place{n}.example"} for n in range(45)])
    officer, page, seen = visitor(), "/review", list[str]()
    while page:
        shown = officer.get(page).text
        seen += [part.partition('"')[0] for part in shown.split('<th scope="row"><a href="/amanah/review/')[1:]]
        page = shown.partition('data-key="KeyN" href="/amanah')[2].partition('"')[0]
    assert len(seen) == len(set(seen)) == 45
    assert seen == sorted(seen, key=int)
