"""Requests by ids, codes and clocks; what was written only to the officer, who decides by the same verbs as all do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from builders import Held, ask, person, recorded
from operators_here import NOW, Visitor
from people_here import send, told
from rights_asked import WHO, brings
from sqlalchemy import text

from include.console.request_page import STEPS
from include.console.requests import FIRST, LONG_AGO
from include.duties.correcting import Proposed, propose
from include.duties.requests.model import RIGHTS
from include.duties.rights.grounds import grounds
from include.duties.rights.letters import OUTCOMES
from include.duties.rights.model import Awaited, State, Why
from include.duties.rights.rules import OFFICER
from include.store import Role, StoreRefused, begin, keyed

Sign = Callable[..., Visitor]
Make = Callable[..., Held]
WROTE = "My name is Kdzx Invented, call me"
RIGHT = "kdzx.right@people.example"
DAY = timedelta(days=1)


@pytest.fixture
def people(source: Make, at: object) -> Held:
    """Two people of a directory."""
    del at
    held = source()
    held.delivers([person(1), person(2)])
    return held


def asks(right: str, **more: Any) -> UUID:
    """Let a person of the directory ask for something."""
    return brings(right, at=more.pop("at", NOW), **{"proof": "api", "details": WROTE} | more).request


def shows(visitor: Visitor, request: UUID) -> str:
    return str(visitor.get(f"/requests/{request}").text)


def corrects(request: UUID) -> None:
    """Let the person of a request say that their mailbox should be another."""
    ((point,),) = ask("select id from register.contact_point where normalised = :who", who=WHO)
    with begin(Role.DUTIES) as connection:
        propose(connection, request, [Proposed(f"point:{point}", RIGHT)], NOW)


def test_what_is_open_comes_first_by_its_clock_and_then_what_is_closed(visitor: Sign, people: Held) -> None:
    late = asks("correct", at=NOW - 40 * DAY)
    soon = asks("complain", at=NOW - 28 * DAY)
    fresh = asks("access", who="person.2@people.example")
    ended = asks("review", who="person.2@people.example")
    ask("update duties.request set state = 'withdrawn', closed_at = :at where id = :id returning id", id=ended, at=NOW)
    page = visitor("engineer", "engineer").get("/requests").text
    rows = re.findall(r'href="/amanah/requests/([0-9a-f-]{36})".*?</tr>', page, re.S)
    assert rows == [str(each) for each in (late, soon, fresh, ended)]
    assert "Open: 3. They wait for an officer: 2." in page
    assert "its clock has ended" in page
    assert "whole days left: 2" in page
    assert "whole days left: 30" in page
    assert "Kdzx" not in page
    assert "people.example" not in page


def test_a_long_list_goes_on_where_the_page_ended_over_open_and_closed_ones(visitor: Sign, people: Held) -> None:
    first = asks("complain")
    ask("""
        insert into duties.duty (id, kind, source_key, state, edition, article, opened_at, starts_at, due_at)
        select overlay(md5('r' || n) placing '4' from 13)::uuid, 'rights_request', 'api', 'open', edition, article,
               opened_at, starts_at, due_at
          from duties.duty cross join generate_series(1, 129) n where duty.id = :id returning id
    """, id=first)  # fmt: skip
    ask("""
        insert into duties.request (id, reference, "right", means, language, state, edition, received_at, due_at,
                                    closed_at)
        select overlay(md5('r' || n) placing '4' from 13)::uuid, lpad(n::text, 8, '0'), "right", means, language,
               case when n > 99 then 'answered' else 'received' end, edition, received_at,
               due_at + (n / 3) * interval '1 day',
               case when n > 99 then received_at + (n / 3) * interval '1 hour' end
          from duties.request cross join generate_series(1, 129) n where request.id = :id returning id
    """, id=first)  # fmt: skip
    engineer, page, seen = visitor("engineer", "engineer"), "/requests", list[str]()
    while page:
        shown = engineer.get(page).text
        seen += re.findall(r'href="/amanah/requests/([0-9a-f-]{36})"', shown)
        page = (re.findall(r'href="/amanah(/requests\?after=[a-z0-9.-]+)"', shown) or [""])[0]
    wanted = ask("""select id from duties.request
        order by closed_at is not null, case when closed_at is null then due_at end,
                 case when closed_at is null then id end, closed_at desc, id desc""")  # fmt: skip
    assert seen == [str(row[0]) for row in wanted]
    assert len(seen) == 130


@pytest.mark.parametrize(("office", "reads"), [("engineer", False), ("auditor", False), ("officer", True)])
def test_a_request_shows_its_clocks_and_what_it_waits_for_and_nothing_that_was_written(
    visitor: Sign, people: Held, office: str, reads: bool
) -> None:
    request = asks("correct")
    corrects(request)
    page = shows(visitor(office, office), request)
    for said in ("First period ends", "the data protection officer", "a system in which they are signed in",
                 "Accuracy is contested", "E-mail address"):  # fmt: skip
        assert said in page
    assert "Kdzx" not in page
    assert "@" not in page
    assert ("<form" in page) is reads
    assert (f"/requests/{request}/read" in page) is reads


def test_what_was_written_and_proposed_is_shown_to_the_officer_and_the_ledger_keeps_it(
    visitor: Sign, people: Held
) -> None:
    request = asks("correct")
    corrects(request)
    assert told("value_read") == []
    shown = send(visitor(), f"/requests/{request}/read").text
    for value in (WROTE, RIGHT, WHO):
        assert value in shown
    (event,) = told("value_read")
    assert event["codes"] == {"reason": "to_answer"}
    assert event["refs"]["duty"] == str(request)
    assert event["hashes"] == {"actor": keyed("login", "dpo").hex()}
    assert event["leaves"]["count"] == 2
    assert "Kdzx" not in json.dumps(event)


def test_nothing_is_recorded_where_nothing_was_written(visitor: Sign, people: Held) -> None:
    request = asks("complain", details=None)
    assert "Nothing was written" in send(visitor(), f"/requests/{request}/read").text
    assert told("value_read") == []


def test_markup_in_what_was_written_is_text(visitor: Sign, people: Held) -> None:
    request = asks("complain", details="<script>alert(1)</script>")
    assert "&lt;script&gt;alert(1)" in send(visitor(), f"/requests/{request}/read").text


def test_the_officer_makes_what_was_proposed_stand_and_the_person_is_told(visitor: Sign, people: Held) -> None:
    request = asks("correct")
    corrects(request)
    answer = visitor().sends(f"/requests/{request}", f"/requests/{request}/answer")
    assert answer.headers["location"] == f"/amanah/requests/{request}?said=answered"
    page = visitor().get(answer.headers["location"].removeprefix("/amanah")).text
    assert "The request is answered." in page
    assert "made everywhere" in page
    assert ask("select 1 from register.contact_point where normalised = :right", right=RIGHT)
    assert ask("select state, outcome from duties.request")[0] == ("answered", "corrected")
    assert (recorded("correction_applied"), recorded("request_answered"), recorded("lift_queued")) == (1, 1, 1)
    assert recorded("restriction_ended") == 0, "it ends once the letter has gone out"


def test_the_officer_writes_down_what_should_stand_and_what_cannot_be_read_is_not_kept(
    visitor: Sign, people: Held
) -> None:
    request = asks("correct")
    ((point,),) = ask("select id from register.contact_point where normalised = :who", who=WHO)
    path, officer = f"/requests/{request}/propose", visitor()
    refused = officer.sends(f"/requests/{request}", path, about=f"point:{point}", value="no mailbox")
    assert (refused.status_code, "no mailbox" in refused.text) == (422, False)
    assert officer.sends(f"/requests/{request}", path, about=f"point:{point}", value=RIGHT).status_code == 303
    assert [tuple(row) for row in ask("select field, value from duties.proposal")] == [("email", RIGHT)]


def test_an_extension_is_told_before_day_thirty_and_not_after(visitor: Sign, people: Held, at: Any) -> None:
    request = asks("complain")
    path, officer = f"/requests/{request}", visitor()
    page = shows(officer, request)
    assert 'value="unusual_effort"' in page
    assert 'value="several_requests"' not in page, "no other request of this person is open"
    seal = officer.form(path, f"{path}/extend")
    at(NOW + 31 * DAY)
    assert "the first period is over" in shows(officer, request)
    late = send_at(officer, f"{path}/extend", NOW + 31 * DAY, reason="unusual_effort")
    assert (late.status_code, "the first period is over" in late.text) == (409, True)
    at(NOW)
    sent = officer.http.post(f"{path}/extend", data=seal | {"reason": "unusual_effort", "days": ""})
    assert sent.headers["location"].endswith("?said=extended")
    assert "once its notice has gone out" in shows(officer, request)
    assert f"/notices/message/{ask('select extension_message from duties.request')[0][0]}" in shows(officer, request)
    again = send(officer, f"{path}/extend", reason="unusual_effort")
    assert (again.status_code, "there is one extension only" in again.text) == (409, True)
    assert recorded("extension_queued") == 1


def send_at(officer: Visitor, action: str, moment: Any, **fields: str) -> Any:
    from include.console.forms import seal_for

    return officer.http.post(action, data=fields | {"seal": seal_for("dpo", action, moment)})


def test_a_refusal_needs_a_ground_that_stands_against_the_right(visitor: Sign, people: Held) -> None:
    request = asks("complain")
    page = shows(visitor(), request)
    offered = set(re.findall(r'<option value="(\w+)"', page)) & set(grounds().grounds)
    assert offered == {"extraordinary_effort"}, "harm is no ground against a complaint, and it is not repeated"
    wrong = send(visitor(), f"/requests/{request}/refuse", ground="harm")
    assert (wrong.status_code, "does not stand against this right" in wrong.text) == (409, True)
    assert request_state(request) == ("checked", None)
    done = visitor().sends(f"/requests/{request}", f"/requests/{request}/refuse", ground="extraordinary_effort")
    assert done.headers["location"].endswith("?said=refused")
    assert request_state(request) == ("refused", "extraordinary_effort")
    closed = send(visitor(), f"/requests/{request}/refuse", ground="extraordinary_effort")
    assert (closed.status_code, "nothing more becomes of it" in closed.text) == (409, True)
    assert recorded("request_refused") == 1


def request_state(request: UUID) -> tuple[Any, Any]:
    ((state, ground),) = ask("select state, ground from duties.request where id = :id", id=request)
    return state, ground


def test_who_asks_is_written_down_and_too_little_is_not_enough(visitor: Sign, people: Held) -> None:
    request = asks("complain", proof=None)
    path = f"/requests/{request}"
    page = shows(visitor(), request)
    assert "a proof of who asks" in page
    assert f"{path}/answer" not in page
    few = send(visitor(), f"{path}/identify", answers="knew_order_number")
    assert few.status_code == 409
    assert send(visitor(), f"{path}/identify", answers="wrote_from_held_mailbox").status_code == 303
    assert request_state(request)[0] == "checked"
    unfit = send(visitor(), f"{path}/identify", answers="passport_seen")
    assert unfit.status_code == 409


def test_a_request_that_its_person_takes_back_is_closed(visitor: Sign, people: Held) -> None:
    request = asks("complain")
    unshown = send(visitor(), f"/requests/{request}/withdraw", through="phone", evidence="she said so")
    assert unshown.status_code == 409
    assert "the reference of what shows it is missing" in unshown.text
    assert send(visitor(), f"/requests/{request}/withdraw", through="phone", evidence="CALL-17").status_code == 303
    assert request_state(request)[0] == "withdrawn"
    assert ask("select count(*) from channels.message where kind = 'request_withdrawn'") == [(1,)]
    assert f"/requests/{request}/refuse" not in shows(visitor(), request)


def test_an_extension_whose_notice_came_back_is_told_as_none(visitor: Sign, people: Held) -> None:
    request = asks("complain")
    ask("update duties.request set extension_reason = 'unusual_effort' where id = :id returning id", id=request)
    assert "came back, so nothing is extended" in shows(visitor(), request)


def test_an_answer_that_came_back_waits_for_the_officer_who_writes_down_how_it_was_told(
    visitor: Sign, people: Held
) -> None:
    request = asks("complain")
    officer = visitor()
    send(officer, f"/requests/{request}/answer")
    ask("update duties.request set answer_returned_at = now() where id = :id returning id", id=request)
    assert "its answer came back" in shows(visitor(), request)
    assert "its answer came back" in visitor().get("/requests").text
    done = officer.sends(f"/requests/{request}", f"/requests/{request}/answer", told="CALL-9")
    assert done.headers["location"].endswith("?said=told")
    assert "its answer came back" not in shows(visitor(), request)


def test_what_a_request_held_back_is_used_again_for_a_reason_and_once_its_person_was_told(
    visitor: Sign, people: Held
) -> None:
    request = asks("restrict")
    here = f"/requests/{request}"
    assert f"{here}/lift" not in shows(visitor(), request), "while it is open, what it holds back stays so"
    assert send(visitor(), f"{here}/answer").status_code == 303
    page = shows(visitor(), request)
    assert f"{here}/lift" in page
    assert f"{here}/lift" not in shows(visitor("auditor", "auditor"), request)
    said = send(visitor(), f"{here}/lift", reason="accuracy_verified").headers["location"]
    assert said.endswith("said=lift_queued")
    assert ask("select ended_at from duties.restriction") == [(None,)], "nobody was told yet"
    again = send(visitor(), f"{here}/lift", reason="accuracy_verified")
    assert again.status_code == 409
    assert "is under way" in again.text


def test_a_destruction_that_has_begun_is_neither_refused_nor_taken_back(visitor: Sign, people: Held) -> None:
    request = asks("destroy")
    page = shows(visitor(), request)
    assert "has begun, and nothing calls it back" in page
    assert f"/requests/{request}/withdraw" not in page


def test_a_request_is_found_by_its_reference_and_by_nothing_else(visitor: Sign, people: Held) -> None:
    request = asks("complain")
    ((reference,),) = ask("select reference from duties.request")
    engineer = visitor("engineer", "engineer")
    assert engineer.get(f"/requests?reference={reference.lower()}").headers["location"].endswith(str(request))
    assert engineer.get("/requests?reference=00000000").status_code == 404
    assert engineer.get(f"/requests/{uuid4()}").status_code == 404


def test_today_the_person_and_the_dag_lead_to_it(visitor: Sign, people: Held) -> None:
    request = asks("correct")
    officer = visitor()
    today = officer.get("/").text
    assert "Requests that wait for an officer: 1." in today
    assert 'href="/amanah/requests">Decide them' in today
    ((subject,),) = ask("select subject_id from duties.request")
    assert f'href="/amanah/requests/{request}"' in officer.get(f"/people/{subject}").text
    assert officer.get("/about/answer_requests").headers["location"] == "/amanah/requests"


@pytest.mark.parametrize("language", ["ar", "en"])
def test_everything_that_can_become_of_a_request_has_words(language: str) -> None:
    from include.console.showing import words_of

    words = words_of(language)
    for name, codes in {
        "request_states": State, "request_awaits": Awaited, "request_whys": Why, "request_outcomes": OUTCOMES,
        "answering": RIGHTS, "proposal_states": ("proposed", "applied", "done", "refused"),
    }.items():  # fmt: skip
        assert set(words[name]) >= {str(code) for code in codes}, name


@pytest.mark.parametrize("query", ["select details from duties.request", "select reply_to from duties.request",
                                   "select asker from duties.request", "select value from duties.proposal",
                                   "select original from duties.proposal"])  # fmt: skip
def test_the_consoles_role_can_read_nothing_that_was_written(database: str, query: str) -> None:
    with pytest.raises(StoreRefused, match="permission denied"), begin(Role.CONSOLE) as connection:
        connection.execute(text(query))


@pytest.mark.parametrize(
    ("step", "index"),
    [("open", "ix_request_open"), ("closed", "ix_request_closed"), ("count", "ix_request_checked"),
     ("joined", "ix_request_merged_into")],
)  # fmt: skip
def test_lists_and_counts_are_found_by_their_index(database: str, step: str, index: str) -> None:
    values = {"at": LONG_AGO, "id": FIRST, "limit": 5, "many": 9, "officer": [*OFFICER]}
    with begin(Role.CONSOLE) as connection:
        connection.execute(text("set local enable_seqscan = off"))
        (query,) = STEPS.texts(step)
        plan = connection.execute(text(f"explain {query}"), values).scalars().all()
    assert any(index in line for line in plan)
    assert not any("Seq Scan on request" in line for line in plan)
