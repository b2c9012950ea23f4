"""What comes back: one mail that arrived, what it is, and which of our messages it answers."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from uuid import UUID

__all__ = ["About", "Reason", "Return", "ReturnKind"]


class ReturnKind(enum.StrEnum):
    """What a mail in the mailbox of returns is."""

    HARD_BOUNCE = "hard_bounce"
    """The address leads to nobody."""
    SOFT_BOUNCE = "soft_bounce"
    """It was not delivered, for a reason that may pass or that lies elsewhere than in the address."""
    DELAYED = "delayed"
    """It is still on its way: a warning, which asks nothing of us."""
    AUTO_REPLY = "auto_reply"
    """A machine answered for a person: it was delivered."""
    COMPLAINT = "complaint"
    """A mailbox provider tells that the person called it abuse (RFC 5965)."""
    REPORT = "report"
    """Another report of machines, about authentication for example: nobody asks for anything."""
    STOP = "stop"
    """A person writes that they want no more of it."""
    REPLY = "reply"
    """A person writes something else: somebody has to read it."""
    UNREADABLE = "unreadable"
    """Nothing can be told of it: somebody has to look."""


class About(enum.StrEnum):
    """Of what a server speaks when it refuses."""

    ADDRESS = "address"
    MAILBOX = "mailbox"
    MESSAGE = "message"
    SENDER = "sender"
    ROUTE = "route"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a mail came back."""

    code: str
    """`user_unknown`, `mailbox_full`…; `unclear` where nothing is told."""
    about: About
    gone: bool = False
    """Whether the address itself leads to nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """One mail that arrived. Its repr shows no address and no word of it."""

    kind: ReturnKind
    digest: bytes
    """SHA-256 of the mail: by it a mail that is read twice is known."""
    reason: Reason | None = None
    """Of a bounce."""
    recipients: tuple[Reason, ...] = ()
    """The same for each recipient, where a report names several."""
    message_id: UUID | None = None
    """Our message that it answers, by its token or its Message-ID."""
    forged: bool = False
    """Whether it came to an address of ours whose token is none that we gave out."""
    sender: str | None = field(default=None, repr=False)
    """Whom an answer would go to: the bare address of a person's reply, and of nothing else."""
    also_for_people: bool = False
    """Whether a person wrote more than a machine can act on."""
