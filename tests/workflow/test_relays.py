"""Relays side by side: all of them together send every message once, and one of them says who began the run."""

from __future__ import annotations

from airflow_runs import dag_states, run_dag
from builders import ask, person
from journeys_house import House, Mailbox, house, mailbox

__all__ = ["house", "mailbox"]


def test_relays_side_by_side_send_every_message_once(house: House, mailbox: Mailbox) -> None:
    house.patch.setenv("AMANAH_SENDING_WINDOW", "always")
    house.patch.setenv("AMANAH_RELAYS", "3")
    house.has_source()
    house.gets([person(number) for number in range(4)])
    for dag in ("collect_sample_guide", "notify_subjects", "relay_outbox"):
        run = run_dag(dag)
        assert run.state == "success"
    assert len([each for each in run.get_task_instances() if each.task_id == "relay"]) == 3
    assert dag_states(run) == {"relay": "success"}
    assert sorted(to for to, _ in mailbox.mails) == [f"person.{number}@people.example" for number in range(4)]
    assert ask("select count(*) from register.run where run like 'relay_outbox:%'") == [(1,)]
