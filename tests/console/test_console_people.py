"""The page of one person: everything held is shown, and a value only to who asks for it and says why."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from builders import Held, ask, person
from operators_here import NOW, Visitor
from people_here import MAILBOX, NAME, send, told
from people_told import tells

from include.console.forms import seal_for
from include.duties.consent import Said, delete_asked
from include.duties.destroying import destroy_everywhere
from include.duties.holds import place
from include.duties.marketing.restricting import Restriction, restrict
from include.store import Role, begin

Sign = Callable[..., Visitor]
Make = Callable[..., Held]


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
