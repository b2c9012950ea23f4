"""One request as a page: what is known of it, its clocks, and what its officer may do now, by the rules themselves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from include.console.showing import Pages, language_of
from include.duties.correcting.model import CONTACTS, TEXTS
from include.duties.reading import Written
from include.duties.requests.actions import name_of_right, restriction_of
from include.duties.requests.rules import ANSWERS, GUARDIANSHIPS
from include.duties.rights.actions import seen
from include.duties.rights.grounds import grounds
from include.duties.rights.model import PACKAGES, Awaited, Standing, State, Why
from include.duties.rights.rules import (
    WAYS,
    answered_unproven_at,
    awaits,
    begun,
    may_extend,
    may_lift,
    may_move,
    may_refuse,
)
from include.law import edition_named, now
from include.store import Role, begin
from include.store.sql import Steps

__all__ = ["STEPS", "page_of_request"]

STEPS = Steps("include.console", "requests.sql")
SHOWN = 200
"""So many proposals, and contacts that one may be about, are named at once."""
EXTENDS = "unusual_effort"
"""The reason that is always open: by it is told whether an extension is allowed at all."""
REFUSES = "extraordinary_effort"
"""The ground that stands against every right, however often it was asked for."""


def page_of_request(
    pages: Pages,
    request: Request,
    id: UUID,
    *,
    status: int = 200,
    said: str | None = None,
    written: Written | None = None,
    why: Why | None = None,
    refused: str | None = None,
) -> HTMLResponse:
    """Show a request: with what was written where it was read, and with why something was not done."""
    with begin(Role.CONSOLE) as connection:
        if (about := seen(connection, id)) is None:
            return pages.told(request, "no_request", 404, back="/requests")
        found = _beside(connection, about)
    language = language_of(request)
    return pages.show(
        request, "request", status=status, here="requests", said=said, written=written, why=why, refused=refused,
        about=about, right=name_of_right(about.right, language), awaited=awaits(about), language=language,
        at=now(), **found, **_allowed(about, language), **_liftable(about, found["restriction"], language),
    )  # fmt: skip


def _beside(connection: Connection, about: Standing) -> dict[str, Any]:
    one = {"id": about.id, "limit": SHOWN}
    restriction = STEPS.rows(connection, "restriction", {"id": restriction_of(about.id)})
    asks = about.right == "correct" and not about.closed and about.subject is not None
    points = STEPS.rows(connection, "correctable", {"subject": about.subject, "limit": SHOWN}) if asks else []
    edition = edition_named(about.edition)
    return {
        "beside": STEPS.rows(connection, "beside", one)[0],
        "joined": STEPS.rows(connection, "joined", one),
        "proposals": STEPS.rows(connection, "proposals", one),
        "restriction": restriction[0] if restriction else None,
        "points": points,
        "texts": [(number, field) for number in dict.fromkeys(row.listing_id for row in points)
                  for field in (*TEXTS, *CONTACTS)],
        "unproven_at": answered_unproven_at(edition, about) if awaits(about) is Awaited.PROOF else None,
    }  # fmt: skip


def _liftable(about: Standing, restriction: Any, language: str) -> dict[str, Any]:
    """Name for which reasons what the request holds back may be used again; none where nothing is, or may not be."""
    held_back = restriction.kind if restriction is not None and restriction.ended_at is None else None
    lifts = grounds().lifts
    return {
        "lifts": {code: lifts[code].in_(language) for code in lifts if may_lift(about, code, held_back, None) is None}
    }


def _allowed(about: Standing, language: str) -> dict[str, Any]:
    """Name what the rules allow now, and of what they do not allow, why."""
    edition, said, at = edition_named(about.edition), grounds(), now()
    longer = {code: may_extend(edition, about, code, at, at).why for code in said.extensions}
    against = {code: may_refuse(edition, about, code).why for code in said.grounds}
    refusable = may_move(about.state, State.REFUSED) is None
    return {
        "reasons": {code: said.extensions[code].in_(language) for code, why in longer.items() if why is None},
        "no_extension": longer[EXTENDS],
        "refusals": {
            code: said.grounds[code].in_(language) for code, why in against.items() if refusable and why is None
        },
        "no_refusal": against[REFUSES] or Why.OUT_OF_ORDER,
        "answers": not about.closed and about.proof is not None,
        "hands_over": about.right in PACKAGES,
        "identifies": may_move(about.state, State.CHECKED) is None and about.subject is not None,
        "withdraws": may_move(about.state, State.WITHDRAWN) is None and begun(about) is None,
        "ways": WAYS,
        "proofs": [*ANSWERS],
        "guardianships": GUARDIANSHIPS,
        "grounds": {code: each.in_(language) for code, each in (said.grounds | said.extensions).items()},
    }
