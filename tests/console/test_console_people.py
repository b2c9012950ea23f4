"""People: found by a whole contact and never listed; everything held is shown, and a value only to who asks for it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from builders import Held, ask, person
from operators_here import NOW, SHOP, Visitor
from people_told import tells
from sqlalchemy import Connection, text

from include.console.forms import LIVES, seal_for
from include.duties.consent import Said, delete_asked
from include.duties.destroying import destroy_everywhere
from include.duties.holds import place
from include.duties.marketing.restricting import Restriction, restrict
from include.duties.notice.actions import plan_notices
from include.duties.reading import MOST_SOUGHT
from include.duties.retention.foreseeing import foresee_all
from include.store import Role, begin, keyed

Sign = Callable[..., Visitor]
Make = Callable[..., Held]
MAILBOX = "person.1@people.example"
NAME = "سعد القحطاني"


@pytest.fixture
def subject(source: Make, at: object) -> UUID:
    """A person with a mailbox, who is owed a notice."""
    del at
    source().delivers([person(1)])
    plan_notices(NOW)
    ((found,),) = ask("select distinct subject_id from register.contact_point where kind = 'email'")
    return UUID(str(found))


def told(kind: str) -> list[dict[str, Any]]:
    with begin(Role.AUDITOR) as connection:
        rows = connection.execute(text("select payload from evidence.ledger where kind = :kind"), {"kind": kind})
        return [json.loads(row.payload) for row in rows]


def seek(officer: Visitor, contact: str) -> Any:
    return officer.http.post("/people/find", data={"contact": contact, "seal": seal_for("dpo", "/people/find", NOW)})


def send(officer: Visitor, action: str, **fields: str) -> Any:
    return officer.http.post(action, data=fields | {"seal": seal_for("dpo", action, NOW)})


def body(answer: Any) -> str:
    """What a page says, without the seals of its forms."""
    return re.sub(r'name="seal" value="[^"]*"', "", answer.text)


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


def test_a_persons_page_shows_everything_but_the_values(visitor: Sign, subject: UUID) -> None:
    tells(NOW + timedelta(days=10))
    with begin(Role.DUTIES) as connection:
        restrict(connection, Restriction(kind="objection", means="page", subject=subject), NOW)
    place("CASE-9", by="dpo", at=NOW, people=(MAILBOX,))
    for office in ("officer", "engineer", "auditor"):
        page = visitor(office, office).get(f"/people/{subject}").text
        for shown in ("sample_guide", "sample", "business_contact", "Asked, no answer yet", "by the letter",
                      "Objection",
                      "CASE-9", "told, may answer", "E-mail address", "A legal hold keeps"):  # fmt: skip
            assert shown in page, (office, shown)
        assert "people.example" not in page
        assert NAME not in page
    assert told("value_read") == []


@pytest.mark.parametrize(("language", "said"), [("ar", "شخصية"), ("en", "Personal")])
def test_the_reasons_of_a_class_stand_in_the_readers_language(
    visitor: Sign, subject: UUID, language: str, said: str
) -> None:
    from include.duties.review import reason_text

    ((codes,),) = ask("select reasons from register.contact_point where kind = 'email'")
    page = visitor(language=language).get(f"/people/{subject}").text
    assert said in page
    other = "en" if language == "ar" else "ar"
    for code in codes:
        texts = reason_text(code)
        assert texts[language].replace("'", "&#39;") in page
        assert texts[other].replace("'", "&#39;") not in page


def test_values_are_shown_to_who_says_why_and_the_ledger_keeps_who_and_why_and_how_many(
    visitor: Sign, subject: UUID
) -> None:
    page = send(visitor(), f"/people/{subject}/read", reason="person_asked").text
    assert MAILBOX in page
    assert NAME in page
    (event,) = told("value_read")
    assert event["codes"] == {"reason": "person_asked"}
    assert event["refs"] == {"subject": str(subject)}
    ((held,),) = ask("select count(*) from register.contact_point where subject_id = :id", id=subject)
    assert event["leaves"]["count"] == held
    seen = visitor("auditor", "auditor").get("/evidence/value_read").text
    assert "person_asked" in seen
    assert "people.example" not in seen


@pytest.mark.parametrize("reason", ["to_decide", "sought", "curious", "kdzx@x.example"])
def test_no_value_is_shown_for_a_reason_that_is_none(visitor: Sign, subject: UUID, reason: str) -> None:
    answer = send(visitor(), f"/people/{subject}/read", reason=reason)
    assert answer.status_code == 422
    assert MAILBOX not in answer.text
    assert "kdzx" not in answer.text
    assert told("value_read") == []


def test_reading_many_people_raises_the_alarm_by_their_values(visitor: Sign, subject: UUID) -> None:
    officer = visitor()
    ((held,),) = ask("select count(*) from register.contact_point where subject_id = :id", id=subject)
    needed = 60 // held
    pages = [send(officer, f"/people/{subject}/read", reason="person_asked").text for _ in range(needed + 1)]
    assert "An alarm was raised" in pages[-1]
    assert "An alarm was raised" not in pages[-2]
    assert len(told("reading_alarmed")) == 1


def test_a_person_who_was_destroyed_meanwhile_is_neither_shown_nor_read_nor_counted(
    visitor: Sign, subject: UUID
) -> None:
    with begin(Role.DUTIES) as connection:
        delete_asked(connection, Said(subject=subject, means="page"), NOW)
    destroy_everywhere(NOW)
    officer, path = visitor(), f"/people/{subject}"
    answers = [officer.get(path), send(officer, f"{path}/read", reason="person_asked"), send(officer, f"{path}/would")]
    assert [answer.status_code for answer in answers] == [410] * 3
    assert told("value_read") == []


def test_markup_in_what_a_listing_says_is_text_on_a_persons_page(visitor: Sign, source: Make) -> None:
    source().delivers([{**person(1), "name": 'د. سعد <script>alert("x")</script>'}])
    ((subject,),) = ask("select distinct subject_id from register.contact_point where kind = 'email'")
    page = send(visitor(), f"/people/{subject}/read", reason="person_asked").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(" in page


def test_what_would_go_is_counted_here_and_in_every_system_and_nothing_is_changed(
    visitor: Sign, subject: UUID, company: Connection
) -> None:
    company.execute(text("update account set email = :mailbox where id = 2"), {"mailbox": MAILBOX})
    before = ask("select (select count(*) from register.contact_point), (select count(*) from duties.destruction)")
    page = send(visitor(), f"/people/{subject}/would").text
    ours, books = foresee_all(subject, NOW)
    ((held,),) = ask("select count(*) from register.contact_point where subject_id = :id", id=subject)
    assert ours.rows == {"contact_point": held, "listing": 1}
    assert books.rows | books.masked == {"account": 1, "invoice": 1, "session": 1}
    assert "<code>books</code>" in page
    assert "<code>account</code>" in page
    assert MAILBOX not in page
    assert before == ask(
        "select (select count(*) from register.contact_point), (select count(*) from duties.destruction)"
    )
    assert company.execute(text("select count(*) from account")).scalar_one() == 2
    with begin(Role.DUTIES) as connection:
        delete_asked(connection, Said(subject=subject, means="page"), NOW)
    destroy_everywhere(NOW)
    plans = ask("select system, counts, scope from duties.destruction order by system nulls first")
    assert plans[0].counts["contact_points"] == held
    assert (plans[1].scope["tables"], plans[1].scope["masked"]) == (books.rows, books.masked)


def test_what_a_hold_keeps_is_counted_as_held(subject: UUID, company: Connection) -> None:
    company.execute(text("update account set email = :mailbox where id = 2"), {"mailbox": MAILBOX})
    place("CASE-9", by="dpo", at=NOW, people=(MAILBOX,))
    ours, books = foresee_all(subject, NOW)
    assert not ours.rows
    assert ours.held["contact_point"] > 0
    assert books.held["account"] == 1
    assert "account" not in {name for name, count in books.rows.items() if count}


def test_a_system_that_is_away_hides_nothing_else(
    visitor: Sign, subject: UUID, company: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMANAH_SYSTEM_BOOKS", "postgresql://nobody@127.0.0.1:1/none")
    page = send(visitor(), f"/people/{subject}/would").text
    assert "It is away" in page
    assert "contact_point" in page


def test_a_person_with_many_contact_points_is_shown_page_by_page(visitor: Sign, source: Make) -> None:
    source().delivers([{**person(1), "id": str(number)} for number in range(60)])
    ((subject, held),) = ask("select subject_id, count(*) from register.contact_point where kind = 'email' group by 1")
    ((whole,),) = ask("select count(*) from register.contact_point where subject_id = :id", id=subject)
    officer, page, seen = visitor(), f"/people/{subject}", list[str]()
    while page:
        shown = officer.get(page).text
        seen += re.findall(r'<a href="/amanah/review/(\d+)">', shown)
        page = (re.findall(r'href="/amanah(/people/[^"?]+\?after=\d+)"', shown) or [""])[0]
    assert held == 60
    assert len(seen) == len(set(seen)) == whole


def test_an_id_opens_a_person_without_a_search(visitor: Sign, subject: UUID) -> None:
    answer = visitor("auditor", "auditor").get(f"/people?person={subject}")
    assert answer.headers["location"] == f"/amanah/people/{subject}"


def test_a_session_that_ends_before_the_values_are_asked_for_shows_none_and_records_nothing(
    visitor: Sign, subject: UUID
) -> None:
    officer, path = visitor(), f"/people/{subject}"
    fields = officer.form(path, f"{path}/read") | {"reason": "person_asked"}
    officer.http.cookies.delete("signed_in")
    answer = officer.http.post(f"{path}/read", data=fields)
    assert answer.status_code == 401
    assert "Sign in to Airflow" in answer.text
    assert "people.example" not in answer.text
    assert told("value_read") == []


@pytest.mark.parametrize("office", ["engineer", "auditor"])
def test_who_may_not_read_values_has_no_form_to_search_or_read_and_is_refused_where_they_send_one(
    visitor: Sign, subject: UUID, office: str
) -> None:
    viewer = visitor("viewer", office)
    for page in ("/people", f"/people/{subject}"):
        assert 'method="post"' not in viewer.get(page).text
    for action, fields in (
        ("/people/find", {"contact": MAILBOX}), (f"/people/{subject}/read", {"reason": "person_asked"}),
        (f"/people/{subject}/would", {}),
    ):  # fmt: skip
        answer = viewer.http.post(action, data=fields | {"seal": seal_for("viewer", action, NOW)})
        assert (answer.status_code, MAILBOX in answer.text) == (403, False)
    assert told("value_read") == []
    assert ask("select count(*) from duties.reader")[0][0] == 0


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
