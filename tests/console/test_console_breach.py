"""Breaches in the console: an officer writes, weighs, approves and files; an engineer sees counts and no word."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from builders import Held, ask, person, recorded
from journeys_house import CONTROLLER
from operators_here import NOW, Visitor
from sqlalchemy import Connection

from include.duties.breach.words import LANGUAGES

Sign = Callable[..., Visitor]
WORDS = ("description", "how", "risks", "effects", "measures_taken", "measures_planned", "advice")


@pytest.fixture
def register(
    begins: Callable[..., None], source: Callable[..., Held], at: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build() -> None:
        held = source()
        held.at = NOW - timedelta(days=9)
        held.delivers([person(number) for number in range(3)])

    del at
    monkeypatch.setenv("AMANAH_CONTROLLER", str(CONTROLLER))
    begins(build, "three people, days before the console is opened")


def noted(officer: Visitor, systems: str = "register") -> str:
    local = (NOW + timedelta(hours=3) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    answer = officer.sends(
        "/breach", "/breach", kind="disclosure", evidence="SOC-1", systems=systems, processor="",
        discovered=local, known=local, began="2026-02-27T10:00", ended="",
    )  # fmt: skip
    assert answer.status_code == 303
    found = re.search(r"/breach/([0-9a-f-]{36})", answer.headers["location"])
    assert found
    return found[1]


def test_an_officer_takes_an_incident_from_its_note_to_its_filing(visitor: Sign, register: None) -> None:
    officer = visitor()
    breach = noted(officer)
    here = f"/breach/{breach}"

    def sends(deed: str, **fields: str) -> None:
        answer = officer.sends(here, f"{here}/{deed}", **fields)
        assert answer.status_code == 303, re.findall(r'role="alert">(.*?)<', answer.text)

    sends("count")
    sends("weigh", harms_data="no", harms_person="yes", against_rights="no", sensitive="no", identifies="yes",
          protected="no", contained="yes")  # fmt: skip
    for element in WORDS:
        sends("say", element=element, arabic="كلام مستور", english="SECRET WORDS")
    sends("draft", because="still_investigated")
    sends("approve")
    letter = officer.sends(here, f"{here}/letter")
    assert "SECRET WORDS" in letter.text
    assert letter.headers["content-type"].startswith("text/plain")
    sends("allow")
    sends("file", reference="NDGP-9")
    sends("tell")
    sends("step/cut_access")
    (row,) = ask("select people, reported_at, known_at from duties.breach where id = :id", id=UUID(breach))
    assert (row.people, row.reported_at, row.known_at) == (3, NOW, NOW - timedelta(hours=1))
    assert ask("select count(*) from channels.message where kind = 'breach_notice'") == [(3,)]
    refused = officer.sends(here, f"{here}/close")
    assert refused.status_code == 409
    assert "people concerned were not told" in refused.text
    printed = officer.sends(here, f"{here}/print")
    assert printed.content.startswith(b"%PDF")
    assert recorded("value_read") == 2, "the notice, and the report"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_engineer_sees_counts_and_clocks_and_no_word_and_no_form(
    visitor: Sign, register: None, language: str
) -> None:
    officer = visitor()
    breach = noted(officer)
    here = f"/breach/{breach}"
    officer.sends(here, f"{here}/count")
    officer.sends(here, f"{here}/say", element="how", arabic="كلام مستور", english="SECRET WORDS")
    engineer = visitor("engineer", "engineer", language)
    for page in (engineer.get("/breach").text, engineer.get(here).text):
        assert "<form" not in page
        assert "SECRET" not in page
        assert "مستور" not in page
    assert "SECRET" not in officer.get(here).text, "not even an officer's page shows it unasked"
    assert engineer.get(f"/breach/{UUID(int=7)}").status_code == 404


def test_what_is_refused_is_said_on_the_incidents_own_page(visitor: Sign, register: None) -> None:
    officer = visitor()
    here = f"/breach/{noted(officer)}"
    answer = officer.sends(here, f"{here}/draft", because="still_investigated")
    assert answer.status_code == 409
    assert "weighed" in answer.text
    assert ask("select 1 from duties.breach_report") == []


def test_an_open_breach_and_what_readiness_lacks_stand_under_today(visitor: Sign, register: None) -> None:
    from include.duties.breach.readiness import check_readiness
    from include.law import load_controller

    officer = visitor()
    assert "No breach is open" in officer.get("/").text
    noted(officer)
    check_readiness(NOW, load_controller())
    today = officer.get("/").text
    assert "The first has to be reported by" in today
    assert "a rehearsal within the last months" in today
    assert "rehearsed_lately" not in today, "a code is said in words"


def test_an_end_that_is_no_time_is_refused_and_not_taken_for_none(visitor: Sign, register: None) -> None:
    officer = visitor()
    answer = officer.sends(
        "/breach", "/breach", kind="disclosure", evidence="SOC-1", systems="register", discovered="2026-02-28T10:00",
        known="2026-02-28T10:00", began="2026-02-27T10:00", ended="2026-02-30T10:00",
    )  # fmt: skip
    assert answer.status_code == 409
    assert ask("select 1 from duties.breach") == []


def test_the_end_of_an_incident_that_went_on_is_recorded_and_it_is_counted_anew(visitor: Sign, register: None) -> None:
    officer = visitor()
    here = f"/breach/{noted(officer)}"
    assert "it goes on" in officer.get(here).text
    assert officer.sends(here, f"{here}/end", ended="2099-01-01T10:00").status_code == 409
    assert ask("select ended_at from duties.breach") == [(None,)]
    ended = NOW - timedelta(minutes=30)
    local = (ended + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")
    answer = officer.sends(here, f"{here}/end", ended=local)
    assert answer.status_code == 303
    assert ask("select ended_at, people from duties.breach") == [(ended, 3)]
    shown = officer.get(answer.headers["location"].partition("/amanah")[2] or answer.headers["location"]).text
    assert "Its end is recorded" in shown
    assert "It has ended" not in officer.get(here).text, "the form is gone"


def test_what_airflow_has_as_a_connection_is_reached_from_the_console_too(
    visitor: Sign, source: Callable[..., Held], company: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = source()
    held.at = NOW - timedelta(days=9)
    held.delivers([person(1)])
    ask("update register.contact_point set value = '0500000007', normalised = '+966500000007', kind = 'phone', "
        "number_type = 'mobile' where kind = 'email' returning 1")  # fmt: skip
    address = os.environ["AMANAH_SYSTEM_BOOKS"].replace("+psycopg", "")
    monkeypatch.delenv("AMANAH_SYSTEM_BOOKS")
    monkeypatch.setenv("AIRFLOW_CONN_AMANAH_SYSTEM_BOOKS", address)
    carrier = {"conn_type": "http", "extra": {"url": "json://127.0.0.1:9/{to}"}}
    monkeypatch.setenv("AIRFLOW_CONN_AMANAH_SMS", json.dumps(carrier))
    officer = visitor()
    breach = noted(officer, "register books")
    here = f"/breach/{breach}"
    answer = officer.sends(here, f"{here}/count")
    assert answer.status_code == 303, re.findall(r'role="alert">(.*?)<', answer.text)
    assert ask("select people from duties.breach") == [(3,)], "one of ours, two of the company's books"
    officer.sends(here, f"{here}/weigh", harms_data="no", harms_person="yes", against_rights="no", sensitive="no",
                  identifies="yes", protected="no", contained="yes")  # fmt: skip
    for element in WORDS:
        officer.sends(here, f"{here}/say", element=element, arabic="كلام", english="words")
    officer.sends(here, f"{here}/allow")
    answer = officer.sends(here, f"{here}/tell")
    assert answer.status_code == 303, re.findall(r'role="alert">(.*?)<', answer.text)
    written = "select channel, count(*) from channels.message where kind = 'breach_notice' group by 1 order by 1"
    assert ask(written) == [("email", 2), ("sms", 1)], "who has a telephone alone is not taken for unreachable"


def test_the_page_of_an_incident_says_how_far_telling_has_come_and_who_is_left_for_an_announcement(
    visitor: Sign, register: None
) -> None:
    officer = visitor()
    here = f"/breach/{noted(officer)}"
    officer.sends(here, f"{here}/count")

    def said() -> dict[str, str]:
        return dict(re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", officer.get(here).text))

    announced = "to be reached by a public announcement"
    assert said()[announced] == "0"
    ask("update duties.breach_person set state = 'unreachable' "
        "where id = (select id from duties.breach_person order by id limit 1) returning 1")  # fmt: skip
    ask("update duties.breach set destroyed_since = 4 returning 1")
    assert said()[announced] == "5", "whom no letter reached, and whom nobody can write to any more"
    assert sorted(said().values()).count("2") >= 1, "two are still owed it"
