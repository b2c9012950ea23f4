"""Review: the queue of undetermined contact points; one is read on request, decided with a key, and the next comes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Connection

from include.console.counting import MANY, STEPS
from include.console.forms import sealed
from include.console.offices import Deciding, Looking, Reading
from include.console.showing import Pages, language_of
from include.duties.notice.calendar import notice_dates
from include.duties.reading import put_to_use, read_point
from include.duties.review import REASONS, decide, reason_text
from include.errors import NeverRetry
from include.intake.redeciding import AlreadyReviewed, PointGone
from include.law import now
from include.store import Role, begin

__all__ = ["routes"]

PAGE = 20
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
CODES = [(klass, code) for klass, codes in REASONS.items() for code in codes]
"""Each reason has the key of its place: 1 to 9."""
Point = Annotated[int, Path(ge=0, lt=1 << 63)]
Place = Annotated[str, Query(pattern=r"^\d{1,19}\.\d{1,19}$")]
Code = Annotated[str, Form(pattern=r"^[a-z_]{1,64}$")]


def routes(pages: Pages) -> APIRouter:
    """Give the routes of the review."""
    router = APIRouter(prefix="/review", default_response_class=HTMLResponse)

    @router.get("")
    def queue(request: Request, _who: Looking, after: Place = "0.0") -> HTMLResponse:
        """List what waits, the most urgent first. No value is shown, and none was read."""
        with begin(Role.CONSOLE) as connection:
            rows = _waiting(connection, after, PAGE + 1)
            count = STEPS.one(connection, "undetermined", {"many": MANY + 1})
        shown = [_told(row, request) for row in rows[:PAGE]]
        more = _place(rows[PAGE - 1]) if len(rows) > PAGE else None
        return pages.show(request, "review", waiting=shown, more=more, count=count, many=MANY, first=after == "0.0")

    @router.get("/{point}")
    def one(request: Request, _who: Looking, point: Point) -> HTMLResponse:
        """Show one contact point without its value."""
        return _shown(pages, request, point, None)

    @router.post("/{point}/read", dependencies=[Depends(sealed)])
    def read(request: Request, who: Reading, point: Point) -> HTMLResponse:
        """Show its value and its listing's name, and record that it was read."""
        try:
            reading = read_point(point, why="to_decide", by=who.login, at=now())
        except PointGone:
            return pages.told(request, "gone", 410, back="/review")
        return _shown(pages, request, point, reading)

    @router.post("/{point}/decide", dependencies=[Depends(sealed)])
    def settle(
        request: Request,
        who: Deciding,
        point: Point,
        reason: Code,
        klass: Annotated[Literal["business", "personal"], Form()],
        instead_of: Annotated[int | None, Form()] = None,
    ) -> Response:
        """Decide it, and lead to the next one that waits. Who comes second is told so, and changes nothing."""
        place = _place_of(point)
        try:
            decide(point, klass, reason=reason, by=who.login, at=now(), instead_of=instead_of)
        except PointGone:
            return pages.told(request, "gone", 410, back="/review")
        except AlreadyReviewed:
            return pages.told(request, "decided", 409, back=f"/review/{point}")
        except NeverRetry:
            return pages.told(request, "unfit", 422, back=f"/review/{point}")
        put_to_use(by=who.login)
        return pages.back_to(request, _next(place))

    return router


def _waiting(connection: Connection, after: str, limit: int) -> list[Any]:
    micros, _, point = after.partition(".")
    received_at = datetime.fromtimestamp(min(int(micros), 1 << 52) // 1_000_000, UTC).replace(
        microsecond=int(micros) % 1_000_000
    )
    return STEPS.rows(
        connection, "queue", {"received_at": received_at, "id": min(int(point), (1 << 63) - 1), "limit": limit}
    )


def _place(row: Any) -> str:
    """Give the place of a point in the queue, to go on behind it."""
    age = row.received_at - LONG_AGO
    return f"{(age.days * 86_400 + age.seconds) * 1_000_000 + age.microseconds}.{row.id}"


def _place_of(point: int) -> str:
    with begin(Role.CONSOLE) as connection:
        rows = STEPS.rows(connection, "point", {"point": point})
    return _place(rows[0]) if rows else "0.0"


def _next(place: str) -> str:
    """Name the page of what waits behind a place, else of what waits first, else the list."""
    with begin(Role.CONSOLE) as connection:
        rows = _waiting(connection, place, 1) or _waiting(connection, "0.0", 1)
    return f"/review/{rows[0].id}" if rows else "/review"


def _told(row: Any, request: Request) -> dict[str, Any]:
    language = language_of(request)
    return {
        "row": row,
        "decide_by": notice_dates(row.jurisdiction, row.received_at).decided_by,
        "reasons": [reason_text(code)[language] for code in row.reasons],
    }


def _shown(pages: Pages, request: Request, point: int, reading: Any) -> HTMLResponse:
    with begin(Role.CONSOLE) as connection:
        rows = STEPS.rows(connection, "point", {"point": point})
    if not rows:
        return pages.told(request, "gone", 410, back="/review")
    language, known = language_of(request), reading.known if reading else None
    return pages.show(
        request,
        "point",
        point=_told(rows[0], request),
        known=known,
        alarmed=reading.alarmed if reading else False,
        past=[(said, [reason_text(code)[language] for code in said["reasons"]]) for said in known.decisions]
        if known
        else [],
        codes=[(place, klass, code, REASONS[klass][code][language]) for place, (klass, code) in enumerate(CODES, 1)],
        next=_next(_place(rows[0])),
    )
