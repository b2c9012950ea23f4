"""The pages for the people concerned: what they show, what they do, and what they never do."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from builders import ask, recorded
from httpx import Client
from people_told import MORNING, subject_of
from sqlalchemy import text

from include.channels.tokens import token_of
from include.duties.consent import Outcome, Said, grant
from include.duties.destruction.actions import destroy_due
from include.portal.app import HEADERS
from include.store import Role, StoreRefused, begin

NOW = MORNING + timedelta(days=1)
TABLES = ("duties.consent_event", "duties.destruction_request", "duties.stop", "duties.request", "duties.own_contact")


def seal_in(page: str) -> str:
    found = re.search(r'name="seal" value="([^"]+)"', page)
    assert found
    return found[1]


def written() -> list[int]:
    return [int(ask(f"select count(*) from {table}")[0][0]) for table in TABLES]


def code_mails(tried: int = 1) -> list[Any]:
    """The mails with codes, once so many askings were looked at: that happens after the answer."""
    for _ in range(500):
        with begin(Role.PORTAL) as connection:
            looked_at = connection.execute(text("select coalesce(sum(count), 0) from portal.attempt")).scalar_one()
        mails = ask("select * from channels.message where kind = 'identity_code'")
        if looked_at >= tried and (mails or tried > 2):
            break
        time.sleep(0.01)
    return mails


def answers(client: Client, link: str, choice: str, **more: str) -> str:
    seal = seal_in(client.get(link).text)
    done = client.post(f"{link}/answer", data={"seal": seal, "choice": choice, "purpose": "business_contact", **more})
    assert done.status_code == 200
    return done.text


def test_the_page_says_what_is_held_of_its_reader_and_where_it_came_from_and_of_nobody_else(
    client: Client, link: str
) -> None:
    arabic, english = client.get(link).text, client.get(f"{link}?lang=en").text
    assert 'dir="rtl"' in arabic
    assert "دليل العينة" in arabic
    assert "person.1@people.example" in arabic
    assert "person.2@people.example" not in arabic
    assert 'dir="ltr"' in english
    assert "Sample Guide" in english
    assert "a directory open to the public" in english


def test_the_three_answers_stand_side_by_side_with_the_same_weight(client: Client, link: str) -> None:
    page = client.get(link).text
    choices = page[page.index('<div class="choices">') :].split("</div>")[0]
    assert re.findall(r'<button name="choice" value="(\w+)">', choices) == ["accept", "refuse", "delete"]
    assert "checked" not in page


@pytest.mark.parametrize("method", ["get", "head"])
def test_whoever_only_looks_changes_nothing(client: Client, link: str, method: str) -> None:
    before = written()
    stop = f"/u/{token_of('stop', subject_of())}"
    for path in (link, f"{link}?lang=en", stop, f"{link}/answer", "/", "/style.css"):
        getattr(client, method)(path)
    assert written() == before


def test_who_refuses_is_destroyed_and_their_link_opens_nothing_any_more(client: Client, link: str) -> None:
    assert "رفضت" in answers(client, link, "refuse")
    assert destroy_due(NOW)["destroyed"] == 1
    assert not ask("select 1 from register.contact_point where normalised = 'person.1@people.example'")
    assert client.get(link).status_code == 404


def test_who_agrees_may_withdraw_on_the_same_page(client: Client, link: str) -> None:
    assert "وافقت" in answers(client, link, "accept")
    page = client.get(link).text
    assert "العدول عن الموافقة" in page
    done = client.post(f"{link}/withdraw", data={"seal": seal_in(page), "purpose": "business_contact"})
    assert "عدلت" in done.text
    assert destroy_due(NOW)["destroyed"] == 1


def test_who_asks_for_deletion_needs_no_question(client: Client, link: str) -> None:
    assert "نتلف" in answers(client, link, "delete", purpose="all")
    assert destroy_due(NOW)["destroyed"] == 1


def test_a_consent_is_kept_with_the_text_the_language_and_the_means(client: Client, link: str) -> None:
    answers(client, link, "accept")
    event = ask("select * from duties.consent_event where action = 'granted'")[0]
    assert (event.text_version, event.language, event.means, event.actor) == ("portal/2", "ar", "page", "subject")
    assert event.message_id is not None


def test_who_agrees_says_that_they_are_of_full_capacity(client: Client, link: str) -> None:
    assert client.get(f"{link}?lang=en").text.count("of full legal capacity") == 2, (
        "by the question, and by the contact"
    )
    assert client.get(f"{link}?lang=ar").text.count("كامل الأهلية") == 2


@pytest.mark.parametrize(
    "path",
    ["/p/" + "a" * 40, "/p/short", "/p/" + "A" * 40, "/p/%00", "/u/forged", "/u/" + "a" * 39, "/nothing"],
)
def test_a_link_that_is_none_is_answered_alike_whatever_is_wrong_with_it(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "لا يفتح هذا الرابط شيئًا" in answer.text


def test_an_expired_link_opens_nothing(client: Client, link: str, at: Callable[[object], None]) -> None:
    at(MORNING + timedelta(days=366))
    assert client.get(link).status_code == 404
    sent = client.post(f"{link}/answer", data={"seal": "1.x", "choice": "accept", "purpose": "business_contact"})
    assert sent.status_code == 404


def test_the_token_of_one_purpose_opens_no_page_of_another(client: Client, link: str) -> None:
    assert client.get(link.replace("/p/", "/u/")).status_code == 404
    assert client.get(f"/p/{token_of('stop', subject_of())}").status_code == 404


@pytest.mark.parametrize(
    "seal", ["", "1.abc", "x", "99999999.aa", "99999999999.aa", "999999999.x", "٤٥.a", "1.\u0660", "1.\x00"]
)
def test_a_form_that_this_page_did_not_make_does_nothing(client: Client, link: str, seal: str) -> None:
    before = written()
    sent = client.post(f"{link}/answer", data={"seal": seal, "choice": "accept", "purpose": "business_contact"})
    assert sent.status_code in (403, 422)
    assert written() == before


def test_a_form_made_for_another_link_or_long_ago_does_nothing(
    client: Client, link: str, at: Callable[[object], None]
) -> None:
    seal = seal_in(client.get(link).text)
    at(NOW + timedelta(hours=14))
    sent = client.post(f"{link}/answer", data={"seal": seal, "choice": "delete", "purpose": "all"})
    assert sent.status_code == 403
    assert not ask("select 1 from duties.destruction_request")


def test_a_form_of_another_host_whose_clock_is_a_little_ahead_is_taken(
    client: Client, link: str, at: Callable[[object], None]
) -> None:
    seal = seal_in(client.get(link).text)
    sent = {"seal": seal, "choice": "accept", "purpose": "business_contact"}
    at(NOW - timedelta(minutes=6))
    assert client.post(f"{link}/answer", data=sent).status_code == 403
    at(NOW - timedelta(minutes=4))
    assert client.post(f"{link}/answer", data=sent).status_code == 200


def test_who_refuses_one_purpose_and_keeps_another_is_not_told_that_all_is_destroyed(client: Client, link: str) -> None:
    with begin(Role.PORTAL) as connection:
        said = Said(subject=subject_of(), means="page", purpose="promotion", text_version="portal/1", language="ar")
        assert grant(connection, said, NOW) is Outcome.RECORDED
    seal = seal_in(client.get(link).text)
    sent = {"seal": seal, "choice": "refuse", "purpose": "business_contact"}
    done = client.post(f"{link}/answer?lang=en", data=sent).text
    assert "destroying" not in done
    assert "It stays for the other purpose" in done
    assert not ask("select 1 from duties.destruction_request")
    assert client.get(link).status_code == 200


def test_a_request_to_be_destroyed_is_documented_and_does_not_wait_for_its_answer(client: Client, link: str) -> None:
    seal = seal_in(client.get(link).text)
    done = client.post(f"{link}/request?lang=en", data={"seal": seal, "right": "destroy", "details": "all of it"})
    assert "We are destroying your data now" in done.text
    (row,) = ask("select * from duties.request")
    assert (row.state, row.proof) == ("checked", "link")
    assert [row.trigger for row in ask("select trigger from duties.destruction_request")] == ["deletion_asked"]
    assert destroy_due(NOW)["destroyed"] == 1


def test_the_page_shows_what_the_letter_names_beside_contacts(client: Client, link: str) -> None:
    ask(
        'update register.listing set fields = fields || \'{"role": "Head of <sales>", "activity": "Trade"}\' '
        "returning 1"
    )
    page = client.get(f"{link}?lang=en").text
    assert re.findall(r"<dt>(Establishment|Job role|Line of business)</dt><dd><bdi>([^<]+)</bdi>", page)[1:] == [
        ("Job role", "Head of &lt;sales&gt;"),
        ("Line of business", "Trade"),
    ]
    assert "الدور الوظيفي" in client.get(link).text


def test_one_click_stops_without_a_cookie_a_redirect_or_a_second_step_and_once(
    client: Client, link: str, at: Callable[[object], None]
) -> None:
    message = ask("select id from channels.message where recipient_key is not null order by id limit 1")[0].id
    path, told = f"/u/{token_of('stop', message)}", set[str]()
    for seconds in range(200):
        at(NOW + timedelta(minutes=seconds))
        done = client.post(path, content=b"List-Unsubscribe=One-Click")
        assert done.status_code == 200
        assert "set-cookie" not in done.headers
        told.add(done.text)
    assert len(told) == 1
    assert ask("select count(*) from duties.stop")[0][0] == 1
    assert recorded("stop_recorded") == 1
    assert ask("select count(*) from channels.message where kind = 'stop_confirmation'")[0][0] == 1


def test_a_request_is_stored_with_its_clock_and_acknowledged(client: Client, link: str) -> None:
    seal = seal_in(client.get(link).text)
    done = client.post(
        f"{link}/request?lang=en", data={"seal": seal, "right": "correct", "details": "My name is written otherwise"}
    )
    row = ask("select * from duties.request")[0]
    assert row.reference in done.text
    assert row.due_at == NOW + timedelta(days=30)
    assert ask("select kind, state, due_at from duties.duty where id = :id", id=row.id)[0].due_at == row.due_at
    mail = ask("select * from channels.message where kind = 'rights_request'")[0]
    assert mail.recipient == "person.1@people.example"
    assert row.reference in mail.subject
    assert "otherwise" not in mail.text_body


@pytest.mark.parametrize(
    ("right", "kind"),
    [("object", "objection"), ("correct", "contested_accuracy"), ("complain", "complaint"), ("access", None)],
)
def test_what_is_contested_is_used_for_nothing_until_it_is_answered(
    client: Client, link: str, right: str, kind: str | None
) -> None:
    client.post(f"{link}/request", data={"seal": seal_in(client.get(link).text), "right": right})
    assert [row.kind for row in ask("select kind from duties.restriction")] == ([kind] if kind else [])


@pytest.mark.parametrize(("way", "kinds"), [("all", ["email"]), ("email", ["email"]), ("phone", [])])
def test_promotion_is_stopped_everywhere_or_by_the_way_that_was_chosen(
    client: Client, link: str, way: str, kinds: list[str]
) -> None:
    client.post(f"{link}/stop", data={"seal": seal_in(client.get(link).text), "way": way})
    assert [row.kind for row in ask("select kind from duties.stop order by kind")] == kinds


def test_a_contact_that_somebody_gives_counts_once_a_code_shows_that_it_is_theirs(client: Client, link: str) -> None:
    seal = seal_in(client.get(link).text)
    given = {"seal": seal, "purpose": "promotion", "channel": "email", "value": "Own@People.example"}
    assert client.post(f"{link}/contact", data=given).status_code == 422, "nobody ticked the box"
    page = client.post(f"{link}/contact", data=given | {"agree": "yes"}).text
    assert not ask("select 1 from duties.own_contact")
    mail = code_mails()[0]
    assert mail.recipient == "own@people.example"
    code, attempt = re.findall(r"\d{8}", mail.text_body)[0], re.findall(r"/code/([0-9a-f-]{36})", page)[0]
    assert client.post(f"/code/{attempt}", data={"code": "00000000"}).status_code == 403
    assert "ثبت" in client.post(f"/code/{attempt}", data={"code": code}).text
    assert [row.value for row in ask("select value from duties.own_contact")] == ["own@people.example"]


def test_a_contact_confirmed_after_a_wish_to_be_deleted_is_not_kept(client: Client, link: str) -> None:
    seal = seal_in(client.get(link).text)
    given = {"seal": seal, "purpose": "promotion", "channel": "email", "value": "own@people.example", "agree": "yes"}
    page = client.post(f"{link}/contact", data=given).text
    code, attempt = re.findall(r"\d{8}", code_mails()[0].text_body)[0], re.findall(r"/code/([0-9a-f-]{36})", page)[0]
    answers(client, link, "delete", purpose="all")
    told = client.post(f"/code/{attempt}?lang=en", data={"code": code}).text
    assert "being destroyed as you asked" in told
    assert destroy_due(NOW)["destroyed"] == 1
    assert not ask("select 1 from duties.own_contact")
    assert [row.state for row in ask("select state from duties.destruction")] == ["verified"]


def test_who_has_no_link_proves_themselves_by_a_code_in_any_digits(client: Client, link: str) -> None:
    page = client.post("/code", data={"contact": " Person.1@people.example "}).text
    mail = code_mails()[0]
    code, attempt = re.findall(r"\d{8}", mail.text_body)[0], re.findall(r"/code/([0-9a-f-]{36})", page)[0]
    arabic = code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    done = client.post(f"/code/{attempt}", data={"code": arabic})
    assert done.status_code == 303
    assert "person.1@people.example" in client.get(done.headers["location"]).text
    assert client.post(f"/code/{attempt}", data={"code": code}).status_code == 403, "a code holds once"
    assert answers(client, done.headers["location"].partition("?")[0], "accept")
    event = ask("select message_id from duties.consent_event where action = 'granted'")[0]
    assert event.message_id is None, "no letter led here"


def test_nobody_learns_whether_a_contact_is_held(client: Client, link: str) -> None:
    pages = [
        re.sub(r"[0-9a-f-]{36}", "", client.post("/code", data={"contact": contact}).text)
        for contact in ("person.1@people.example", "nobody@people.example", "not a contact at all")
    ]
    assert len(set(pages)) == 1
    assert len(code_mails(tried=5)) == 1, "three from the network, two to contacts"


def test_a_code_is_tried_a_few_times_only_and_sent_a_few_times_only(client: Client, link: str) -> None:
    page = client.post("/code", data={"contact": "person.1@people.example"}).text
    attempt = re.findall(r"/code/([0-9a-f-]{36})", page)[0]
    code = re.findall(r"\d{8}", code_mails()[0].text_body)[0]
    for _ in range(5):
        assert client.post(f"/code/{attempt}", data={"code": "12345678"}).status_code == 403
    assert client.post(f"/code/{attempt}", data={"code": code}).status_code == 403
    for _ in range(8):
        client.post("/code", data={"contact": "person.1@people.example"})
    assert len(code_mails(tried=18)) == 5


def test_every_answer_carries_the_headers_that_keep_it_private(client: Client, link: str) -> None:
    for answer in (client.get(link), client.get("/"), client.get("/nothing"), client.post("/code"), client.get("/u/x")):
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert "set-cookie" not in answer.headers
    page = client.get(link).text
    assert "<script" not in page
    assert "style=" not in page
    assert not re.findall(r'(?:src|href)="(?!/|https://www\.example\.com|https://sdaia|mailto:)', page)


def test_a_form_as_large_as_a_book_is_refused(client: Client, link: str) -> None:
    assert client.post(f"{link}/request", content=b"x" * 100_000).status_code == 413


def test_markup_in_a_name_is_shown_as_it_is_written(client: Client, link: str) -> None:
    ask("update register.contact_point set value = '<script>alert(1)</script>' where kind = 'person' returning 1")
    assert "<script>alert" not in client.get(link).text
    assert "&lt;script&gt;" in client.get(link).text


@pytest.mark.parametrize(
    "statement",
    [
        "select value from landing.quarantined",
        "select * from suppression.entry",
        "select text_body from channels.message",
        "update register.contact_point set class = 'business'",
        "delete from register.subject",
        "update duties.notice set state = 'told'",
        "update duties.consent_event set action = 'granted'",
        "update duties.destruction set state = 'verified'",
        "select payload from evidence.ledger",
        "create table portal.mine (id int)",
    ],
)
def test_the_portal_can_do_nothing_but_its_work(database: str, statement: str) -> None:
    with pytest.raises(StoreRefused, match="permission denied"), begin(Role.PORTAL) as connection:
        connection.execute(text(statement))
