"""People are found by a whole contact and never listed; who tries a list is stopped, and that is an alarm."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from builders import Held, ask
from operators_here import NOW, SHOP, Visitor
from people_here import MAILBOX, body, seek, told

from include.console.forms import LIVES
from include.duties.consent import Said, delete_asked
from include.duties.destroying import destroy_everywhere
from include.duties.reading import MOST_SOUGHT
from include.store import Role, begin, keyed

Sign = Callable[..., Visitor]
Make = Callable[..., Held]


def test_a_person_is_found_by_a_contact_however_it_is_written_and_that_is_recorded(
    visitor: Sign, subject: UUID
) -> None:
    officer = visitor()
    for contact in (MAILBOX, f"  {MAILBOX.upper()} "):
        assert seek(officer, contact).headers["location"] == f"/amanah/people/{subject}"
    event, _ = told("value_read")
    assert (event["codes"], event["refs"]) == ({"reason": "sought"}, {"subject": str(subject)})
    assert event["hashes"] == {"actor": keyed("login", "dpo").hex()}
    assert "people.example" not in json.dumps(told("value_read"))


def test_a_search_for_everyone_finds_nobody_and_says_the_same_as_for_a_stranger(visitor: Sign, subject: UUID) -> None:
    officer = visitor()
    stranger = seek(officer, "nobody@people.example")
    assert stranger.status_code == 404
    for everyone in (
        "%",
        "*",
        "@people.example",
        "person",
        "_" * 23,
        f"{MAILBOX}, nobody@people.example",
        " ",
        "' or 1=1",
    ):
        answer = seek(officer, everyone)
        assert (answer.status_code, body(answer)) == (404, body(stranger)), everyone
    assert str(subject) not in officer.get("/people").text
    assert told("value_read") == []


def test_who_was_destroyed_is_answered_like_who_never_was(visitor: Sign, subject: UUID) -> None:
    officer = visitor()
    stranger = seek(officer, "nobody@people.example")
    with begin(Role.DUTIES) as connection:
        delete_asked(connection, Said(subject=subject, means="page"), NOW)
    destroy_everywhere(NOW)
    gone = seek(officer, MAILBOX)
    assert (gone.status_code, body(gone)) == (404, body(stranger))
    assert told("value_read") == []


def test_searches_end_where_somebody_tries_a_list_and_that_is_an_alarm(visitor: Sign, subject: UUID) -> None:
    officer = visitor()
    answers = [seek(officer, f"try.{number}@people.example").status_code for number in range(MOST_SOUGHT)]
    assert set(answers) == {404}
    assert [seek(officer, MAILBOX).status_code for _ in range(3)] == [429] * 3
    (event,) = told("reading_alarmed")
    assert event["counts"] == {"searches": MOST_SOUGHT + 1}
    assert told("value_read") == []
    assert "read more than a person needs" in officer.get("/").text
    assert seek(visitor("another"), MAILBOX).status_code == 403, "another's seal"


def test_the_next_hour_may_be_searched_again(visitor: Sign, subject: UUID, at: Callable[[object], None]) -> None:
    officer = visitor()
    for number in range(MOST_SOUGHT + 1):
        last = seek(officer, f"try.{number}@people.example")
    assert last.status_code == 429
    at(NOW + timedelta(hours=1))
    assert seek(officer, MAILBOX).status_code == 303


def test_a_companys_contact_leads_to_its_points_and_shows_no_value(visitor: Sign, source: Make) -> None:
    source().delivers([{**SHOP, "email": "info@alwaha.example"}])
    ((point,),) = ask("select id from register.contact_point where kind = 'email' and class = 'business'")
    page = seek(visitor(), "info@alwaha.example").text
    assert f'href="/amanah/review/{point}"' in page
    assert "alwaha" not in page


def test_an_id_opens_a_person_without_a_search(visitor: Sign, subject: UUID) -> None:
    answer = visitor("auditor", "auditor").get(f"/people?person={subject}")
    assert answer.headers["location"] == f"/amanah/people/{subject}"


def test_a_search_or_a_reading_by_a_page_that_lay_open_too_long_does_nothing(
    visitor: Sign, subject: UUID, at: Callable[[object], None]
) -> None:
    officer, path = visitor(), f"/people/{subject}"
    search = officer.form("/people", "/people/find") | {"contact": MAILBOX}
    reading = officer.form(path, f"{path}/read") | {"reason": "person_asked"}
    at(NOW + LIVES + timedelta(hours=1))
    for action, fields in (("/people/find", search), (f"{path}/read", reading)):
        answer = officer.http.post(action, data=fields)
        assert answer.status_code == 403
        assert "lay open for too long" in answer.text
    assert told("value_read") == []
