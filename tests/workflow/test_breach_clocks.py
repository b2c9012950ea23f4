"""A breach's run has its deadlines where the edition has them, and none of them can end the scheduler."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from airflow_runs import _initialised, dag_as_read

from include.workflow.breach_forms import ASSESSMENT, DEADLINES, FILING, INCIDENT, REPORT
from include.workflow.clocks import REFERENCES, BreachDue, FirstWarning, instant_of

KNOWN = datetime(2026, 3, 19, 15, 30, tzinfo=UTC)
CONF = {"known_at": KNOWN.isoformat(), "jurisdiction": "sa"}


def test_three_warnings_and_the_end_come_at_24_48_66_and_72_hours() -> None:
    found = [instant_of(CONF, reference.place) for reference in REFERENCES]
    assert [(each - KNOWN) // timedelta(hours=1) for each in found if each] == [24, 48, 66, 72]
    assert [alert.interval for alert in DEADLINES] == [timedelta(0)] * 4
    assert REFERENCES[-1] is BreachDue


@pytest.mark.parametrize(
    "conf", [None, {}, {"known_at": "yesterday"}, {"known_at": "2026-03-19T15:30:00"}, CONF | {"jurisdiction": "xx"}]
)
def test_a_run_whose_incident_cannot_be_read_has_no_deadline_and_raises_nothing(conf: Any) -> None:
    assert instant_of(conf, 0) is None


def test_where_the_law_gives_no_period_there_is_no_deadline() -> None:
    assert instant_of(CONF | {"jurisdiction": "ae"}, None) is None


def test_the_run_carries_them_and_airflow_knows_their_kind() -> None:
    _initialised()
    dag = dag_as_read("respond_to_breach")
    assert [alert.name for alert in dag.deadline] == [reference.__name__ for reference in REFERENCES]

    class Session:
        def scalar(self, _asked: object) -> dict[str, str]:
            return CONF

    asked = {"session": Session(), "dag_id": "respond_to_breach", "run_id": "one"}
    assert FirstWarning()._evaluate_with(**asked) == KNOWN + timedelta(hours=24)


def test_no_form_of_the_run_asks_for_free_words() -> None:
    free = [
        name
        for form in (INCIDENT, ASSESSMENT, REPORT, FILING)
        for name, param in form.items()
        if "string" in str(param.schema.get("type"))
        and not {"enum", "format"} & param.schema.keys()
        and not param.schema.get("pattern")
    ]
    assert free == [], "codes, ids and times only"
