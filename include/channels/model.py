"""What leaves the house: one message to one recipient, what became of it, and what can go wrong on the way."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable
from uuid import UUID

from include.errors import MayBeRetried, NeverRetry

__all__ = [
    "AWAITED",
    "INTERNAL",
    "PROMOTIONAL",
    "UNHELD",
    "URGENT",
    "Carrier",
    "CarrierAway",
    "CarrierMisconfigured",
    "Channel",
    "Laned",
    "OutgoingMessage",
    "Refused",
    "RelayReport",
    "Sender",
    "Sent",
    "TryAgain",
]


PROMOTIONAL = frozenset({"promotion", "awareness"})
"""Kinds of message that a person may stop: advertising and awareness (Law 25, IR 28). A notice that the law asks for,
an answer, a confirmation or an alarm is none of these: it is owed, goes out once, and no link can cancel it."""


AWAITED = frozenset({"identity_code"})
"""Kinds of message that somebody asked for a moment ago and waits for: no sending window holds them back."""


URGENT = frozenset({"breach_notice"})
"""Kinds of message that the law wants without undue delay (SA: Law 20(2)): they leave before everything else that is
due, and no sending window, which is for promotion, holds them back."""


INTERNAL = frozenset({"promise_alert"})
"""Kinds of message that go to whoever works here: a clock that ends at night is warned of at night. They are few, and
leave with what is urgent."""


UNHELD = AWAITED | URGENT | INTERNAL
"""Kinds of message that no sending window holds back: it is there for the rest of the people we write to."""


class Channel(enum.StrEnum):
    """How a person can be reached."""

    EMAIL = "email"
    SMS = "sms"
    WHATSAPP = "whatsapp"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """One message to one recipient. Its repr shows no recipient and no body."""

    id: UUID
    """Chosen by whoever owes it, so that writing it twice is writing it once."""
    kind: str
    """What it is: `source_notice`, `promise_alert`…"""
    channel: Channel
    recipient: str = field(repr=False)
    """A bare e-mail address, or a phone number as E.164."""
    text: str = field(repr=False)
    html: str | None = field(default=None, repr=False)
    subject: str | None = field(default=None, repr=False)
    language: str
    """The language that comes first: it chooses the sender's display name."""
    template: str
    jurisdiction: str
    """Whose edition and time zone set the sending window."""
    not_before: datetime
    expires_at: datetime | None = None
    """From this instant on it must not go out any more."""
    duty_id: UUID | None = None
    attempts: int = 0
    at_once: bool = False
    """Whether it leaves before what is not, and no sending window holds it back: it is owed before the next opens."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a message comes from (IR 28(3)(a): never a hidden identity)."""

    address: str
    names: Mapping[str, str]
    """Display name by language."""
    reply_to: str | None = None
    """Where an answer goes: the privacy channel."""
    returns: str | None = None
    """Where mail comes back to; a token before its @ then tells which. The sender's own address where this is None."""
    portal: str | None = None
    """Base address of the pages for the people concerned, https."""

    @property
    def domain(self) -> str:
        """The sender's own domain, which its Message-IDs carry."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Sent:
    """The proof that a carrier took a message over."""

    message_id: str
    """The Message-ID, or our reference with the provider's name before it."""


@dataclass(frozen=True, slots=True)
class RelayReport:
    """What became of the messages that one relay took up."""

    sent: int = 0
    deferred: int = 0
    """Put off: the window is closed, or the carrier asked us to come back."""
    refused: int = 0
    """Not sent because the room that owes it forbade it at the last moment (suppressed, answered, destroyed)."""
    failed: int = 0
    """Refused for good by the carrier: the address does not exist."""
    expired: int = 0


class TryAgain(MayBeRetried):
    """Raise where this one message may go out later. Carries a code, never the server's words."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the message was put off by its carrier ({code})")
        self.code = code


class CarrierAway(MayBeRetried):
    """Raise where nothing goes out over this carrier for now."""

    def __init__(self, code: str, report: RelayReport | None = None) -> None:
        super().__init__(f"the carrier takes no messages now ({code}); those not sent wait in the outbox")
        self.code = code
        self.report = report


class CarrierMisconfigured(NeverRetry):
    """Raise where a person has to change a setting before anything can go out."""

    def __init__(self, code: str, advice: str, report: RelayReport | None = None) -> None:
        super().__init__(f"{advice} ({code})")
        self.code = code
        self.report = report


class Refused(NeverRetry):
    """Raise where this recipient can never be reached over this carrier. Carries a code, never the server's words."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the message was refused for good by its carrier ({code})")
        self.code = code


class Carrier(Protocol):
    """Whatever takes a message over: an SMTP server, an SMS or WhatsApp gateway."""

    def send(self, message: OutgoingMessage, at: datetime) -> Sent:
        """Hand the message over, dated `at` (UTC).

        Raises TryAgain, CarrierAway, Refused or CarrierMisconfigured, none of which names the recipient, quotes the
        server or keeps an exception that does.
        """
        ...

    def close(self) -> None:
        """Give back the connection, if one is open."""
        ...


@runtime_checkable
class Laned(Carrier, Protocol):
    """A carrier that takes several messages over at the same time."""

    def lanes(self) -> Sequence[Carrier]:
        """Give as many carriers as may be used at once, this one first. They are closed with it."""
        ...
