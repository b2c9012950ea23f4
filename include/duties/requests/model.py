"""The nouns of a request: which right, whose, and how it came."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from include.channels import Channel

__all__ = ["RIGHTS", "Asked", "Capacity", "Means", "Open", "Proof", "Received", "Right"]

Right = Literal[
    "inform", "access", "copy", "correct", "destroy", "withdraw", "object", "restrict", "review", "complain"
]
RIGHTS: tuple[str, ...] = get_args(Right)
"""The rights of policy section 6 and Law 4, and the review of an automated decision (IR 4(5))."""
Means = Literal["page", "reply", "api", "file", "operator"]
Proof = Literal["link", "code", "api", "operator"]
"""By what it is known who asks: the link in a letter, a code sent to a contact that we hold, a system that has its
customer logged in, or an operator's questions. Never by an identity document."""
Capacity = Literal["self", "guardian", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it came in. What a person wrote stays in the store, and no repr shows it."""

    right: Right
    subject: UUID | None
    """Whose data it is about; None for nobody whom we know, and for somebody else's."""
    means: Means
    language: str
    details: str | None = field(default=None, repr=False)
    facts: str | None = field(default=None, repr=False)
    """What was said in a form beside it: it is stored elsewhere, and here hashed alone, to tell the same from new."""
    reply_to: str | None = field(default=None, repr=False)
    """Where the acknowledgement goes; without it there is none but what the page says."""
    reply_shared: bool = False
    """Whether somebody else is known by it too: then nothing is acknowledged there, for the page says it."""
    channel: Channel = Channel.EMAIL
    proof: Proof | None = None
    answers: tuple[str, ...] = ()
    """What an operator found out, as codes; they prove who asks where `proof` is `operator`."""
    capacity: Capacity = "self"
    guardianship: str | None = None
    """Of a guardian: on what they act, as a code (IR 3(3), 13)."""
    asker: bytes | None = field(default=None, repr=False)
    """The keyed hash of the contact that asks, a guardian's of theirs: by it who asks is told from somebody else."""
    by: str | None = field(default=None, repr=False)
    """The login of the operator who wrote it down; evidence keeps its keyed hash."""
    destruction: UUID | None = None
    """The destruction that this request began at once."""


@dataclass(frozen=True, slots=True)
class Open:
    """A request that is not closed, as far as another may join it."""

    id: UUID
    reference: str
    due_at: datetime
    first_due_at: datetime
    """The end without any extension."""
    proven: bool
    capacity: str
    facts: bytes | None = field(default=None, repr=False)
    by_word: bool = False
    """Whether an operator's word alone proves who asked it."""
    asker: bytes | None = field(default=None, repr=False)
    """The keyed hash of the contact that asked."""


@dataclass(frozen=True, slots=True)
class Received:
    """What a person is told of their request."""

    reference: str
    due_at: datetime
    """Until when it is answered, UTC."""
    request: UUID
    joined: bool = False
    """Whether it joined one that was open: reference and day are that one's."""
