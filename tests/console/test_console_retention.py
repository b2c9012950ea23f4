"""Plans, holds and the standstill from the console: the same decisions as everywhere else, each taken once."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException
from builders import ask
from operators_here import NOW, Visitor
from sqlalchemy import Connection, text

from include.console.forms import seal_for
from include.duties.retention import carry_out_allowed, decide_all, enforce
from include.store import Role, begin, keyed
from include.workflow.retention import ALLOW, OPTIONS, decide

Sign = Callable[..., Visitor]


@pytest.fixture
def shown(company: Connection, at: object) -> dict[str, Any]:
    """A plan over the accounts as an officer is shown it."""
    del at
    return next(plan for plan in enforce(NOW).halted if plan["rule"] == "account:accounts")


def state(plan: dict[str, Any]) -> str:
    return str(ask("select state from duties.destruction where id = :id", id=plan["plan"])[0][0])


def named(company: Connection) -> list[int]:
    """Accounts whose holder is still named."""
    return [row[0] for row in company.execute(text("select id from account where email like 'owner%' order by id"))]


def answer(officer: Visitor, plan: dict[str, Any], verdict: str, **changed: str) -> Any:
    action = f"/retention/plan/{plan['plan']}"
    fields = {"shown": plan["hash"], "verdict": verdict, "seal": seal_for("dpo", action, NOW)}
    return officer.http.post(action, data=fields | changed)


def told(kind: str) -> list[dict[str, Any]]:
    with begin(Role.AUDITOR) as connection:
        rows = connection.execute(text("select payload from evidence.ledger where kind = :kind"), {"kind": kind})
        return [json.loads(row.payload) for row in rows]


def test_a_plan_is_shown_by_its_hash_and_counts_and_nobody_in_it_is_named(visitor: Sign, shown: dict[str, Any]) -> None:
    page = visitor("auditor", "auditor").get("/retention").text
    assert shown["hash"] in page
    assert "account:accounts" in page
    assert "first run of this rule" in page
    assert "owner.1" not in page
    assert "<form" not in page


def test_what_is_allowed_here_goes_whatever_airflow_is_answered_later(
    visitor: Sign, shown: dict[str, Any], company: Connection
) -> None:
    assert answer(visitor(), shown, "allow").headers["location"] == "/amanah/retention?said=allowed"
    (event,) = told("destruction_allowed")
    assert event["hashes"]["actor"] == keyed("login", "dpo").hex()
    assert decide_all([shown], allowed=False, login="dpo", at=NOW) == {"decided": 0, "moved": 1}
    assert state(shown) == "planned"
    carry_out_allowed(NOW)
    assert state(shown) == "verified"
    assert named(company) == [2]


def test_whom_the_settings_do_not_name_decides_about_no_plan_neither_here_nor_in_airflow(
    visitor: Sign, shown: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMANAH_OFFICERS", "sara")
    assert answer(visitor(), shown, "allow").status_code == 403
    for option in OPTIONS:
        said = {"chosen_options": [option], "responded_by_user": {"id": "sara", "name": "engineer"}}
        with pytest.raises(AirflowFailException, match="AMANAH_OFFICERS"):
            decide.function({"waiting": [shown]}, said)
    assert state(shown) == "halted"
    said = {"chosen_options": [ALLOW], "responded_by_user": {"id": "3", "name": "sara"}}
    assert decide.function({"waiting": [shown]}, said) == {"decided": 1, "moved": 0}
    (event,) = told("destruction_allowed")
    assert event["hashes"]["actor"] == keyed("login", "sara").hex()


def test_what_is_rejected_here_stays_whatever_airflow_is_answered_later(
    visitor: Sign, shown: dict[str, Any], company: Connection
) -> None:
    answer(visitor(), shown, "reject")
    assert decide_all([shown], allowed=True, login="dpo", at=NOW) == {"decided": 0, "moved": 1}
    assert state(shown) == "rejected"
    carry_out_allowed(NOW)
    assert named(company) == [1, 2]


def test_what_airflow_was_answered_first_is_told_here(visitor: Sign, shown: dict[str, Any]) -> None:
    decide_all([shown], allowed=False, login="dpo", at=NOW)
    refused = answer(visitor(), shown, "allow")
    assert refused.status_code == 409
    assert "changed since it was shown" in refused.text
    assert state(shown) == "rejected"


def test_a_plan_of_another_hash_than_was_shown_is_not_decided(visitor: Sign, shown: dict[str, Any]) -> None:
    other = shown["hash"][:-1] + ("0" if shown["hash"][-1] != "0" else "1")
    assert answer(visitor(), shown, "allow", shown=other).status_code == 409
    assert answer(visitor(), shown, "allow", shown="x").status_code == 422
    assert state(shown) == "halted"


def test_a_hold_is_placed_listed_without_its_contacts_and_released(visitor: Sign) -> None:
    officer = visitor()
    sent = officer.sends("/retention", "/retention/hold", case="CASE-7", people="kdzx@alwaha.example\n\n")
    assert sent.headers["location"] == "/amanah/retention?said=placed"
    page = officer.get("/retention").text
    assert "CASE-7" in page
    assert "alwaha" not in page
    ((hold, people),) = ask(
        "select hold.id, (select count(*) from duties.hold_person where hold_id = hold.id) from duties.hold"
    )
    assert people == 1
    for status in (303, 409):
        action = f"/retention/hold/{hold}/release"
        released = officer.http.post(action, data={"seal": seal_for("dpo", action, NOW)})
        assert released.status_code == status
    assert "No hold stands" in officer.get("/retention").text


@pytest.mark.parametrize(
    "fields",
    [{"case": "CASE-7"}, {"case": "سعد القحطاني", "system": "register"}, {"case": "C-1", "people": "kdzx@"},
     {"case": "C-1", "table": "account"}],
)  # fmt: skip
def test_a_hold_on_everything_or_by_a_name_is_refused_without_repeating_it(
    visitor: Sign, fields: dict[str, str]
) -> None:
    refused = visitor().sends("/retention", "/retention/hold", **fields)
    assert refused.status_code == 409
    assert "kdzx" not in refused.text
    assert ask("select count(*) from duties.hold")[0][0] == 0


def test_days_of_a_hold_are_whole_local_days(visitor: Sign) -> None:
    visitor().sends("/retention", "/retention/hold", case="C-1", system="books", since="2026-01-01", until="2026-01-31")
    ((since, until),) = ask("select since, until from duties.hold")
    assert (since.isoformat(), until.isoformat()) == (
        "2025-12-31T21:00:00+00:00", "2026-01-31T20:59:59.999999+00:00",
    )  # fmt: skip


def test_a_standstill_begins_and_ends_once_and_stands_on_todays_page(visitor: Sign) -> None:
    officer = visitor()
    assert officer.sends("/retention", "/retention/standstill/begin", reason="drill").status_code == 303
    assert "Everything stands still since" in officer.get("/").text
    begin_action = "/retention/standstill/begin"
    again = officer.http.post(begin_action, data={"reason": "drill", "seal": seal_for("dpo", begin_action, NOW)})
    assert again.status_code == 409
    assert officer.sends("/retention", "/retention/standstill/end").status_code == 303
    assert [len(told(kind)) for kind in ("standstill_begun", "standstill_ended")] == [1, 1]


def test_of_two_officers_on_one_plan_the_second_is_told_and_the_first_decision_stands(
    visitor: Sign, shown: dict[str, Any]
) -> None:
    action = f"/retention/plan/{shown['plan']}"
    officers = {login: visitor(login) for login in ("first", "second")}
    forms = {login: officer.form("/retention", action) for login, officer in officers.items()}
    assert officers["first"].http.post(action, data=forms["first"] | {"verdict": "reject"}).status_code == 303
    late = officers["second"].http.post(action, data=forms["second"] | {"verdict": "allow"})
    assert late.status_code == 409
    assert state(shown) == "rejected"
    assert (len(told("destruction_rejected")), len(told("destruction_allowed"))) == (1, 0)


def test_a_session_that_ends_in_the_middle_of_a_decision_leaves_the_plan_as_it_was(
    visitor: Sign, shown: dict[str, Any]
) -> None:
    officer, action = visitor(), f"/retention/plan/{shown['plan']}"
    fields = officer.form("/retention", action) | {"verdict": "allow"}
    officer.http.cookies.delete("signed_in")
    assert officer.http.post(action, data=fields).status_code == 401
    assert state(shown) == "halted"
