"""The forms of an incident's run are written by hand, and offer what the rules know and nothing else."""

from __future__ import annotations

from airflow_runs import dag_as_read

from include.duties.breach.model import Answer, Deferral, Delay, Kind, Question
from include.duties.breach.rules import DEFERRABLE as MAY_FOLLOW
from include.workflow.assets import INCIDENTS
from include.workflow.breach_forms import DEFERRABLE, DELAYS, INCIDENT, KNOWN, LATER, QUESTIONS


def test_the_forms_of_a_breach_offer_every_code_that_the_rules_know_and_no_other() -> None:
    assert [*QUESTIONS] == [each.value for each in Question]
    assert {*KNOWN} == {each.value for each in Answer}
    assert {*DEFERRABLE} == {each.value for each in MAY_FOLLOW}
    assert [*LATER] == [each.value for each in Deferral]
    assert [*DELAYS] == [each.value for each in Delay]
    assert [*INCIDENT["kind"].schema["enum"]] == [each.value for each in Kind]


def test_readiness_for_a_breach_is_checked_every_night_and_when_an_incident_is_noted() -> None:
    dag = dag_as_read("ready_for_breach")
    assert {*dag.task_ids} == {"check_readiness", "waiting", "respond"}
    assert dag.get_task("check_readiness").upstream_task_ids == set(), "an incident does not keep it waiting"
    told = dag.timetable
    assert told.timetable.expression == "30 1 * * *"
    assert [asset.name for asset in told.asset_condition.objects] == [INCIDENTS.name]
