"""The nouns of consent: a question, what somebody says to it, and what became of that."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

__all__ = ["ALL", "Contact", "Outcome", "Question", "Said"]

ALL = "all"
"""The channel of a consent to the purpose itself, whatever way somebody is reached."""

Means = Literal["letter", "page", "reply", "api", "file", "operator", "stop"]
Provenance = Literal["directory", "direct_from_subject", "other_system"]


class Outcome(enum.StrEnum):
    """What became of something that was said."""

    RECORDED = "recorded"
    ALREADY = "already"
    """It stood so already; nothing was written."""
    CLOSED = "closed"
    """The time for an answer is over: silence was one (IR 11(1)), or the person is being destroyed as they asked."""
    UNKNOWN = "unknown"
    """Nothing is known of this person or of this question any more."""
    SUPPRESSED = "suppressed"
    """It was said before the person was destroyed, and does not bring them back."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a person was asked: one purpose, once, and how it stands."""

    purpose: str
    state: str
    """`asked`, `granted`, `refused`, `withdrawn` or `expired`."""
    asked_at: datetime
    answer_by: datetime | None
    """Until when an answer counts, UTC; None where it is no longer awaited."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A mailbox or number that a person gives for a purpose."""

    kind: Literal["email", "phone"]
    value: str = field(repr=False)
    """A bare address in small letters, or a number as E.164."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Who says something, how, and by which text: what proves a consent later (IR 11(1)(d), LAW 6.2)."""

    subject: UUID
    means: Means
    purpose: str | None = None
    """None for all purposes."""
    channels: tuple[str, ...] = (ALL,)
    provenance: Provenance = "directory"
    language: str | None = None
    text_version: str | None = None
    message: UUID | None = None
    actor: str = "subject"
    """Who acted, or the code of the system that brought it."""
    proof: bytes | None = None
    """SHA-256 of the proof that another system keeps."""
    contact: Contact | None = None
    """What the person gives to be reached at; only that may be used for marketing (Law 26)."""
