"""What Airflow asks an officer about a breach is answered by an officer, or nothing comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from airflow.sdk.exceptions import AirflowFailException
from breach_case import HARMFUL, HARMLESS, KNOWN, WHO, hour, noted, ready
from builders import ask
from journeys_house import CONTROLLER

from include.duties.breach import approve as approve_report
from include.duties.breach import decide, do_step, notice_of, scope
from include.duties.breach import draft as draft_report
from include.workflow import breach as steps
from include.workflow.breach_forms import ALLOW


@pytest.fixture(autouse=True)
def named(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Two logins that may decide, ten hours after it was known."""
    monkeypatch.setenv("AMANAH_OFFICERS", "sara, dpo")
    monkeypatch.setenv("AMANAH_CONTROLLER", str(CONTROLLER))
    monkeypatch.setenv("AMANAH_SIMULATED_NOW", hour(10).isoformat())
    return monkeypatch


def said(login: str, option: str = ALLOW, **form: Any) -> dict[str, Any]:
    """What a task is told of an answer; ids are numbers with FAB."""
    user = {"id": "3", "name": login}
    return {"chosen_options": [option], "params_input": form, "responded_by_user": user}


def weighed(breach: UUID, login: str) -> Any:
    return steps.weigh.function({"incident": str(breach)}, said(login, **HARMFUL))


def approved(breach: UUID, login: str, option: str = ALLOW) -> Any:
    report = draft_report(breach, WHO, at=hour(9))
    shown = {"notice": notice_of(breach, WHO)[1].hex()}
    return steps.approve.function({"incident": str(breach)}, {"report": report.hash.hex()}, shown, said(login, option))


def filed(breach: UUID, login: str) -> Any:
    report = draft_report(breach, WHO, at=hour(9))
    approve_report(breach, report.hash.hex(), WHO, by="dpo", at=hour(9))
    return steps.filed.function({"incident": str(breach)}, said(login, "OK", reference="NDGP-1"))


def closed(breach: UUID, login: str) -> Any:
    decide(breach, "authority", ["contained_in_time"], by="dpo", at=hour(9))
    decide(breach, "people", ["contained_in_time"], by="dpo", at=hour(9))
    for step, _ in ask("select step, office from duties.breach_step"):
        do_step(breach, step, by="engineer", at=hour(9))
    return steps.close.function({"incident": str(breach)}, said(login, "Close"))


def _begun(act: Any) -> UUID:
    """An incident as far as it has come when the step is asked."""
    if act is weighed:
        breach = noted()
        scope(breach, KNOWN)
        return breach
    return ready(answers=HARMLESS if act is closed else HARMFUL)


STANDS: Mapping[Any, str] = {
    weighed: "select assessed_at is not null from duties.breach",
    approved: "select bool_or(approved_at is not null) from duties.breach_report",
    filed: "select bool_or(filed_at is not null) from duties.breach_report",
    closed: "select closed_at is not null from duties.breach",
}


@pytest.mark.parametrize("login", ["engineer", "admin", ""])
@pytest.mark.parametrize("act", STANDS, ids=lambda act: act.__name__)
def test_a_step_of_a_breach_takes_no_answer_but_an_officers_and_says_who_may(
    database: str, act: Any, login: str
) -> None:
    breach = _begun(act)
    with pytest.raises(AirflowFailException, match="AMANAH_OFFICERS names by login") as refused:
        act(breach, login)
    assert login == "" or f"{login} " not in str(refused.value)
    assert ask(STANDS[act]) == [(False,)]


@pytest.mark.parametrize("login", ["sara", "dpo"])
@pytest.mark.parametrize("act", STANDS, ids=lambda act: act.__name__)
def test_what_an_officer_answers_stands(database: str, act: Any, login: str) -> None:
    act(_begun(act), login)
    assert ask(STANDS[act]) == [(True,)]


def test_where_no_officer_is_named_whoever_airflow_lets_answer_does(database: str, named: pytest.MonkeyPatch) -> None:
    named.delenv("AMANAH_OFFICERS")
    approved(ready(), "engineer")
    assert ask(STANDS[approved]) == [(True,)]


def test_an_officer_who_rejects_a_report_approves_neither_it_nor_the_notice(database: str) -> None:
    with pytest.raises(AirflowFailException, match="did not approve"):
        approved(ready(), "dpo", "Reject")
    assert ask(STANDS[approved]) == [(False,)]
    assert ask("select notice_hash is null from duties.breach") == [(True,)]
