"""The relay: takes messages from the outbox and hands them to their carriers, one transaction each.

A message's row stays locked while its carrier is spoken with, and its proof is written in the same transaction. A relay
killed at any point lets its lock go with its connection, and the message is there again for the next one. What can't
be closed is the moment between a carrier's yes and our commit: of that, each relay process has at most one message in
doubt, which then goes out a second time under the same Message-ID (or gateway reference), so that mailboxes and
gateways can tell. A notice that may arrive twice is the lesser evil to one that may never arrive. Relays side by side
are safe: what one holds, the others skip.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Connection

from include.channels import outbox
from include.channels.carriers import SETTINGS
from include.channels.model import (
    AWAITED,
    URGENT,
    Carrier,
    CarrierAway,
    CarrierMisconfigured,
    Channel,
    OutgoingMessage,
    Refused,
    RelayReport,
    Sent,
    TryAgain,
)
from include.channels.pace import Pace
from include.channels.rules import DEFERRALS_IN_A_ROW, gives_up, retry_at
from include.channels.window import is_waived, next_sending
from include.evidence import Kind, learn, record
from include.law import edition_for
from include.store import Role, UnitsOfWork

__all__ = ["MaySend", "OnFailed", "OnSent", "relay"]

MaySend = Callable[[Connection, OutgoingMessage], str | None]
"""Asked at the moment of sending, after the message is locked: None to send, else the code of why not (promise 5)."""
OnSent = Callable[[Connection, OutgoingMessage, Sent], None]
"""Told in the transaction that records the sending."""
OnFailed = Callable[[Connection, OutgoingMessage, str], None]
"""Told in the transaction that ends a message unsent, with the code: of `MaySend`, of the carrier, or `expired`."""

LOOKS_AGAIN = 2.0
"""Seconds after which a relay looks anew at what comes next: so long something urgent waits behind what it saw."""
UNSENT = {"expired": Kind.MESSAGE_EXPIRED, "failed": Kind.MESSAGE_FAILED, "refused": Kind.USE_BLOCKED}


def relay(
    at: datetime,
    *,
    carriers: Mapping[Channel, Carrier],
    may_send: MaySend,
    on_sent: OnSent,
    on_failed: OnFailed,
    limit: int | None = None,
    rate_per_minute: float | None = None,
    on_tried: Callable[[], None] = lambda: None,
    sleep: Callable[[float], None] = time.sleep,
    watch: Callable[[], float] = time.monotonic,
) -> RelayReport:
    """Send what is due, at most `limit` messages and no faster than `rate_per_minute`, beginning at `at` (UTC).

    Outside the sending window of its jurisdiction a message waits for the next opening; after its expiry it is ended
    unsent. Raises CarrierAway (may be retried) and CarrierMisconfigured (never), each with the report, once everything
    that can go out has gone. `on_tried` is called after each message.
    """
    pace = Pace(at, rate_per_minute, sleep, watch)
    with UnitsOfWork(Role.RELAY) as work:
        run = _Run(work, carriers, may_send, on_sent, on_failed, pace)
        while run.expire_one():
            pass
        while (limit is None or run.tried < limit) and run.take_one():
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
    ) -> None:
        self.tried = 0
        self._work = work
        self._carriers = carriers
        self._may_send, self._on_sent, self._on_failed = may_send, on_sent, on_failed
        self._pace = pace
        self._counts: Counter[str] = Counter()
        self._troubles: dict[Channel, CarrierAway | CarrierMisconfigured] = {}
        self._deferrals: Counter[Channel] = Counter()
        self._ahead: list[UUID] = []
        """The messages that come next, as far as this relay has looked: a hint, and no claim to any of them."""
        self._looked: datetime | None = None
        self._late: list[UUID] = []
        """The same of those whose time is over."""
        self._known: set[str] = set()
        """Words that evidence has learned from this relay; an error that would undo it ends the relay too."""

    def expire_one(self) -> bool:
        """End one message whose time is over; say whether there was one."""
        with self._work.begin() as connection:
            moment = self._pace.moment()
            message = outbox.claim_expired(connection, moment, self._late)
            if message is not None:
                self._end_unsent(connection, message, "expired", "expired", moment)
        return message is not None

    def take_one(self) -> bool:
        """Take up one message that is due; say whether there was one."""
        self._pace.wait()
        with self._work.begin() as connection:
            moment = self._pace.moment()
            channels = self._carriers.keys() - self._troubles.keys()
            if self._looked is None or (moment - self._looked).total_seconds() >= LOOKS_AGAIN:
                self._ahead, self._looked = [], moment
            message = outbox.claim(connection, channels, moment, self._ahead)
            if message is None:
                return False
            edition = edition_for(message.jurisdiction, moment)
            at_once = is_waived() or message.kind in AWAITED | URGENT
            opens = moment if at_once else next_sending(edition.sending_window, edition.zone, moment)
            if opens > moment:
                self._counts["deferred"] += outbox.postpone(connection, message.jurisdiction, opens, moment)
            elif code := self._may_send(connection, message):
                self._end_unsent(connection, message, "refused", code, moment)
            else:
                self._carry(connection, message, moment)
        return True

    def report(self) -> RelayReport:
        """Say what became of the messages, or raise what kept some from going out."""
        report = RelayReport(**self._counts)
        with self._work.begin() as connection:
            unserved = outbox.waiting_without_carrier(connection, self._carriers.keys(), self._pace.moment())
        if unserved:
            settings = " and ".join(SETTINGS[channel] for channel in unserved)
            raise CarrierMisconfigured(
                "no_carrier", f"messages wait for a channel without carrier; set {settings}", report
            )
        for trouble in sorted(self._troubles.values(), key=lambda each: isinstance(each, CarrierAway)):
            trouble.report = report
            raise trouble
        return report

    def _carry(self, connection: Connection, message: OutgoingMessage, moment: datetime) -> None:
        self.tried += 1
        try:
            proof = self._carriers[message.channel].send(message, moment)
        except Refused as refused:
            self._end_unsent(connection, message, "failed", refused.code, moment)
        except CarrierMisconfigured as trouble:
            self._troubles[message.channel] = trouble
        except CarrierAway as trouble:
            self._troubles[message.channel] = trouble
            self._put_off(connection, message, trouble.code, moment)
        except TryAgain as deferral:
            self._defer(connection, message, deferral.code, moment)
        else:
            self._end_sent(connection, message, proof, moment)
        self._pace.sent()

    def _defer(self, connection: Connection, message: OutgoingMessage, code: str, moment: datetime) -> None:
        if gives_up(message.attempts):
            self._end_unsent(connection, message, "failed", code, moment)
            return
        self._put_off(connection, message, code, moment)
        self._deferrals[message.channel] += 1
        if self._deferrals[message.channel] >= DEFERRALS_IN_A_ROW:
            self._troubles[message.channel] = CarrierAway(code)

    def _put_off(self, connection: Connection, message: OutgoingMessage, code: str, moment: datetime) -> None:
        outbox.put_off(connection, message.id, retry_at(message.attempts, moment), code)
        self._counts["deferred"] += 1

    def _end_sent(self, connection: Connection, message: OutgoingMessage, proof: Sent, moment: datetime) -> None:
        self._deferrals[message.channel] = 0
        outbox.settle(connection, message.id, "sent", moment, proof=proof.message_id)
        self._on_sent(connection, message, proof)
        _record(connection, Kind.NOTICE_SENT, message, moment, self._known, proof=proof.message_id)
        self._counts["sent"] += 1

    def _end_unsent(
        self, connection: Connection, message: OutgoingMessage, outcome: str, code: str, moment: datetime
    ) -> None:
        """End a message that does not go out: `expired`, or `failed` where it was refused here or by the carrier."""
        state = "expired" if outcome == "expired" else "failed"
        outbox.settle(connection, message.id, state, moment, code=code, tried=outcome == "failed")
        self._on_failed(connection, message, code)
        _record(connection, UNSENT[outcome], message, moment, self._known, reason=code)
        self._counts[outcome] += 1


def _record(
    connection: Connection,
    kind: Kind,
    message: OutgoingMessage,
    moment: datetime,
    known: set[str],
    *,
    proof: str | None = None,
    **codes: str,
) -> None:
    """Put into evidence what became of a message: no recipient, no text, and the Message-ID as a hash."""
    if new := {message.kind, message.template, *codes.values()} - known:
        learn(connection, *new)
        known |= new
    record(
        connection,
        kind,
        at=moment,
        edition=edition_for(message.jurisdiction, moment).name,
        refs={"message": message.id} | ({"duty": message.duty_id} if message.duty_id else {}),
        counts={"attempts": message.attempts + 1},
        codes={
            "kind": message.kind,
            "channel": message.channel.value,
            "template": message.template,
            "language": message.language,
            **codes,
        },
        hashes={"message_id": sha256(proof.encode()).digest()} if proof else {},
        times={"sent_at": moment} if proof else {},
    )
