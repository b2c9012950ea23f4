"""In the demo somebody asks, over the API of the company's help desk, for a copy of what is held of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import text

from include.duties.consent import Contact
from include.duties.rights import Given, enter
from include.duties.rights.listing import listed
from include.law import Controller
from include.store import Role, begin

__all__ = ["ask_for_a_copy", "clocks_of_requests"]


def ask_for_a_copy(controller: Controller, at: datetime) -> str | None:
    """Bring the request of the first person who was told by mail; return its reference. None where nobody was."""
    with begin(Role.DUTIES) as connection:
        told = connection.execute(TOLD).scalar_one_or_none()
    if told is None:
        return None
    given = Given(right="copy", contact=Contact("email", str(told)), means="api", language="ar", proof="api")
    with begin(Role.API) as connection:
        return enter(connection, given, controller, at).reference


def clocks_of_requests(since: datetime) -> list[dict[str, Any]]:
    """List the requests received since an instant (UTC): references, codes and times."""
    return [each for each in listed(100, every=True) if datetime.fromisoformat(each["received_at"]) >= since]


TOLD = text("""
    select point.normalised from duties.notice join register.contact_point point on point.subject_id = notice.subject_id
     where notice.state = 'told' and point.kind = 'email' and point.normalised is not null
     order by point.id limit 1
""")
