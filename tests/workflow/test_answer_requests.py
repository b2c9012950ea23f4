"""The DAG that answers people, run for real with an officer beside it, and the clock that Airflow watches for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from airflow_runs import dag_named, dag_states, officer_says, run_dag
from builders import Held, ask, person
from journeys_house import CONTROLLER
from people_told import tells
from rights_asked import ASKED_AT, DAY, on_page, request_of

from include.duties.rights.grounds import grounds
from include.duties.rights.listing import next_due


@pytest.fixture
def clock(people: Held, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The day after people asked."""
    monkeypatch.setenv("AMANAH_CONTROLLER", str(CONTROLLER))
    monkeypatch.setenv("AMANAH_SIMULATED_NOW", (ASKED_AT + DAY).isoformat())
    return monkeypatch


@pytest.fixture
def people(source: Callable[..., Held]) -> Held:
    """Three people of a directory were told where their data came from."""
    held = source()
    held.delivers([person(number) for number in range(1, 4)])
    tells()
    return held


def test_what_waits_for_nobody_is_answered_and_the_rest_is_shown_to_the_officer_one_by_one(
    clock: pytest.MonkeyPatch,
) -> None:
    stopped, complaint = on_page("object"), on_page("complain", who="person.2@people.example", details="call Nobody")
    with officer_says("Answer") as shown:
        run = run_dag("answer_requests")
    assert run.state == "success"
    assert request_of(stopped).outcome == "stopped"
    assert request_of(complaint).outcome == "looked_into"
    ((subject, body),) = shown
    assert subject == f"Request {complaint.reference}: complain, 29 day(s) left"
    assert "Nobody" not in body
    assert "@" not in json.dumps(shown)
    assert run_dag("answer_requests").state == "success", "a second run has nothing to do"


def test_the_officer_extends_with_a_reason_and_what_the_law_forbids_fails_its_own_task_alone(
    clock: pytest.MonkeyPatch,
) -> None:
    first, second = on_page("complain"), on_page("correct", who="person.2@people.example", details="x")
    with officer_says("Extend", code="unusual_effort"):
        assert run_dag("answer_requests").state == "success"
    assert request_of(first).extension_reason == request_of(second).extension_reason == "unusual_effort"
    clock.setenv("AMANAH_SIMULATED_NOW", (ASKED_AT + 10 * DAY).isoformat())
    with officer_says("Refuse", code="trade_secret"):
        run = run_dag("answer_requests")
    assert run.state == "failed"
    assert dag_states(run)["answer"] == "success"
    assert request_of(first).state == "checked"


def test_a_request_is_not_decided_by_whom_the_settings_do_not_name_and_is_asked_again(
    clock: pytest.MonkeyPatch,
) -> None:
    clock.setenv("AMANAH_OFFICERS", "dpo")
    asked = on_page("complain")
    with officer_says("Answer", login="engineer"):
        run = run_dag("answer_requests")
    assert run.state == "failed"
    assert request_of(asked).state == "checked"
    with officer_says("Leave", login="engineer"):
        assert run_dag("answer_requests").state == "success", "to leave it decides nothing"
    with officer_says("Answer") as shown:
        assert run_dag("answer_requests").state == "success"
    assert len(shown) == 1
    assert request_of(asked).outcome == "looked_into"


def test_what_an_officer_left_or_whose_task_was_killed_is_asked_again_by_the_next_run(
    clock: pytest.MonkeyPatch,
) -> None:
    asked = on_page("complain")
    with officer_says("Leave") as shown:
        assert run_dag("answer_requests").state == "success"
        assert run_dag("answer_requests").state == "success"
        assert len(shown) == 2
        run = run_dag("answer_requests")
        ask("update duties.request set shown_in = :run, shown_place = 0 where id = :id returning 1", run=run.run_id,
            id=asked.request)  # fmt: skip
        assert dag_states(run_dag("answer_requests"))["ask"] == "success", "that run's task has ended, and asks nobody"
        with waits(run):
            ask("update duties.request set shown_in = :run, shown_place = 0 where id = :id returning 1",
                run=run.run_id, id=asked.request)  # fmt: skip
            assert dag_states(run_dag("answer_requests"))["ask"] == "skipped", "and that run's still does"


@contextmanager
def waits(run: Any) -> Iterator[None]:
    """Have the officer's task of a run wait, as far as Airflow knows, while the block lasts."""
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session
    from sqlalchemy import update

    def becomes(state: str) -> None:
        with create_session() as session:
            session.execute(
                update(TaskInstance)
                .where(TaskInstance.run_id == run.run_id, TaskInstance.task_id == "one_request.officer")
                .values(state=state)
            )

    becomes("deferred")
    yield
    becomes("success")


def test_the_clock_that_airflow_watches_is_the_next_to_end_and_its_alarm_is_that_of_the_watch(
    clock: pytest.MonkeyPatch,
) -> None:
    from include.workflow.deadlines import NextRequestDue, raise_clocks

    asked = on_page("complain")
    on_page("complain", who="person.2@people.example", at=ASKED_AT + timedelta(hours=5))
    assert NextRequestDue()._evaluate_with(session=None) == asked.due_at
    assert next_due(asked.due_at) == asked.due_at + timedelta(hours=5)
    clock.setenv("AMANAH_SIMULATED_NOW", (asked.due_at + timedelta(seconds=2)).isoformat())
    raise_clocks(context={})
    assert ask("select state from duties.duty where id = :id", id=asked.request) == [("missed",)]
    clock.setenv("AMANAH_DATABASE_URL", "postgresql+psycopg://nobody:x@127.0.0.1:9/nothing")
    assert NextRequestDue()._evaluate_with(session=None) is None, "the scheduler goes on"


def test_officers_who_take_their_time_keep_no_later_run_from_beginning() -> None:
    from include.workflow.rights import PATIENCE

    dag = dag_named("answer_requests")
    assert dag.max_active_runs > PATIENCE / timedelta(hours=1)
    assert dag.get_task("answer").max_active_tis_per_dag == 1, "two would write one package"


def test_the_form_names_every_reason_of_the_law_and_no_other() -> None:
    from include.workflow.rights import CODES

    assert set(CODES) - {""} == set(grounds().grounds) | set(grounds().extensions)
