"""No route of the console answers without a login, none changes anything when it is opened, no office does more."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from builders import ask
from fastapi.routing import APIRoute
from httpx import Client
from operators_here import LETTER, NOW, PLACE, SHOP, Visitor, signed_in, writes
from sqlalchemy import text

from include.console import create_app
from include.console.app import HEADERS
from include.console.forms import LIVES, seal_for
from include.console.offices import Office
from include.duties.breach import Given, Means, note
from include.duties.breach.incidents import id_of
from include.duties.breach.model import Question
from include.store import Role, begin

Sign = Callable[..., Visitor]
FILLED = {
    "point": "1", "plan": str(uuid4()), "hold": str(uuid4()), "kind": "sealed", "name": "sa-2024-09-14",
    "subject": str(uuid4()), "audience": str(uuid4()), "drill": str(uuid4()), "form": "json",
    "key": "sample_guide", "channel": "email", "state": "ready", "message": str(LETTER), "workflow": "relay_outbox",
    "breach": str(id_of("SOC-1", rehearsal=False)), "step": "cut_access",
    "id": str(uuid4()), "register": "processors",
}  # fmt: skip
ROUTES = sorted(
    (method, route.path)
    for route in create_app(signed_in).routes
    if isinstance(route, APIRoute)
    for method in route.methods
)
GETS = [path for method, path in ROUTES if method == "GET"]
POSTS = [path for method, path in ROUTES if method == "POST"]
FORMS = {
    "/review/{point}/decide": {"klass": "business", "reason": "name_of_organisation"},
    "/retention/plan/{plan}": {"shown": "0" * 64, "verdict": "allow"},
    "/retention/hold": {"case": "CASE-1", "system": "register"},
    "/retention/standstill/begin": {"reason": "drill"},
    "/people/find": {"contact": "nobody@people.example"},
    "/people/{subject}/read": {"reason": "person_asked"},
    "/retention/due": {"day": "2026-03-01"},
    "/breach": {
        "kind": "damage", "evidence": "SOC-2", "systems": "register", "discovered": "2026-02-28T10:00",
        "known": "2026-02-28T10:00", "began": "2026-02-28T09:00",
    },
    "/breach/{breach}/end": {"ended": f"{NOW + timedelta(hours=2):%Y-%m-%dT%H:%M}"},  # an hour ago, in Riyadh
    "/breach/{breach}/estimate": {"people": "3"},
    "/breach/{breach}/weigh": dict.fromkeys(Question, "unknown"),
    "/breach/{breach}/decide": {"whom": "authority", "reason": "no_harm"},
    "/breach/{breach}/say": {"element": "how", "arabic": "كذا", "english": "so"},
    "/breach/{breach}/draft": {"because": "still_investigated"},
    "/breach/{breach}/approve": {"shown": "0" * 64},
    "/breach/{breach}/allow": {"shown": "0" * 64},
    "/breach/{breach}/file": {"reference": "NDGP-1"},
}  # fmt: skip
FORMS |= {
    "/requests/{id}/extend": {"reason": "unusual_effort"},
    "/requests/{id}/refuse": {"ground": "harm"},
    "/requests/{id}/withdraw": {"through": "phone", "evidence": "CALL-1"},
    "/requests/{id}/lift": {"reason": "corrected"},
    "/requests/{id}/propose": {"about": "point:1", "value": "x"},
}
LEADING = {"/about/{workflow}"}
"""What leads to another page."""
AUDITORS = {"/evidence", "/evidence/{kind}", "/evidence/verify"}
EVERYBODYS = {"/retention/due"}
"""What asks and changes nothing, and is sent as a form for it takes the systems some time."""
GONE = {"/people/{subject}": 410, "/consent/audience/{audience}": 410, "/retention/certificate/{plan}": 404,
        "/retention/certificate/{plan}/{form}": 404, "/retention/drill/{drill}": 404,
        "/requests/{id}": 404}  # fmt: skip
"""Pages of what is not there; tests of their own open each of what is."""


def filled(path: str) -> str:
    named = FILLED | ({"name": "console.css"} if path.startswith("/static") else {})
    return re.sub(r"\{(\w+)\}", lambda name: named[name[1]], path)


@pytest.fixture(autouse=True)
def there(request: pytest.FixtureRequest) -> None:
    """A point that waits, a letter and an incident to look at, where a test has a console."""
    if "address" not in request.fixturenames:
        return
    begins, source, _ = map(request.getfixturevalue, ("begins", "source", "address"))

    def build() -> None:
        source().delivers([SHOP])
        writes(LETTER)
        at = NOW - timedelta(hours=3)
        facts = {"discovered_at": at, "known_at": at, "began_at": at, "systems": ("register",), "evidence": "SOC-1"}
        note(Given(kind="disclosure", **facts), means=Means.COMMAND, by="dpo", at=NOW)  # type: ignore[arg-type]

    begins(build, "all that the console has a page of")


def everything() -> list[object]:
    """All that a request could have changed."""
    with begin(Role.AUDITOR) as connection:
        events = connection.execute(text("select count(*) from evidence.ledger")).scalar_one()
    return [events, *ask("""
        select (select count(*) from duties.hold), (select count(*) from duties.standstill),
               (select count(*) from register.review), (select count(*) from duties.reader),
               (select count(*) from duties.destruction), (select count(*) from duties.tally),
               (select count(*) from duties.breach), (select sum(estimate) from duties.breach),
               (select max(closed_at) from duties.request), (select count(*) from duties.proposal)
    """)]  # fmt: skip


def test_every_route_is_one_of_a_page_or_of_a_form() -> None:
    assert {method for method, _ in ROUTES} == {"GET", "POST"}
    assert len(GETS) > 6
    assert len(POSTS) > 6


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_no_route_answers_without_a_login_or_changes_anything(address: str, method: str, path: str) -> None:
    before = everything()
    with Client(verify=False, base_url=address + PLACE) as stranger:
        answer = stranger.request(method, filled(path), data=FORMS.get(path, {}) if method == "POST" else None)
    assert answer.status_code == 401
    assert everything() == before
    assert "<nav" not in answer.text or "<li>" not in answer.text


@pytest.mark.parametrize(("language", "said"), [("ar", "سجل الدخول"), ("en", "Sign in")])
def test_a_stranger_is_asked_to_sign_in_by_a_page_that_needs_no_file_of_ours(
    address: str, language: str, said: str
) -> None:
    with Client(verify=False, base_url=address + PLACE, cookies={"amanah_language": language}) as stranger:
        page = stranger.get("/sources").text
    assert f'<a href="/sign-in">{said}</a>' in page
    assert "/static/" not in page
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.S)
    named = b64encode(sha256(style.encode()).digest()).decode()
    assert f"'sha256-{named}'" in HEADERS["Content-Security-Policy"]


def test_who_is_signed_in_without_an_office_here_is_shown_nothing(visitor: Sign) -> None:
    assert [visitor("somebody", "public").get(filled(path)).status_code for path in GETS] == [403] * len(GETS)


@pytest.mark.parametrize("path", GETS)
def test_to_open_a_page_changes_nothing(visitor: Sign, path: str) -> None:
    before = everything()
    officer = visitor()
    for method in ("GET", "HEAD"):
        there = 303 if path in LEADING else GONE.get(path, 200)
        assert officer.http.request(method, filled(path)).status_code in (there, 405)
    assert everything() == before


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("office", [Office.ENGINEER, Office.AUDITOR])
def test_nobody_but_the_officer_reads_or_decides(visitor: Sign, path: str, office: str) -> None:
    before = everything()
    login, action = "somebody", filled(path)
    seal = seal_for(login, action, NOW)
    answer = visitor(login, office).http.post(action, data=FORMS.get(path, {}) | {"seal": seal})
    if office == Office.AUDITOR and path in AUDITORS:
        assert answer.status_code == 303
    else:
        assert answer.status_code == (200 if path in EVERYBODYS else 403)
        assert everything() == before


def test_the_ledger_is_open_to_the_officer_and_to_auditors_and_not_to_engineers(visitor: Sign) -> None:
    found = {office: visitor(office, office).get("/evidence").status_code for office in Office}
    assert found == {"engineer": 403, "officer": 200, "auditor": 200}
    assert "/evidence" not in visitor("e", "engineer").get("/").text


@pytest.mark.parametrize("path", POSTS)
def test_a_form_without_its_seal_does_nothing(visitor: Sign, path: str) -> None:
    before, officer = everything(), visitor()
    for seal in ({}, {"seal": ""}, {"seal": "x"}, {"seal": "99999999.abc"}, {"seal": "٣.é"}):
        answer = officer.http.post(filled(path), data=FORMS.get(path, {}) | seal)
        assert answer.status_code in (403, 422)
    assert everything() == before


@pytest.mark.parametrize(
    ("login", "action", "older"),
    [("dpo", "/retention/standstill/end", 0), ("another", "/retention/standstill/begin", 0),
     ("dpo", "/retention/standstill/begin", 2)],
)  # fmt: skip
def test_a_seal_of_another_form_or_person_or_of_long_ago_does_nothing(
    visitor: Sign, login: str, action: str, older: int
) -> None:
    before, seal = everything(), seal_for(login, action, NOW - older * LIVES)
    answer = visitor().http.post("/retention/standstill/begin", data={"reason": "drill", "seal": seal})
    assert answer.status_code == 403
    assert everything() == before


def test_a_form_that_a_browser_says_comes_from_elsewhere_does_nothing(visitor: Sign) -> None:
    before, officer = everything(), visitor()
    seal = seal_for("dpo", "/retention/standstill/begin", NOW)
    for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 303)):
        answer = officer.http.post(
            "/retention/standstill/begin", data={"reason": "drill", "seal": seal}, headers={"sec-fetch-site": site}
        )
        assert answer.status_code == status
        assert (everything() == before) is (status == 403)


def test_every_answer_carries_what_keeps_it_from_being_kept_framed_or_fed(visitor: Sign, address: str) -> None:
    answers = [visitor().get(path) for path in ("/", "/law", "/static/console.js", "/none", "/review/99")]
    with Client(verify=False) as stranger:
        answers.append(stranger.get(address + PLACE + "/"))
    for answer in answers:
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//|<script>|style=\"|\son\w+=", answer.text)


def test_a_form_that_is_too_large_is_not_read(visitor: Sign) -> None:
    answer = visitor().http.post("/retention/hold", content=b"case=" + b"x" * 70_000)
    assert answer.status_code == 413


def test_what_was_sent_is_repeated_in_no_error(visitor: Sign) -> None:
    officer = visitor()
    pages = (
        "/review/kdzx@x.example",
        "/evidence?day=kdzx",
        "/evidence/kdzx",
        "/retention?said=kdzx",
        "/law/kdzx",
        "/sources/kdzx",
        "/sources?after=KDZX@",
        "/notices?id=kdzx",
        "/notices/message/kdzx",
        "/about/kdzx",
        "/requests?reference=kdzx",
        "/requests?after=kdzx",
        "/requests/kdzx",
        "/records/kdzx",
    )
    for answer in map(officer.get, pages):
        assert answer.status_code in (404, 422)
        assert "kdzx" not in answer.text.lower()
