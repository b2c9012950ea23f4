"""Take over what people said in other systems, as the API brings it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from include.api.model import GivenConsent, contact_of
from include.duties.consent.elsewhere import Elsewhere, said_elsewhere
from include.duties.marketing import PURPOSES
from include.evidence import learn
from include.law import Controller

__all__ = ["knows_purpose", "say"]


def knows_purpose(connection: Connection, purpose: str, controller: Controller) -> bool:
    """Say whether a purpose is one of ours, the gate's, the profile's or a source's, and let evidence know it then."""
    known = purpose in PURPOSES or purpose in controller.purposes
    if known := known or bool(connection.execute(OF_A_SOURCE, {"purpose": purpose}).scalar_one()):
        learn(connection, purpose)
    return known


def say(connection: Connection, given: GivenConsent, system: str, at: datetime) -> None:
    """Write down what somebody said elsewhere at `at` (UTC), with the hash of its proof and the key that brought it."""
    said = Elsewhere(
        contact=contact_of(given.contact),
        action=given.action,
        purpose=None if given.action == "delete" else given.purpose,
        channel=given.channel,
        proof=bytes.fromhex(given.proof),
        text_version=given.text_version,
        language=given.language,
        means="api",
        system=system,
    )
    said_elsewhere(connection, said, at)


OF_A_SOURCE = text("select exists (select from register.source where :purpose = any(purposes))")
