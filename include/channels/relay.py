"""The relay: takes messages from the outbox and hands them to their carriers, one transaction each.

A message's row stays locked while its carrier is spoken with, and its proof is written in the same transaction. A relay
killed at any point lets its lock go with its connection, and the message is there again for the next one. What can't
be closed is the moment between a carrier's yes and our commit: of that, each relay process has at most one message in
doubt (one round, of those that go `together`), which then goes out a second time under the same Message-ID (or gateway
reference), so that mailboxes and gateways can tell. A notice that may arrive twice is the lesser evil to one that may
never arrive. Relays side by side are safe: what one holds, the others skip.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from include.channels import outbox
from include.channels.carriers import SETTINGS
from include.channels.lanes import Handed, hand_over_all
from include.channels.model import (
    UNHELD,
    Carrier,
    CarrierAway,
    CarrierMisconfigured,
    Channel,
    Laned,
    OutgoingMessage,
    Refused,
    RelayReport,
    Sent,
    TryAgain,
)
from include.channels.outcomes import OnFailed, OnSent, Outcomes
from include.channels.pace import Pace, Paced
from include.channels.together import LONGEST, Together, claim_more, how_many
from include.channels.window import is_waived, next_sending
from include.law import edition_for
from include.store import Role, UnitsOfWork

__all__ = ["MaySend", "relay"]

MaySend = Callable[[Connection, OutgoingMessage], str | None]
"""Asked at the moment of sending, after the message is locked: None to send, else the code of why not (promise 5)."""
LOOKS_AGAIN = 2.0
"""Seconds after which a relay looks anew at what comes next: so long something urgent waits behind what it saw."""


def relay(
    at: datetime,
    *,
    carriers: Mapping[Channel, Carrier],
    may_send: MaySend,
    on_sent: OnSent,
    on_failed: OnFailed,
    together: Together | None = None,
    limit: int | None = None,
    rate_per_minute: float | None = None,
    on_tried: Callable[[], None] = lambda: None,
    sleep: Callable[[float], None] = time.sleep,
    watch: Callable[[], float] = time.monotonic,
) -> RelayReport:
    """Send what is due, at most `limit` messages and no faster than `rate_per_minute`, beginning at `at` (UTC).

    Outside the sending window of its jurisdiction a message waits for the next opening, unless its kind is `UNHELD`;
    after its expiry it is ended unsent. Raises CarrierAway (may be retried) and CarrierMisconfigured (never), each with
    the report, once everything that can go out has gone. `on_tried` is called after each message. Kinds that go
    `together` are asked about and told of a round at a time.
    """
    pace = Pace(at, rate_per_minute, sleep, watch)
    with UnitsOfWork(Role.RELAY) as work:
        run = _Run(work, carriers, may_send, on_sent, on_failed, pace, together)
        while run.expire_one():
            pass
        while taken := run.take(None if limit is None else limit - run.tried):
            for _ in range(taken):
                on_tried()
        return run.report()


class _Run:
    """One relay at work."""

    def __init__(
        self,
        work: UnitsOfWork,
        carriers: Mapping[Channel, Carrier],
        may_send: MaySend,
        on_sent: OnSent,
        on_failed: OnFailed,
        pace: Pace,
        together: Together | None,
    ) -> None:
        self.tried = 0
        self._work = work
        self._carriers = carriers
        self._may_send = may_send
        self._pace = pace
        self._together = together
        self._outcomes = Outcomes(on_sent, on_failed)
        self._ahead: list[UUID] = []
        """The messages that come next, as far as this relay has looked: a hint, and no claim to any of them."""
        self._looked: datetime | None = None
        self._late: list[UUID] = []
        """The same of those whose time is over."""

    def expire_one(self) -> bool:
        """End one message whose time is over; say whether there was one."""
        with self._work.begin() as connection:
            moment = self._pace.moment()
            message = outbox.claim_expired(connection, moment, self._late)
            if message is not None:
                self._outcomes.end_unsent(connection, message, "expired", "expired", moment)
        return message is not None

    def take(self, most: int | None) -> int:
        """Take up one message that is due, or a round of those that go together, `most` of them; say how many."""
        if most is not None and most < 1:
            return 0
        self._pace.wait()
        taken = 1
        with self._work.begin() as connection:
            moment = self._pace.moment()
            channels = self._carriers.keys() - self._outcomes.troubles.keys()
            if self._looked is None or (moment - self._looked).total_seconds() >= LOOKS_AGAIN:
                self._ahead, self._looked = [], moment
            message = outbox.claim(connection, channels, moment, self._ahead)
            if message is None:
                return 0
            edition = edition_for(message.jurisdiction, moment)
            unheld = is_waived() or message.at_once or message.kind in UNHELD
            opens = moment if unheld else next_sending(edition.sending_window, edition.zone, moment)
            if opens > moment:
                self._outcomes.counts["deferred"] += outbox.postpone(connection, message.jurisdiction, opens, moment)
            elif self._together is not None and message.kind in self._together.kinds:
                taken = self._carry_round(connection, message, self._together, how_many(self._pace, most))
            elif code := self._may_send(connection, message):
                self._outcomes.end_unsent(connection, message, "refused", code, moment)
            elif proof := self._carry(connection, message, moment):
                self._outcomes.end_sent(connection, message, proof, moment)
        if self._outcomes.broken is not None:
            raise self._outcomes.broken
        return taken

    def report(self) -> RelayReport:
        """Say what became of the messages, or raise what kept some from going out."""
        report = RelayReport(**self._outcomes.counts)
        with self._work.begin() as connection:
            unserved = outbox.waiting_without_carrier(connection, self._carriers.keys(), self._pace.moment())
        if unserved:
            settings = " and ".join(SETTINGS[channel] for channel in unserved)
            raise CarrierMisconfigured(
                "no_carrier", f"messages wait for a channel without carrier; set {settings}", report
            )
        for trouble in sorted(self._outcomes.troubles.values(), key=lambda each: isinstance(each, CarrierAway)):
            trouble.report = report
            raise trouble
        return report

    def _carry_round(self, connection: Connection, first: OutgoingMessage, together: Together, most: int) -> int:
        """Hand over the message and others like it, and prove all at the end: also where something breaks it off."""
        begun = self._pace.moment()
        messages = [first, *claim_more(connection, first, begun, self._ahead, most - 1)]
        against = together.may_send(connection, messages)
        handed = self._hand_over([message for message in messages if message.id not in against], begun)
        self.tried += len(handed)
        # only now what goes into evidence: whoever writes there keeps all others waiting until the unit of work ends
        proved = [(message, sent.message_id, moment) for message, sent, moment in handed if isinstance(sent, Sent)]
        if proved:
            self._outcomes.end_all_sent(connection, together, proved)
        for message, ended, moment in handed:
            if not isinstance(ended, Sent):
                self._outcomes.note(connection, message, ended, moment)
        for message in messages:
            if code := against.get(message.id):
                self._outcomes.end_unsent(connection, message, "refused", code, begun)
        return len(messages)

    def _hand_over(self, going: Sequence[OutgoingMessage], begun: datetime) -> list[Handed]:
        """Hand a round over: over several lanes where the carrier has them, and over one where there is a rate."""
        if not going:
            return []
        carrier = self._carriers[going[0].channel]
        lanes = carrier.lanes() if isinstance(carrier, Laned) and not self._pace.pause else [Paced(carrier, self._pace)]
        return hand_over_all(
            lanes, going, self._pace.moment, lambda moment: (moment - begun).total_seconds() >= LONGEST
        )

    def _carry(self, connection: Connection, message: OutgoingMessage, moment: datetime) -> Sent | None:
        """Hand one message over; where that fails, put it off or end it."""
        self.tried += 1
        proof = None
        try:
            proof = self._carriers[message.channel].send(message, moment)
        except (Refused, CarrierMisconfigured, CarrierAway, TryAgain) as error:
            self._outcomes.note(connection, message, error, moment)
        self._pace.sent()
        return proof
