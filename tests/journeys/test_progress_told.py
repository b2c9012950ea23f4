"""Whoever waits for a long step sees in its log how far it has come, and where the whole is known, the time left."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from airflow_runs import run_dag
from builders import person
from journeys_house import House, Mailbox, house, mailbox

__all__ = ["house", "mailbox"]

RECEIVED = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
LEFT = r", about [\d,]+ s left \("
NIGHT = [
    r"landing sample_guide: 5 rows, 100% of the file" + LEFT,
    r"checking sample_guide: \d rows of 5" + LEFT,
    r"classifying sample_guide: 2 rows of 2" + LEFT,
    r"classifying sample_guide: 1 rows of 1" + LEFT,
    r"registering sample_guide: ",
    r"opening the duties of the delivery: ",
    r"counting what came of the delivery: ",
    r"planning notices: ",
    r"writing letters: 5 letters of 5" + LEFT,
]


@pytest.fixture
def said(house: House, caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """Collect the lines of progress, which come every millisecond here."""
    house.patch.setattr("include.intake.progress.EVERY", 0.001)
    lines: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    log, ear = logging.getLogger("amanah.progress"), Ear()
    log.addHandler(ear)
    caplog.set_level(logging.INFO, "amanah.progress")
    yield lines
    log.removeHandler(ear)


def test_every_long_step_of_a_night_says_how_far_it_is(house: House, mailbox: Mailbox, said: list[str]) -> None:
    house.patch.setenv("AMANAH_SHARD_ROWS", "2")
    house.has_source(refresh="manual")
    house.gets([person(number) for number in range(5)])
    house.at(RECEIVED)
    for dag in ("collect_sample_guide", "notify_subjects", "relay_outbox"):
        assert run_dag(dag).state == "success"
    assert [line for line in NIGHT if not any(re.match(line, told) for told in said)] == []
    house.at(RECEIVED + timedelta(days=40))
    assert run_dag("destroy_due").state == "success"
    assert any(re.match(r"destroying in landing files: 3 files of 3" + LEFT, told) for told in said)
