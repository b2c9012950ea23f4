"""Deliveries taken in by a live scheduler and executor: invented ones full of planted values, and real ones.

The planted ones come first, with a mail server that sends nothing on. Before the first real row is read, the DAGs that
write to people are paused and have no mail server any more.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from canaries import arabic, hidden_in, latin
from canary_places import PLACES, places_of, traces
from canary_returns import RETURNS, write_returns
from canary_sources import FAILURES, GOOD, MARKS, REFUSED, ROWS, SET_ASIDE, TOLD, write_sources
from live_airflow import Choosy, LiveAirflow, airflow_runs_on, choosy_mail_server
from real_cells import mailboxes_and_numbers, taken, written_in

from include.intake.contracts import contract_named
from include.store.server import ServerInfo

pytestmark = pytest.mark.journey

CHAIN = ("notify_subjects", "read_returns", "relay_outbox", "seal_evidence", "watch_promises")
OWN_SOURCES = Path(__file__).resolve().parents[1] / "intake" / "sources"
REAL = {"riyadh_osm": 1_279, "jeddah_gmaps": 25, "iana_enterprise": 61_908, "nepal_schools": 1_862}
"""Contracts of real directories, and how many rows each has."""


@pytest.fixture(scope="module")
def live(server: ServerInfo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveAirflow]:
    """An Airflow with the planted sources, and with the real ones where their data is."""
    folder = tmp_path_factory.mktemp("live")
    write_sources(folder)
    sources, inbox = [folder / "sources"], folder
    if data := os.environ.get("AMANAH_TEST_DATA"):
        sources, inbox = [*sources, OWN_SOURCES], Path(data) / "directories"
    settings = {
        "AMANAH_SOURCES": os.pathsep.join(map(str, sources)),
        "AMANAH_INBOX": str(inbox),
        "AMANAH_RETURNS_URL": write_returns(folder / "returns"),
    }
    with airflow_runs_on(server, folder, settings) as airflow:
        yield airflow


@dataclass(frozen=True)
class Told:
    """How the runs over the planted deliveries ended, and what the mail server saw."""

    states: dict[str, str]
    mailbox: Choosy


@pytest.fixture(scope="module")
def told(live: LiveAirflow) -> Told:
    """Take the planted deliveries in, tell whom they are about, seal and watch; then let nobody be told any more."""
    collects = [f"collect_{key}" for key in (GOOD, *FAILURES)]
    live.runs().wait_for_dags([*collects, *CHAIN])
    live.pause(*CHAIN)  # they run unasked, and there is no mail server yet
    with live.administrator(live.ours) as connection:
        connection.execute(
            "alter table register.listing add constraint planted check (source_key <> 'canary_constraint')"
        )
    states = live.outcomes(collects, "planted")
    with choosy_mail_server(REFUSED) as (mailbox, port), live.mail_goes_to(port):
        runs = live.runs()
        runs.complete(CHAIN, {dag: {"reason": "drill"} for dag in CHAIN}, "planted")
        live.pause("notify_subjects", "relay_outbox")
        runs.settle()
    return Told(states, mailbox)


@pytest.fixture(scope="module")
def collected(test_data: Path, live: LiveAirflow, told: Told) -> None:
    """Take the real directories in, side by side."""
    live.runs().run({f"collect_{key}": {"reason": "drill"} for key in REAL}, "real")


@pytest.fixture
def inside(live: LiveAirflow, monkeypatch: pytest.MonkeyPatch) -> LiveAirflow:
    """Let the test be told what Airflow's processes are told."""
    for name, value in live.settings.items():
        monkeypatch.setenv(name, value)
    return live


def rows_of(live: LiveAirflow, query: str, *values: Any) -> list[Any]:
    with live.administrator(live.ours) as connection:
        return connection.execute(query.encode(), values).fetchall()


def counts_of(live: LiveAirflow, source: str, run: str) -> dict[str, Any]:
    ((counts,),) = rows_of(live, "select counts from register.receipt where run = %s", f"collect_{source}:{run}")
    return dict(counts)


def test_a_planted_delivery_is_taken_in_and_every_row_of_it_accounted_for(live: LiveAirflow, told: Told) -> None:
    assert told.states[f"collect_{GOOD}"] == "success"
    counts = counts_of(live, GOOD, "planted")
    assert counts.pop("contact_points")["personal"] > 0
    assert counts == ROWS
    set_aside = rows_of(
        live,
        "select quarantined.reason, count(*) from landing.quarantined join register.receipt on receipt.id = receipt_id "
        "where source_key = %s group by 1",
        GOOD,
    )
    assert dict(set_aside) == SET_ASIDE


@pytest.mark.parametrize("source", FAILURES)
def test_a_delivery_that_cannot_be_taken_in_fails_with_a_word_for_the_operator(
    live: LiveAirflow, told: Told, source: str
) -> None:
    task, said = FAILURES[source]
    dag = f"collect_{source}"
    assert told.states[dag] == "failed"
    assert [one["task_id"] for one in live.api.tasks(state="failed", dag=dag, run="planted")] == [task]
    assert said in live.log_of(dag, "planted", task)
    assert not rows_of(live, "select from register.listing where source_key = %s", source)


def test_who_can_be_reached_is_told_and_the_letter_holds_nothing_of_them(live: LiveAirflow, told: Told) -> None:
    assert sorted(recipient for recipient, _ in told.mailbox.mails) == sorted(TOLD)
    assert told.mailbox.refusals == 1
    for recipient, mail in told.mailbox.mails:
        assert mail["To"] == recipient
        headers = [str(value) for name, value in mail.items() if name != "To"]
        texts = [str(part.get_content()) for part in mail.walk() if not part.is_multipart()]
        assert len(texts) > 1
        assert not hidden_in("\n".join(headers + texts).encode(), MARKS)


def test_what_came_back_is_read_and_none_of_it_changes_anything(live: LiveAirflow, told: Told) -> None:
    assert rows_of(live, "select count(*) from channels.returned") == [(RETURNS,)]
    assert rows_of(live, "select count(*) from channels.message where state = 'bounced'") == [(0,)]


@pytest.mark.parametrize("place", PLACES)
def test_a_value_that_was_put_there_is_found_in(place: str, live: LiveAirflow, told: Told) -> None:
    assert traces(places_of(live)[place].texts_with(f"{latin('control', 0)}{arabic(0)}"))


@pytest.mark.parametrize("place", PLACES)
def test_no_planted_value_is_found_in(place: str, live: LiveAirflow, told: Told) -> None:
    assert traces(places_of(live)[place].texts(), MARKS) == {}


@pytest.mark.directories
@pytest.mark.parametrize("source", REAL)
def test_a_real_directory_is_taken_in_whole(source: str, collected: None, inside: LiveAirflow) -> None:
    counts = counts_of(inside, source, "real")
    points = counts.pop("contact_points")
    assert counts["received"] == REAL[source] == sum(counts.values()) - counts["received"]
    with inside.administrator(inside.ours) as connection:
        found = taken(contract_named(source), connection)
    assert found.readable - found.set_aside >= 0.98 * found.readable, found
    assert found.held >= 0.95 * found.cells > 0, found
    assert found.understood >= 0.9 * found.cells, found
    assert sum(points.values()) >= found.held


@pytest.mark.directories
def test_nobody_in_a_real_directory_is_written_to(collected: None, inside: LiveAirflow, told: Told) -> None:
    assert len(told.mailbox.mails) == len(TOLD)
    query = "select count(*) from duties.notice where source_key = any(%s)"
    assert rows_of(inside, query, list(REAL)) == [(0,)]
    assert rows_of(inside, "select count(*) from channels.message where state = 'ready'") == [(0,)]


@pytest.mark.directories
@pytest.mark.parametrize("place", PLACES)
def test_no_mailbox_and_no_number_of_a_real_directory_is_found_in(
    place: str, collected: None, inside: LiveAirflow
) -> None:
    with inside.administrator(inside.ours) as connection:
        values = mailboxes_and_numbers(connection, list(REAL))
    assert len(values) > 10_000
    found = {where: written_in(text, values) for where, text in places_of(inside)[place].texts()}
    assert not {where: times for where, times in found.items() if times}
