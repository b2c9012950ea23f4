"""Whoever reads a personal value leaves a trace, and whoever reads many without need raises an alarm."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from builders import START, Held, ask
from sqlalchemy import text

from include.duties.reading import MOST, put_to_use, read_point
from include.duties.review import waiting
from include.duties.verifying import verify_now
from include.evidence import verify
from include.intake.redeciding import PointGone
from include.store import Role, begin, keyed

Make = Callable[..., Held]
SHOP = {"id": "8", "name": "شركة الواحة للتجارة المحدودة", "email": "kdzx@alwaha.example", "city": "جدة"}
AT = START + timedelta(hours=1)


@pytest.fixture
def point(source: Make) -> int:
    """A contact point that waits for a person."""
    source().delivers([SHOP])
    (waits,) = waiting()
    return waits.id


def told(kind: str) -> list[dict[str, Any]]:
    with begin(Role.AUDITOR) as connection:
        rows = connection.execute(text("select payload from evidence.ledger where kind = :kind"), {"kind": kind})
        return [json.loads(row.payload) for row in rows]


def test_what_is_shown_is_recorded_with_who_about_whom_and_why_and_without_the_value(point: int) -> None:
    reading = read_point(point, why="to_decide", by="officer", at=AT)
    assert reading.known.value == SHOP["email"]
    ((subject,),) = ask("select subject_id from register.contact_point where id = :id", id=point)
    (event,) = told("value_read")
    assert event["refs"] == {"subject": str(subject)}
    assert event["hashes"] == {"actor": keyed("login", "officer").hex()}
    assert event["codes"] == {"reason": "to_decide"}
    assert "alwaha" not in json.dumps(event)
    assert verify().ok


def test_what_is_gone_is_neither_shown_nor_recorded(point: int) -> None:
    with pytest.raises(PointGone):
        read_point(point + 1_000, why="to_decide", by="officer", at=AT)
    assert told("value_read") == []


def test_reading_more_in_an_hour_than_is_decided_raises_one_alarm(point: int) -> None:
    alarms = [read_point(point, why="to_decide", by="officer", at=AT).alarmed for _ in range(MOST + 3)]
    assert [place for place, alarmed in enumerate(alarms) if alarmed] == [MOST]
    (event,) = told("reading_alarmed")
    assert event["hashes"] == {"actor": keyed("login", "officer").hex()}
    assert not read_point(point, why="to_decide", by="another", at=AT).alarmed


def test_the_next_hour_is_counted_anew_and_may_raise_the_next_alarm(point: int) -> None:
    for hour in (0, 1):
        at = AT + hour * timedelta(hours=1)
        alarms = [read_point(point, why="to_decide", by="officer", at=at).alarmed for _ in range(MOST + 1)]
        assert alarms.index(True) == MOST
    assert len(told("reading_alarmed")) == 2


def test_what_is_decided_after_it_was_read_is_no_bulk_reading(point: int) -> None:
    for _ in range(2 * MOST):
        assert not read_point(point, why="to_decide", by="officer", at=AT).alarmed
        put_to_use(by="officer")
    assert told("reading_alarmed") == []


def test_a_verification_by_hand_is_evidence_itself(point: int) -> None:
    verdict = verify_now(by="auditor", at=AT)
    (event,) = told("ledger_verified")
    assert verdict.ok
    assert event["codes"] == {"outcome": "whole"}
    assert event["counts"] == {"events": verdict.events, "faults": 0}
