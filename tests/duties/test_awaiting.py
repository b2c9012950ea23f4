"""A delivery that does not come in time raises an alarm once; the next one that does not come raises its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from builders import START, Held, ask, person, terms
from sqlalchemy import text

from include.duties.watch import watch
from include.intake.contracts import Contract
from include.law import load_controller
from include.store import Role, begin

Make = Callable[..., Held]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TWO = datetime.fromisoformat("2026-03-02T02:00:00+03:00")
"""The first night after the sample sources begin."""


@pytest.fixture(autouse=True)
def _profile(monkeypatch: pytest.MonkeyPatch) -> None:
    sample = Path(__file__).resolve().parents[2] / "include/commands/demo/controller.yml"
    monkeypatch.setenv("AMANAH_CONTROLLER", str(sample))


def late(at: datetime, contract: Contract) -> int:
    return watch(at, load_controller(), [contract])["late"]


def late_without(at: datetime) -> int:
    """Watch where no contract can be read: the sample's is broken."""
    return watch(at, load_controller(), broken={"sample_guide"})["late"]


def alarms() -> list[str]:
    with begin(Role.AUDITOR) as auditor:
        told = auditor.execute(text("select payload from evidence.ledger where kind = 'delivery_late' order by seq"))
        return list(told.scalars())


def mails() -> list[str]:
    return [row[0] for row in ask("select text_body from channels.message where kind = 'promise_alert' order by id")]


def test_a_missing_delivery_raises_after_its_grace_once_and_the_next_one_again(source: Make) -> None:
    guide = source(grace="3 hours")
    guide.delivers([person(1)])
    contract = guide.contract
    assert late(START + HOUR, contract) == 0
    assert late(TWO + 3 * HOUR - timedelta(seconds=1), contract) == 0
    assert late(TWO + 3 * HOUR, contract) == 1
    assert late(TWO + 4 * HOUR, contract) == 0
    assert late(TWO + DAY + 3 * HOUR, contract) == 1
    assert len(alarms()) == 2
    assert '"slot":"2026-03-01T23:00:00.000000Z"' in alarms()[0]
    assert ["sample_guide" in mail for mail in mails()] == [True, True]


def test_a_delivery_that_came_in_its_grace_raises_nothing_and_one_that_failed_does(source: Make) -> None:
    guide = source()
    assert late(START, guide.contract) == 0
    guide.delivers([person(1)], later=TWO - START + 5 * HOUR)
    assert late(TWO + 7 * HOUR, guide.contract) == 0
    strict = terms(floors={"rows": 1000})
    guide.contract = strict
    with pytest.raises(Exception, match="rows"):
        guide.delivers([person(1), person(2)], later=DAY)
    assert late(TWO + DAY + 7 * HOUR, strict) == 1


def test_a_source_that_never_delivered_is_awaited_from_when_its_contract_is_first_seen(database: str) -> None:
    assert late(TWO + HOUR, terms()) == 0
    assert late(TWO + DAY + 5 * HOUR, terms()) == 0
    assert late(TWO + DAY + 6 * HOUR, terms()) == 1


def test_every_night_that_the_watch_itself_slept_through_counts(database: str) -> None:
    assert late(START, terms()) == 0
    assert late(TWO + 2 * DAY + 7 * HOUR, terms()) == 3


def test_a_manual_source_is_never_late_and_another_schedule_counts_from_when_it_is_seen(database: str) -> None:
    assert late(START, terms(refresh="manual")) == late(START + 90 * DAY, terms(refresh="manual")) == 0
    assert late(START, terms(refresh="weekly")) == 0
    assert late(START + 6 * DAY, terms(refresh="nightly")) == 0
    assert late(START + 6 * DAY + 27 * HOUR, terms(refresh="nightly")) == 1


def test_a_source_whose_contract_broke_is_awaited_as_it_last_said_and_named_to_the_officer(source: Make) -> None:
    guide = source(grace="3 hours")
    assert late(START, guide.contract) == 0
    guide.delivers([person(1)])
    assert late_without(TWO + 3 * HOUR - timedelta(seconds=1)) == 0
    assert late_without(TWO + 3 * HOUR) == 1
    assert late_without(TWO + 4 * HOUR) == 0
    assert late(TWO + DAY + 3 * HOUR, guide.contract) == 1, "mended, it is awaited from where the watch was"
    assert len(alarms()) == 2
    assert '"slot":"2026-03-01T23:00:00.000000Z"' in alarms()[0]
    named = "Contracts that cannot be read: 1\n  sample_guide: nothing is collected until its contract is corrected"
    assert sorted(named in mail for mail in mails()) == [False, True]


def test_a_source_whose_contract_is_gone_is_awaited_even_where_it_never_delivered(database: str) -> None:
    assert late(START, terms()) == 0
    assert watch(TWO + 6 * HOUR, load_controller())["late"] == 1
    assert "sample_guide" in mails()[0]
    assert "Contracts that cannot be read: 0" in mails()[0]


def test_a_source_that_only_a_person_collects_is_not_awaited_when_its_contract_goes(database: str) -> None:
    assert late(START, terms()) == 0
    assert late(START + HOUR, terms(refresh="manual")) == 0
    assert late_without(TWO + 90 * DAY) == 0


def test_how_late_a_delivery_may_be_follows_its_schedule_unless_its_contract_says() -> None:
    usual = {refresh: terms(refresh=refresh).patience for refresh in ("nightly", "weekly", "30 1 * * 0-4")}
    assert usual == {"nightly": 6 * HOUR, "weekly": DAY, "30 1 * * 0-4": 6 * HOUR}
    assert terms(grace="90 Minutes").patience == timedelta(minutes=90)
    with pytest.raises(ValueError, match="such as '6 hours'"):
        terms(grace="soon")
