"""A breach's run has its deadlines where the edition has them, and none of them can end the scheduler."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from airflow_runs import _initialised, dag_as_read

from include.duties.breach import Given, Means, note
from include.workflow.breach_forms import ASSESSMENT, FILING, INCIDENT, REPORT
from include.workflow.deadlines import BREACH, REFERENCES, BreachDue, FirstWarning, instant_of

KNOWN = datetime(2026, 3, 19, 15, 30, tzinfo=UTC)
CONF = {"known_at": KNOWN.isoformat(), "jurisdiction": "sa"}


def deadline(conf: Any, reference: type[Any] = FirstWarning) -> datetime | None:
    """What Airflow is told when a run is created with a form."""

    class Session:
        def scalar(self, _asked: object) -> Any:
            return conf

    found: datetime | None = reference()._evaluate_with(session=Session(), dag_id="respond_to_breach", run_id="one")
    return found


def test_three_warnings_and_the_end_come_at_24_48_66_and_72_hours() -> None:
    found = [instant_of(CONF, reference.place) for reference in REFERENCES]
    assert [(each - KNOWN) // timedelta(hours=1) for each in found if each] == [24, 48, 66, 72]
    assert [alert.interval for alert in BREACH] == [timedelta(0)] * 4
    assert REFERENCES[-1] is BreachDue


@pytest.mark.parametrize(
    "conf", [None, {}, {"known_at": "yesterday"}, {"known_at": "2026-03-19T15:30:00"}, CONF | {"jurisdiction": "xx"}]
)
def test_a_run_whose_incident_cannot_be_read_has_no_deadline_and_raises_nothing(conf: Any) -> None:
    assert deadline(conf) is None


def test_where_the_law_gives_no_period_there_is_no_deadline() -> None:
    assert instant_of(CONF | {"jurisdiction": "ae"}, None) is None


def test_the_run_carries_them_and_airflow_knows_their_kind() -> None:
    _initialised()
    dag = dag_as_read("respond_to_breach")
    assert [alert.name for alert in dag.deadline] == [reference.__name__ for reference in REFERENCES]

    assert deadline(CONF) == KNOWN + timedelta(hours=24)


def test_a_run_that_names_an_incident_alone_has_the_deadlines_of_that_incident(database: str) -> None:
    facts = {"kind": "disclosure", "systems": ("register",), "evidence": "SOC-1"}
    times = dict.fromkeys(("discovered_at", "known_at", "began_at"), KNOWN)
    breach = note(Given(**facts, **times), means=Means.COMMAND, by="dpo", at=KNOWN)  # type: ignore[arg-type]
    by_form = {"incident": str(breach), "known_at": None, "jurisdiction": "sa"}
    found = [deadline(by_form, reference) for reference in REFERENCES]
    assert [(each - KNOWN) / timedelta(hours=1) for each in found if each] == [24, 48, 66, 72]
    other = by_form | {"known_at": (KNOWN + timedelta(hours=9)).isoformat()}
    assert deadline(other) == KNOWN + timedelta(hours=24), "what else stands in the form moves none"
    assert deadline(by_form | {"incident": str(UUID(int=7))}) is None


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
