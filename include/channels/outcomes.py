"""What became of the messages of one relay: sent with proof, put off, or ended unsent; and what stands in its way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from include.channels import outbox
from include.channels.model import (
    CarrierAway,
    CarrierMisconfigured,
    Channel,
    OutgoingMessage,
    Refused,
    Sent,
    TryAgain,
)
from include.channels.proving import Proved, prove, prove_sent
from include.channels.rules import DEFERRALS_IN_A_ROW, gives_up, retry_at
from include.channels.together import Together, settle_sent
from include.evidence import Kind

__all__ = ["OnFailed", "OnSent", "Outcomes"]

OnSent = Callable[[Connection, OutgoingMessage, Sent], None]
"""Told in the transaction that records the sending."""
OnFailed = Callable[[Connection, OutgoingMessage, str], None]
"""Told in the transaction that ends a message unsent, with the code: of `MaySend`, of the carrier, or `expired`."""
UNSENT = {"expired": Kind.MESSAGE_EXPIRED, "failed": Kind.MESSAGE_FAILED, "refused": Kind.USE_BLOCKED}


class Outcomes:
    """What one relay has written down so far. Each verb works inside the caller's unit of work."""

    def __init__(self, on_sent: OnSent, on_failed: OnFailed) -> None:
        self.counts: Counter[str] = Counter()
        self.troubles: dict[Channel, CarrierAway | CarrierMisconfigured] = {}
        self.broken: BaseException | None = None
        """What nobody foresaw, in the middle of a round: it is raised once those of it that went out are proved."""
        self._on_sent, self._on_failed = on_sent, on_failed
        self._deferrals: Counter[Channel] = Counter()
        self._known: set[str] = set()
        """Words that evidence has learned from this relay; an error that would undo it ends the relay too."""

    def note(self, connection: Connection, message: OutgoingMessage, error: BaseException, moment: datetime) -> None:
        """Note what kept a message from going out; what nobody foresaw is raised once the round is proved."""
        match error:
            case Refused():
                self.end_unsent(connection, message, "failed", error.code, moment)
            case CarrierMisconfigured():
                self.troubles[message.channel] = error
            case CarrierAway():
                self.troubles[message.channel] = error
                self._put_off(connection, message, error.code, moment)
            case TryAgain():
                self._defer(connection, message, error.code, moment)
            case _:
                self.broken = error

    def _defer(self, connection: Connection, message: OutgoingMessage, code: str, moment: datetime) -> None:
        if gives_up(message.attempts):
            self.end_unsent(connection, message, "failed", code, moment)
            return
        self._put_off(connection, message, code, moment)
        self._deferrals[message.channel] += 1
        if self._deferrals[message.channel] >= DEFERRALS_IN_A_ROW:
            self.troubles[message.channel] = CarrierAway(code)

    def _put_off(self, connection: Connection, message: OutgoingMessage, code: str, moment: datetime) -> None:
        outbox.put_off(connection, message.id, retry_at(message.attempts, moment), code)
        self.counts["deferred"] += 1

    def end_sent(self, connection: Connection, message: OutgoingMessage, proof: Sent, moment: datetime) -> None:
        """End a message as sent, with its proof."""
        self._deferrals[message.channel] = 0
        outbox.settle(connection, message.id, "sent", moment, proof=proof.message_id)
        self._on_sent(connection, message, proof)
        prove(connection, Kind.NOTICE_SENT, message, moment, self._known, proof=proof.message_id)
        self.counts["sent"] += 1

    def end_all_sent(self, connection: Connection, together: Together, proved: Sequence[Proved]) -> None:
        """End a round of messages as sent, each with its proof."""
        for message, _, _ in proved:
            self._deferrals[message.channel] = 0
        settle_sent(connection, [(message.id, proof, moment) for message, proof, moment in proved])
        together.on_sent(connection, [message for message, _, _ in proved])
        prove_sent(connection, proved, self._known)
        self.counts["sent"] += len(proved)

    def end_unsent(
        self, connection: Connection, message: OutgoingMessage, outcome: str, code: str, moment: datetime
    ) -> None:
        """End a message that does not go out: `expired`, or `failed` where it was refused here or by the carrier."""
        state = "expired" if outcome == "expired" else "failed"
        outbox.settle(connection, message.id, state, moment, code=code, tried=outcome == "failed")
        self._on_failed(connection, message, code)
        prove(connection, UNSENT[outcome], message, moment, self._known, reason=code)
        self.counts[outcome] += 1
