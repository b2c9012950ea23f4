"""A clock that ends at night is warned of at night, while what is for people waits for the morning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from breach_case import WHO, noted
from builders import ask
from journeys_house import CONTROLLER, Mailbox, mailbox

from include.channels import Channel, OutgoingMessage, enqueue, outbox
from include.duties.breach.warning import warn
from include.duties.relaying import relay_outbox
from include.duties.watch import watch
from include.store import Role, begin

__all__ = ["mailbox"]
KNOWN = datetime(2026, 3, 19, 0, 30, tzinfo=UTC)
"""Thursday, half past three in the morning in Riyadh: its hour 66 is Saturday, half past nine in the evening."""
HOUR_66, END = KNOWN + timedelta(hours=66), KNOWN + timedelta(hours=72)


@pytest.mark.parametrize("raise_by", ["deadline", "watch"])
def test_the_warning_of_hour_66_leaves_at_night_and_not_after_the_clock_has_ended(
    database: str, mailbox: Mailbox, raise_by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMANAH_CONTROLLER", str(CONTROLLER))
    breach = noted(
        KNOWN, known_at=KNOWN, discovered_at=KNOWN, began_at=KNOWN - timedelta(days=1), ended_at=None, evidence="SOC-9"
    )
    with begin(Role.DUTIES) as connection:
        acknowledged = OutgoingMessage(
            id=uuid4(), kind="request_acknowledged", channel=Channel.EMAIL, recipient="early@people.example",
            subject="s", text="t", language="en", template="t/1", jurisdiction="sa", not_before=KNOWN,
        )  # fmt: skip
        enqueue(connection, acknowledged, at=HOUR_66)
    relay_outbox(HOUR_66)
    if raise_by == "deadline":
        warn(breach, WHO, HOUR_66)
    else:
        watch(HOUR_66, WHO)
    relay_outbox(HOUR_66 + timedelta(minutes=10))
    assert WHO.dpo is not None
    assert {to for to, _ in mailbox.mails} == {WHO.dpo.email}
    assert ask("select max(sent_at) < :end from channels.message where kind = 'promise_alert'", end=END) == [(True,)]
    waiting = ask("select not_before from channels.message where kind = 'request_acknowledged'")
    assert waiting == [(datetime(2026, 3, 22, 6, 0, tzinfo=UTC),)], "what is for people waits for nine"


def test_an_alarm_that_waits_is_not_put_off_with_what_a_window_holds_back(database: str) -> None:
    breach = noted(KNOWN, known_at=KNOWN, discovered_at=KNOWN, began_at=KNOWN - timedelta(days=1), ended_at=None)
    warn(breach, WHO, HOUR_66)
    with begin(Role.DUTIES) as connection:
        written = ask("select min(not_before) from channels.message where kind = 'promise_alert'")
        outbox.postpone(connection, "sa", END, HOUR_66)
    assert ask("select min(not_before) from channels.message where kind = 'promise_alert'") == written
