"""The DAG that watches clocks, run for real, where a contract was spoiled by a slip of the pen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow_runs import run_dag
from builders import ask, person
from journeys_house import House, Mailbox, house, mailbox

__all__ = ["house", "mailbox"]

RECEIVED = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def test_a_slip_in_a_contract_does_not_silence_the_alarm_about_its_source(house: House, mailbox: Mailbox) -> None:
    house.has_source()
    house.gets([person(1)])
    house.at(RECEIVED)
    for dag in ("collect_sample_guide", "watch_promises"):
        assert run_dag(dag).state == "success"
    house.has_source(refresh="nihgtly")
    house.at(RECEIVED + timedelta(days=1))
    assert run_dag("watch_promises").state == "success"
    assert ask("select count(*) from channels.message where kind = 'promise_alert'") == [(1,)]
    (told,) = ask("select text_body from channels.message where kind = 'promise_alert'")[0]
    assert "Deliveries that did not come in time: 1\n  sample_guide" in told
    assert "Contracts that cannot be read: 1\n  sample_guide" in told
