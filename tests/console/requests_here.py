"""Requests in every state to be looked at, and the pages that show them and the registers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from builders import ask
from journeys_house import CONTROLLER
from operators_here import NOW
from people_told import controller
from rights_asked import brings

from include.duties.correcting import Proposed, propose
from include.duties.rights import extend, refuse
from include.store import Role, begin

__all__ = ["registers_here", "request_paths", "requests_are_here"]

DAY = timedelta(days=1)
WROTE = "أرجو تصحيح بريدي، فقد تغيّر.\nPlease correct my mailbox: it has changed."


def requests_are_here(who: str) -> None:
    """Let somebody ask for things at different times, and let an officer have done some of them."""
    asked = brings("correct", who=who, at=NOW - 3 * DAY, proof="api", details=WROTE).request
    points = ask("select id, listing_id from register.contact_point where normalised = :who limit 1", who=who)
    ((point, listing),) = points
    with begin(Role.DUTIES) as connection:
        said = [Proposed(f"point:{point}", "kdzx.new@people.example"), Proposed(f"listing:{listing}:role", "مديرة")]
        propose(connection, asked, said, NOW)
    brings("access", who="nobody@people.example", at=NOW - 33 * DAY, details="?")
    later = brings("review", who=who, at=NOW - 28 * DAY, proof="api", language="ar").request
    extend(later, "unusual_effort", controller(), by="dpo", at=NOW)
    brings("object", who=who, at=NOW - DAY, proof="api")
    refused = brings("complain", who=who, at=NOW - 9 * DAY, proof="api").request
    refuse(refused, "extraordinary_effort", controller(), by="dpo", at=NOW - 2 * DAY)


def registers_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample's file of records, with what it lacks."""
    demo = CONTROLLER.parent
    monkeypatch.setenv("AMANAH_RECORDS", str(demo / "records.yml"))


def request_paths() -> dict[str, str]:
    """Give the pages of all that by name."""
    found = {row.right: f"/requests/{row.id}" for row in ask('select id, "right" from duties.request')}
    return {
        "requests": "/requests", "request": found["correct"], "request-written": found["correct"],
        "request-unproven": found["access"], "request-extended": found["review"],
        "request-refused": found["complain"], "records": "/records", "record": "/records/record",
        "processors": "/records/processors", "assessments": "/records/assessments",
        "disclosed": "/records/disclosures", "lacking": "/records/findings",
    }  # fmt: skip
