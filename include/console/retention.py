"""Retention: plans that wait and their decision by hash, what became of others, legal holds, and the standstill."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, Response

from include.console.counting import STEPS
from include.console.drawn import destroyed
from include.console.forms import sealed
from include.console.offices import Deciding, Looking
from include.console.showing import Pages, language_of
from include.duties.destruction.actions import allow, reject
from include.duties.holds import STOPPED_FOR, begin_standstill, end_standstill, place, release
from include.duties.notice.calendar import HOME
from include.errors import NeverRetry
from include.law import edition_for, now
from include.store import Role, begin

__all__ = ["routes"]

PAGE = 20
FIRST, LAST = UUID(int=0), UUID(int=(1 << 128) - 1)
LONG_AGO, LATER = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
Word = Annotated[str, Form(max_length=200)]
Said = Literal["allowed", "rejected", "placed", "released", "stopped", "going"]
HERE = "/retention"


def routes(pages: Pages) -> APIRouter:
    """Give the routes of retention."""
    router = APIRouter(prefix=HERE, default_response_class=HTMLResponse)

    @router.get("")
    def retention(
        request: Request,
        _who: Looking,
        said: Annotated[Said | None, Query()] = None,
        before: Annotated[UUID | None, Query()] = None,
        holds_after: Annotated[UUID | None, Query()] = None,
    ) -> HTMLResponse:
        """Show plans with their counts, holds, and whether anything is destroyed at all."""
        gone = destroyed(now(), language_of(request))
        found = _found(before, holds_after) | {"said": said, "reasons": STOPPED_FOR, "destroyed": gone}
        return pages.show(request, "retention", **found)

    def done(request: Request, act: Callable[[], object], said: Said, failed: str) -> Response:
        try:
            act()
        except NeverRetry:
            return pages.told(request, failed, 409, back=HERE)
        return pages.back_to(request, f"{HERE}?said={said}")

    @router.post("/plan/{plan}", dependencies=[Depends(sealed)])
    def settle(
        request: Request,
        who: Deciding,
        plan: UUID,
        shown: Annotated[str, Form(pattern=r"^[0-9a-f]{64}$")],
        verdict: Annotated[Literal["allow", "reject"], Form()],
    ) -> Response:
        """Allow or reject a plan as it was shown: by its hash, once, whoever answers here or in Airflow."""
        verb, said = (allow, "allowed") if verdict == "allow" else (reject, "rejected")
        act = lambda: verb(plan, shown, by="dpo", login=who.login, at=now())  # noqa: E731
        return done(request, act, said, "moved")  # type: ignore[arg-type]

    _holding(router, done)
    return router


def _holding(router: APIRouter, done: Callable[[Request, Callable[[], object], Said, str], Response]) -> None:
    @router.post("/hold", dependencies=[Depends(sealed)])
    def place_hold(
        request: Request,
        who: Deciding,
        case: Word,
        people: Annotated[str, Form(max_length=4000)] = "",
        system: Word = "",
        table: Word = "",
        since: Annotated[date | Literal[""], Form()] = "",
        until: Annotated[date | Literal[""], Form()] = "",
    ) -> Response:
        """Place a hold on people by their contacts, or on a system, a table, rows of a time."""
        contacts = tuple(filter(None, (line.strip() for line in people.splitlines())))
        act = lambda: place(  # noqa: E731
            case.strip(), by=who.login, at=now(), people=contacts, system=system.strip() or None,
            table=table.strip() or None, since=_begin_of(since), until=_end_of(until),
        )  # fmt: skip
        return done(request, act, "placed", "no_hold")

    @router.post("/hold/{hold}/release", dependencies=[Depends(sealed)])
    def release_hold(request: Request, who: Deciding, hold: UUID) -> Response:
        """End a hold: what fell due meanwhile is planned by the next night."""
        return done(request, lambda: release(hold, by=who.login, at=now()), "released", "no_such_hold")

    @router.post("/standstill/begin", dependencies=[Depends(sealed)])
    def stop(request: Request, who: Deciding, reason: Word) -> Response:
        """Stop all destruction from now on."""
        act = lambda: begin_standstill(reason=reason, by=who.login, at=now())  # noqa: E731
        return done(request, act, "stopped", "stands_already")

    @router.post("/standstill/end", dependencies=[Depends(sealed)])
    def go(request: Request, who: Deciding) -> Response:
        """Let destruction go on."""
        return done(request, lambda: end_standstill(by=who.login, at=now()), "going", "goes_already")


def _found(before: UUID | None, holds_after: UUID | None) -> dict[str, Any]:
    with begin(Role.CONSOLE) as connection:
        then = _planned_at(connection, before)
        past = STEPS.rows(connection, "past_plans", {"planned_at": then, "id": before or LAST, "limit": PAGE + 1})
        placed = _placed_at(connection, holds_after)
        held = {"placed_at": placed, "id": holds_after or FIRST, "limit": PAGE + 1}
        holds = STEPS.rows(connection, "holds", held)
        standing = STEPS.rows(connection, "standstill")
        return {
            "halted": STEPS.rows(connection, "halted"),
            "past": past[:PAGE],
            "more": past[PAGE - 1].id if len(past) > PAGE else None,
            "holds": holds[:PAGE],
            "more_holds": holds[PAGE - 1].id if len(holds) > PAGE else None,
            "standstill": standing[0] if standing else None,
        }


def _planned_at(connection: Any, plan: UUID | None) -> datetime:
    rows = STEPS.rows(connection, "planned_at", {"id": plan}) if plan else []
    return rows[0].planned_at if rows else LATER


def _placed_at(connection: Any, hold: UUID | None) -> datetime:
    rows = STEPS.rows(connection, "placed_at", {"id": hold}) if hold else []
    return rows[0].placed_at if rows else LONG_AGO


def _begin_of(day: date | str) -> datetime | None:
    """Give the first instant of a local day."""
    return datetime.combine(day, time(), edition_for(HOME, now()).zone) if isinstance(day, date) else None


def _end_of(day: date | str) -> datetime | None:
    """Give the last instant of a local day."""
    start = _begin_of(day)
    return start + timedelta(days=1) - timedelta(microseconds=1) if start else None
