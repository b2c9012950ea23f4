"""Forty days in the life of a delivery, through the real DAGs, with a clock that the test turns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from airflow_runs import dag_states, run_dag
from builders import ask
from journeys_house import House, Mailbox

DAY = timedelta(days=1)
RECEIVED = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

NIGHTS = [0, 1, 3, 6, 7, 10, 14, 15, 16, 20, 23, 24, 25, 28, 29, 30, 31, 35, 40]
"""Every night is like one of these: the first and last ones, and those around each date that an edition sets."""

ROWS = [
    {"id": "1", "name": "شركة النور للتجارة المحدودة", "phone": "920000001", "email": "info@alnoor.example"},
    {"id": "2", "name": "شركة الأفق", "contact": "سعد القحطاني", "email": "saad.alqahtani@alofuq.example"},
    {"id": "3", "name": "مؤسسة فهد العتيبي للمقاولات", "phone": "0500000012"},
]
OFFICER = "dpo@example.com"
SILENT = "saad.alqahtani@alofuq.example"

pytestmark = pytest.mark.journey


def left_of(source: str = "sample_guide") -> set[str]:
    return {
        str(row[0])
        for row in ask(
            "select normalised from register.contact_point join register.listing on listing.id = listing_id "
            "where source_key = :source and subject_id is not null",
            source=source,
        )
    }


def outcomes() -> dict[str, str]:
    return {row.outcome: row.state for row in ask("select outcome, state from duties.notice")}


def test_the_reachable_is_told_once_and_destroyed_when_silent_the_unreachable_before(
    house: House, mailbox: Mailbox
) -> None:
    house.has_source(refresh="manual")
    house.gets(ROWS)
    house.at(RECEIVED)
    assert dag_states(run_dag("collect_sample_guide"))["publish"] == "success"
    for day in NIGHTS:
        house.at(RECEIVED + day * DAY + timedelta(hours=1))
        for dag in ("notify_subjects", "relay_outbox", "watch_promises"):
            assert run_dag(dag).state == "success", f"{dag} on day {day}"
        if day == 0:
            assert len(mailbox.to(SILENT)) == 1, "told as early as allowed"
        if day == 15:
            assert "+966500000012" in left_of(), "there are still 14 days to answer"
        if day == 16:
            assert "+966500000012" not in left_of(), "unreachable: destroyed while nothing is overdue"
        if day == 29:
            assert SILENT in left_of(), "the answer may come until day 30"
    assert not left_of()
    assert [to for to, _ in mailbox.mails if to != OFFICER] == [SILENT], "nobody is told twice, the unreachable never"
    assert len(mailbox.to(OFFICER)) == 1, "the officer hears once that somebody was not told by day 7"
    assert outcomes() == {"silence": "destroyed", "unreachable": "destroyed"}
    assert {row[0] for row in ask("select state from duties.duty")} == {"done"}, "nothing was missed"
    assert [row[0] for row in ask("select name_class from register.listing")] == ["organisation"]
    assert ask("select count(*) from suppression.entry where kind in ('phone', 'email')")[0][0] == 2
    house.at(RECEIVED + 41 * DAY)
    run_dag("collect_sample_guide")
    assert not left_of(), "destroyed stays destroyed across a re-import"
    assert run_dag("seal_evidence").state == "success"


def test_a_stalled_notice_warns_at_four_fifths_is_missed_at_its_end_and_nothing_stays_pending(
    house: House, mailbox: Mailbox
) -> None:
    house.has_source(refresh="manual")
    house.gets(ROWS)
    house.at(RECEIVED)
    run_dag("collect_sample_guide")
    run_dag("notify_subjects")
    house.patch.setenv("AMANAH_SMTP_URL", "smtp://127.0.0.1:9")
    watched = {}
    for day in NIGHTS:
        house.at(RECEIVED + day * DAY + timedelta(hours=1))
        watched[day] = run_dag("watch_promises").state
    failed = [day for day, state in watched.items() if state == "failed"]
    assert failed == [30], "a missed clock fails the watch once"
    alerts = ask("select level, min(raised_at) as at, count(*) as n from duties.alert group by level order by level")
    assert [(row.level, (row.at - RECEIVED).days, row.n) for row in alerts] == [
        ("missed", 30, 2),
        ("unsent", 7, 2),
        ("warning", 24, 2),
    ]
    run_dag("notify_subjects")
    assert not left_of(), "what can no longer be told in time is destroyed"
    assert {row[0] for row in ask("select state from duties.duty")} == {"missed"}, "late is not kept"
    assert not mailbox.mails


def test_with_fewer_than_fourteen_days_left_a_person_is_not_told_any_more_but_destroyed(
    house: House, mailbox: Mailbox
) -> None:
    house.has_source(refresh="manual")
    house.gets(ROWS)
    house.at(RECEIVED)
    run_dag("collect_sample_guide")
    house.at(RECEIVED + 16 * DAY + timedelta(minutes=1))
    run_dag("notify_subjects")
    run_dag("relay_outbox")
    assert not mailbox.mails
    assert outcomes() == {"too_late_to_answer": "destroyed", "unreachable": "destroyed"}
