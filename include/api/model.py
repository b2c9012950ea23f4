"""What may be asked over the API. Anything more, or of another kind, is refused."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from include.duties.consent import Contact as Given
from include.duties.references import PATTERN
from include.duties.requests.model import Capacity, Right

__all__ = [
    "AT_MOST", "AskedUses", "Confirmed", "GivenBreach", "GivenConsent", "GivenRequest", "GivenStop", "contact_of",
]  # fmt: skip

AT_MOST = 10_000
"""Contact points of one request."""
Point = Annotated[int, Field(ge=1, le=2**63 - 1)]
Contact = Annotated[
    str,
    StringConstraints(
        max_length=254, pattern=r"^(\+[1-9]\d{6,14}|[^@\s<>\"\x00]{1,64}@[^@\s<>\"\x00]+\.[^@\s<>\"\x00]+)$"
    ),
]
"""A number as E.164, or a bare mailbox."""


class Body(BaseModel):
    """A request's body."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, hide_input_in_errors=True)


class AskedUses(Body):
    """May these contact points be used?"""

    purpose: Annotated[str, StringConstraints(max_length=64)]
    channel: Literal["email", "sms", "whatsapp", "phone"]
    points: Annotated[list[Point], Field(min_length=1, max_length=AT_MOST)]
    at: AwareDatetime | None = None
    """When the message is to leave: now, give or take a few minutes."""


class GivenStop(Body):
    """Somebody wants no more promotion."""

    contact: Contact = Field(repr=False)
    asked_at: AwareDatetime | None = None


class GivenConsent(Body):
    """What somebody said in another system, and the hash of the proof that is kept there."""

    contact: Contact = Field(repr=False)
    action: Literal["granted", "refused", "withdrawn", "delete"]
    purpose: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{1,62}$")] | None = None
    """What it is about; none is needed where everything is to be deleted."""
    channel: Literal["email", "sms", "whatsapp", "phone", "all"] = "all"
    """One way to be reached, or the purpose itself."""
    proof: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    """SHA-256 of the recording, form or message, in hexadecimal."""
    text_version: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_./-]{0,63}$")]
    language: Literal["ar", "en"]
    said_at: AwareDatetime | None = None
    """When it was said: now, or whenever there was a law to say it under."""


class GivenRequest(Body):
    """Somebody asks for a right of theirs in another system of the company."""

    right: Right
    contact: Contact = Field(repr=False)
    """Of the person whose data it is about; of whoever asks about another, their own."""
    authenticated: bool = False
    """Whether that system has its customer logged in, and this contact is theirs."""
    capacity: Capacity = "self"
    reply_to: Contact | None = Field(None, repr=False)
    """Of a guardian, and of nobody else: a contact of theirs, where they are answered."""
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")] = "ar"
    """Of whoever asks; who reads neither Arabic nor English is answered in both, as everybody is."""
    details: Annotated[str, StringConstraints(max_length=4000, pattern=r"^[^\x00]*$")] | None = Field(None, repr=False)
    received_at: AwareDatetime | None = None
    """When it was asked there: the clock runs from then."""

    @model_validator(mode="after")
    def _a_guardian_alone_is_answered_elsewhere(self) -> Self:
        if (self.capacity == "guardian") is (self.reply_to is None):
            raise ValueError("reply_to")
        return self


def contact_of(given: str) -> Given:
    """Take a mailbox or a number for what it is."""
    return Given("email" if "@" in given else "phone", given.casefold())


class Confirmed(Body):
    """Who was on these lists has been taken out."""

    removals: Annotated[list[UUID], Field(min_length=1, max_length=1000)]


class GivenBreach(Body):
    """A breach at a processor: codes, times and a reference; what happened is told to a person."""

    kind: Literal["disclosure", "unlawful_access", "destruction", "damage"]
    discovered_at: AwareDatetime
    """When the processor found it."""
    began_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    systems: Annotated[
        list[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]], Field(min_length=1, max_length=100)
    ]
    """Those of ours whose data it is, by the keys of their data maps."""
    evidence: Annotated[str, StringConstraints(pattern=rf"^{PATTERN}$")]
    rehearsal: bool = False
