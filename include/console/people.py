"""People: found by one contact, never listed; what is held of each, why, and what would go; values only on request."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Connection

from include.console.forms import sealed
from include.console.offices import Looking, Reading
from include.console.settings import Settings
from include.console.showing import Pages, language_of
from include.duties.reading import REASONS, Found, Person, PersonGone, find_person, read_person
from include.duties.requests.actions import name_of_right
from include.duties.retention.foreseeing import Foreseen, foresee_all
from include.duties.review import reason_text
from include.errors import NeverRetry
from include.law import now
from include.store import Role, begin
from include.store.sql import Steps

__all__ = ["routes"]

STEPS = Steps("include.console", "people.sql")
PAGE = 50
HERE = "/people"
Contact = Annotated[str, Form(max_length=320)]
Why = Annotated[str, Form(pattern=r"^[a-z_]{1,32}$")]
Who = Annotated[UUID, Path()]


def routes(pages: Pages, settings: Settings) -> APIRouter:
    """Give the routes about people. `settings` says where other systems are reached."""
    router = APIRouter(prefix=HERE, default_response_class=HTMLResponse)

    @router.get("")
    def door(request: Request, _who: Looking, person: Annotated[UUID | None, Query()] = None) -> Response:
        """Ask for a contact, or for an id that the ledger names; nobody is listed."""
        if person is not None:
            return pages.back_to(request, f"{HERE}/{person}")
        return pages.show(request, "people", found=None, points=[])

    @router.post("/find", dependencies=[Depends(sealed)])
    def find(request: Request, who: Reading, contact: Contact) -> Response:
        """Lead to whoever is known by a contact. The unknown, unreadable and destroyed get one and the same answer."""
        found = find_person(contact, by=who.login, at=now())
        if found.too_often:
            return pages.told(request, "too_often", 429, back=HERE)
        if not found.subject and not found.points:
            return pages.told(request, "nobody", 404, back=HERE)
        if not found.points:
            return pages.back_to(request, f"{HERE}/{found.subject}")
        return pages.show(request, "people", found=found, points=_business(found))

    @router.get("/{subject}")
    def one(
        request: Request, _who: Looking, subject: Who, after: Annotated[int, Query(ge=0, lt=1 << 63)] = 0
    ) -> HTMLResponse:
        """Show what is held of a person, without a value."""
        return _shown(pages, request, subject, after=after)

    @router.post("/{subject}/read", dependencies=[Depends(sealed)])
    def read(request: Request, who: Reading, subject: Who, reason: Why) -> HTMLResponse:
        """Show the values too, and record who read them and why."""
        known = next((why for why in REASONS if why == reason), None)
        if known is None:
            return pages.told(request, "unfit", 422, back=f"{HERE}/{subject}")
        try:
            reading = read_person(subject, why=known, by=who.login, at=now())
        except PersonGone:
            return pages.told(request, "gone", 410, back=HERE)
        return _shown(pages, request, subject, reading=reading)

    @router.post("/{subject}/would", dependencies=[Depends(sealed)])
    def would(request: Request, _who: Reading, subject: Who) -> HTMLResponse:
        """Count what would go if they asked for it now, here and in every mapped system; nothing is changed."""
        try:
            return _shown(pages, request, subject, foreseen=foresee_all(subject, now(), settings()))
        except NeverRetry:
            return pages.told(request, "maps_unfit", 409, back=f"{HERE}/{subject}")

    return router


def _business(found: Found) -> list[Any]:
    with begin(Role.CONSOLE) as connection:
        return STEPS.rows(connection, "business", {"points": list(found.points)})


def _shown(
    pages: Pages,
    request: Request,
    subject: UUID,
    *,
    after: int = 0,
    reading: Person | None = None,
    foreseen: Sequence[Foreseen] = (),
) -> HTMLResponse:
    with begin(Role.CONSOLE) as connection:
        known = STEPS.rows(connection, "person", {"subject": subject})
        if not known:
            return pages.told(request, "gone", 410, back=HERE)
        held = _held(connection, subject, after, language_of(request))
    return pages.show(
        request, "person", person=known[0], reading=reading, foreseen=foreseen, why_read=REASONS, here="people", **held
    )


def _held(connection: Connection, subject: UUID, after: int, language: str) -> dict[str, Any]:
    values = {"subject": subject, "limit": PAGE}
    points = STEPS.rows(connection, "points", values | {"after": after, "limit": PAGE + 1})
    shown = points[:PAGE]
    past = STEPS.rows(connection, "past_decisions", {"points": [row.id for row in shown]})
    earlier = {point: list(rows) for point, rows in groupby(past, key=lambda row: row.contact_point_id)}
    lists = ("own", "consents_now", "consents", "notices", "restrictions", "wishes", "plans_of", "holds_of")
    return {name: STEPS.rows(connection, name, values) for name in lists} | {
        "points": [(row, _said(row, language), [(one, _said(one, language)) for one in earlier.get(row.id, ())])
                   for row in shown],
        "more": shown[-1].id if len(points) > PAGE else None,
        "requests": [(row, name_of_right(row.right, language)) for row in STEPS.rows(connection, "requests", values)],
    }  # fmt: skip


def _said(row: Any, language: str) -> list[str]:
    return [reason_text(code)[language] for code in row.reasons]
