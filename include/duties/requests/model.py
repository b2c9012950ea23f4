"""The nouns of a request: which right, whose, and how it came."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args
from uuid import UUID

from include.channels import Channel

__all__ = ["RIGHTS", "Asked", "Right"]

Right = Literal["inform", "access", "copy", "correct", "destroy", "object", "restrict", "review", "complain"]
RIGHTS: tuple[str, ...] = get_args(Right)
"""The rights of policy section 6 and Law 4, and the review of an automated decision (IR 4(5))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it came in. What a person wrote stays in the store, and no repr shows it."""

    right: Right
    subject: UUID | None
    means: Literal["page", "reply", "api", "file", "operator"]
    language: str
    details: str | None = field(default=None, repr=False)
    reply_to: str | None = field(default=None, repr=False)
    """Where the acknowledgement goes; without it there is none but what the page says."""
    channel: Channel = Channel.EMAIL
