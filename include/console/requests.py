"""Requests of people's rights: which wait and until when, what each waits for; what was written only on request."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Connection

from include.console import request_deeds
from include.console.counting import MANY
from include.console.forms import sealed
from include.console.offices import Looking, Reading
from include.console.request_page import STEPS, page_of_request
from include.console.settings import Settings
from include.console.showing import Pages, language_of
from include.duties.reading import read_request
from include.duties.requests.actions import name_of_right
from include.duties.rights.actions import standing_of
from include.duties.rights.rules import OFFICER, awaits
from include.errors import NeverRetry
from include.law import now
from include.store import Role, begin

__all__ = ["HERE", "routes"]

HERE = "/requests"
PAGE = 50
LONG_AGO, LATER = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
FIRST, LAST = UUID(int=0), UUID(int=(1 << 128) - 1)
Place = Annotated[str | None, Query(pattern=r"^(open|closed)\.\d{1,18}\.[0-9a-f-]{36}$")]
"""Behind which request a list goes on: the instant it is ordered by, in microseconds, and its id."""
Reference = Annotated[str | None, Query(pattern=r"^\s*[0-9A-Fa-f]{8}\s*$")]


def routes(pages: Pages, settings: Settings) -> APIRouter:
    """Give the routes of requests. `settings` says where carriers and other systems are reached."""
    router = APIRouter(prefix=HERE, default_response_class=HTMLResponse)

    @router.get("")
    def requests(request: Request, _who: Looking, after: Place = None, reference: Reference = None) -> Response:
        """List what is open, the one whose clock ends first at the head, then what is closed, the latest first."""
        with begin(Role.CONSOLE) as connection:
            if reference is not None:
                found = STEPS.rows(connection, "named", {"reference": reference.strip().upper()})
                way = f"{HERE}/{found[0].id}" if found else None
                return pages.back_to(request, way) if way else pages.told(request, "no_request", 404, back=HERE)
            counts = STEPS.rows(connection, "count", {"many": MANY + 1, "officer": [*OFFICER]})[0]
            listed = _listed(connection, after, language_of(request))
        return pages.show(request, "requests", counts=counts, many=MANY, at=now(), first=after is None, **listed)

    @router.get("/{id}")
    def one(
        request: Request, _who: Looking, id: UUID, said: Annotated[request_deeds.Done | None, Query()] = None
    ) -> HTMLResponse:
        """Show one request: codes, clocks and what it waits for, and no word that anybody wrote."""
        return page_of_request(pages, request, id, said=said)

    @router.post("/{id}/read", dependencies=[Depends(sealed)])
    def read(request: Request, who: Reading, id: UUID) -> HTMLResponse:
        """Show what was written and proposed too, and record who read it."""
        try:
            written = read_request(id, by=who.login, at=now())
        except NeverRetry:
            return pages.told(request, "no_request", 404, back=HERE)
        return page_of_request(pages, request, id, written=written)

    request_deeds.add_to(router, pages, settings)
    return router


def _listed(connection: Connection, after: str | None, language: str) -> dict[str, Any]:
    """Give one page: open requests, and where these end within it, closed ones."""
    kind, at, id = _read(after)
    waiting = list[Any]()
    if kind == "open":
        waiting = STEPS.rows(connection, "open", {"at": at, "id": id, "limit": PAGE + 1})
        at, id = LATER, LAST
    room = PAGE - len(waiting)
    ended = STEPS.rows(connection, "closed", {"at": at, "id": id, "limit": room + 1}) if room > 0 else []
    told = [(row, name_of_right(row.right, language), awaits(standing_of(row))) for row in waiting[:PAGE]]
    past = [(row, name_of_right(row.right, language)) for row in ended[: max(room, 0)]]
    return {"waiting": told, "past": past, "more": _more(waiting, ended, room)}


def _more(waiting: list[Any], ended: list[Any], room: int) -> str | None:
    """Name the place behind which the next page begins; None where nothing follows."""
    if len(waiting) > PAGE:
        return _place("open", waiting[PAGE - 1].due_at, waiting[PAGE - 1].id)
    if len(ended) > room > 0:
        return _place("closed", ended[room - 1].closed_at, ended[room - 1].id)
    # The open ones fill the page to its end: the closed ones begin on the next.
    return _place("closed", LATER, LAST) if room == 0 else None


def _place(kind: str, at: datetime, id: UUID) -> str:
    return f"{kind}.{(at - LONG_AGO) // timedelta(microseconds=1)}.{id}"


def _read(place: str | None) -> tuple[str, datetime, UUID]:
    kind, micros, id = (place or f"open.0.{FIRST}").split(".")
    at = LONG_AGO + timedelta(microseconds=min(int(micros), (LATER - LONG_AGO) // timedelta(microseconds=1)))
    return kind, at, UUID(id)
