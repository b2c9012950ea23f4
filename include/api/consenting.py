"""Take over what people said in other systems, as the API brings it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from include.api.model import GivenConsent
from include.duties.consent import Contact
from include.duties.consent.elsewhere import Elsewhere, said_elsewhere

__all__ = ["say"]


def say(connection: Connection, given: GivenConsent, at: datetime) -> None:
    """Write down at `at` (UTC) what somebody said elsewhere, with the hash of its proof."""
    kind: Literal["email", "phone"] = "email" if "@" in given.contact else "phone"
    said = Elsewhere(
        contact=Contact(kind, given.contact.casefold()),
        action=given.action,
        purpose=given.purpose,
        channel=given.channel,
        proof=bytes.fromhex(given.proof),
        text_version=given.text_version,
        language=given.language,
        means="api",
    )
    said_elsewhere(connection, said, at)
