"""Consent and marketing: counts by purpose and channel as last made, audiences, and who confirmed removals."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from builders import Held, ask, person
from operators_here import NOW, Visitor
from people_here import AUDIENCE, DISCLOSED, REMOVED, STOPPED
from people_told import subject_of, tells
from sqlalchemy import text

from include.duties.consent import Said, grant, withdraw
from include.duties.marketing.restricting import Restriction, lift, restrict
from include.duties.marketing.tallying import tally
from include.duties.notice.actions import plan_notices
from include.store import Role, begin

Sign = Callable[..., Visitor]
Make = Callable[..., Held]
LATER = NOW + timedelta(days=10)


def cells(page: str, id_: str) -> list[list[str]]:
    """The rows of a table as text."""
    (table,) = re.findall(rf'aria-labelledby="{id_}">.*?<tbody>(.*?)</tbody>', page, re.S)
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.S)
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
            for row in rows]  # fmt: skip


def test_consents_are_counted_by_purpose_channel_and_how_they_stand_now(visitor: Sign, source: Make) -> None:
    source().delivers([person(number) for number in range(3)])
    plan_notices(NOW)
    tells(LATER)
    first, second, third = (subject_of(f"person.{number}@people.example") for number in range(3))
    del third
    with begin(Role.DUTIES) as connection:
        for subject in (first, second):
            grant(connection, Said(subject=subject, means="page", purpose="business_contact"), LATER)
        withdraw(connection, Said(subject=second, means="page", purpose="business_contact"), LATER)
    assert "Nothing was counted yet" in visitor().get("/consent").text
    assert tally(LATER) == 3
    for office in ("officer", "engineer", "auditor"):
        page = visitor(office, office).get("/consent").text
        assert cells(page, "states") == [["business_contact", "all", "1", "0", "1", "0", "1"]]


def test_counting_anew_leaves_nothing_of_before(database: str) -> None:
    del database
    ask(STOPPED, at=NOW, count=3)
    doubt = Restriction(kind="contested_accuracy", means="page", subject=uuid4())
    with begin(Role.DUTIES) as connection:
        restrict(connection, doubt, NOW)
    assert tally(NOW) == 2
    with begin(Role.DUTIES) as connection:
        lift(connection, doubt.id, NOW + timedelta(hours=1), reason="accuracy_verified")
    tally(LATER)
    counted = ask("select what, state, count, counted_at from duties.tally where what <> 'tally'")
    assert [tuple(row) for row in counted] == [("stop", "link", 3, LATER)]


def test_stops_and_restrictions_are_counted_and_listed_without_whose_they_are(visitor: Sign, at: object) -> None:
    del at
    keys = [row.id for row in ask(STOPPED, at=NOW, count=23)]
    with begin(Role.DUTIES) as connection:
        for kind in ("objection", "objection", "complaint"):
            restrict(connection, Restriction(kind=kind, means="page", subject=uuid4()), NOW)  # type: ignore[arg-type]
    tally(NOW)
    officer = visitor()
    page = officer.get("/consent").text
    assert cells(page, "restricted") == [
        ["Stop – E-mail address", "promotion", "by the link", "23"], ["Complaint", "all", "–", "1"],
        ["Objection", "all", "–", "2"],
    ]  # fmt: skip
    assert len(cells(page, "stops")) == 20
    (more,) = re.findall(r'href="/amanah(/consent\?stops_before=[^"#]+)#stops"', page)
    assert len(cells(officer.get(more).text, "stops")) == len(keys) - 20
    keyed = ask("select encode(key, 'hex') as key from duties.stop")
    assert not any(row.key[:16] in page for row in keyed)


def test_an_audience_says_to_whom_it_went_and_which_removals_were_confirmed(visitor: Sign, at: object) -> None:
    del at
    audience = uuid4()
    ask(AUDIENCE, id=audience, recipient="mailer", run="one", at=NOW)
    ask(DISCLOSED, id=audience, at=NOW)
    ask(REMOVED, id=audience, at=LATER)
    reader = visitor("auditor", "auditor")
    (row,) = cells(reader.get("/consent").text, "audiences")
    assert row[1:5] == ["mailer · AE", "promotion", "handed out", "420"]
    assert row[6] == "1 of 2 confirmed"
    page = reader.get(f"/consent/audience/{audience}").text
    ((_, recipient, method, abroad, count),) = cells(page, "disclosed")
    assert (recipient, method, abroad, count) == ("mailer · AE", "csv", "yes – standard_clauses", "420")
    assert sorted((row[2], row[3] == "not yet") for row in cells(page, "removals")) == [("3", False), ("5", True)]
    assert "somebody.signed.in" not in page
    assert reader.get(f"/consent/audience/{uuid4()}").status_code == 410


def test_many_audiences_go_on_where_the_page_ended(visitor: Sign, at: object) -> None:
    del at
    for number in range(45):
        ask(AUDIENCE, id=uuid4(), recipient="mailer", run=f"run {number}", at=NOW + number // 2 * timedelta(hours=1))
    officer, page, seen = visitor(), "/consent", list[str]()
    while page:
        shown = officer.get(page).text
        seen += re.findall(r'href="/amanah/consent/audience/([^"]+)"', shown)
        page = (re.findall(r'href="/amanah(/consent\?before=[^"#]+)#audiences"', shown) or [""])[0]
    assert len(seen) == len(set(seen)) == 45


@pytest.mark.parametrize("column", ["asked_by", "place", "login"])
def test_who_asked_for_an_audience_is_not_the_consoles_to_read(database: str, column: str) -> None:
    from include.store import StoreRefused

    with pytest.raises(StoreRefused, match="permission denied"), begin(Role.CONSOLE) as connection:
        connection.execute(text(f"select {column} from duties.audience"))
