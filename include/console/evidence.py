"""Evidence: the ledger by kind and day, its events as they stand, and a verification on request."""

from __future__ import annotations

import json
import threading
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from fastapi.responses import HTMLResponse, Response

from include.console.counting import MANY, STEPS, last_of
from include.console.forms import sealed
from include.console.offices import Auditing
from include.console.showing import Pages
from include.duties.notice.calendar import HOME
from include.duties.verifying import verify_now
from include.evidence import Kind
from include.law import edition_for, now
from include.store import Role, begin

__all__ = ["routes"]

PAGE = 50
PACKS = 10
LATER = datetime(9999, 1, 1, tzinfo=UTC)
FIRST_DAY, LAST_DAY = date(1970, 1, 2), date(9998, 12, 30)
Known = Annotated[str, Path(pattern=r"^[a-z_]{1,64}$")]


def routes(pages: Pages) -> APIRouter:
    """Give the routes of the ledger."""
    router = APIRouter(prefix="/evidence", default_response_class=HTMLResponse)
    turn = threading.Lock()

    @router.get("")
    def ledger(
        request: Request,
        _who: Auditing,
        day: Annotated[date | None, Query()] = None,
        said: Annotated[Literal["whole", "broken"] | None, Query()] = None,
    ) -> HTMLResponse:
        """Count what was recorded on a day, by kind, and say when the whole was last verified."""
        zone = edition_for(HOME, now()).zone
        today = now().astimezone(zone).date()
        shown = min(max(day or today, FIRST_DAY), LAST_DAY)
        begin_of = datetime.combine(shown, time(), zone)
        with begin(Role.CONSOLE) as connection:
            bounds = {"begin": begin_of, "end": begin_of + timedelta(days=1), "many": MANY + 1}
            kinds = STEPS.rows(connection, "kinds", bounds)
            (seals,) = STEPS.rows(connection, "seals")
            verified, verified_at = last_of(connection, "ledger_verified")
            newest = {"kind": "ledger_exported", "recorded_at": LATER, "seq": 0, "limit": PACKS}
            packs = [_told(row) for row in STEPS.rows(connection, "events", newest)]
        return pages.show(
            request, "evidence", kinds=kinds, shown=begin_of, before=shown - timedelta(days=1),
            after=shown + timedelta(days=1) if shown < today else None, seals=seals, verified=verified,
            verified_at=verified_at, many=MANY, said=said, packs=packs,
        )  # fmt: skip

    @router.get("/{kind}")
    def events(
        request: Request, _who: Auditing, kind: Known, before: Annotated[int | None, Query(ge=1)] = None,
    ) -> HTMLResponse:  # fmt: skip
        """List the events of a kind, the latest first, as the ledger holds them."""
        if kind not in set(Kind):
            raise HTTPException(404)
        with begin(Role.CONSOLE) as connection:
            at = STEPS.rows(connection, "at_seq", {"seq": before}) if before else []
            place = {"recorded_at": at[0].recorded_at, "seq": before} if at else {"recorded_at": LATER, "seq": 0}
            rows = STEPS.rows(connection, "events", {"kind": kind, "limit": PAGE + 1} | place)
        more = rows[PAGE - 1].seq if len(rows) > PAGE else None
        return pages.show(request, "events", kind=kind, events=[_told(row) for row in rows[:PAGE]], more=more)

    @router.post("/verify", dependencies=[Depends(sealed)])
    def verify(request: Request, who: Auditing) -> Response:
        """Read the whole ledger now, and record that and what was found. One at a time: it reads everything."""
        if not turn.acquire(blocking=False):
            return pages.told(request, "verifying", 409, back="/evidence")
        try:
            verdict = verify_now(by=who.login, at=now())
        finally:
            turn.release()
        return pages.back_to(request, f"/evidence?said={'whole' if verdict.ok else 'broken'}")

    return router


def _told(row: Any) -> dict[str, Any]:
    """Give an event's facts by name, without what is empty."""
    payload = json.loads(row.payload)
    parts = ("codes", "counts", "refs", "times", "hashes")
    facts = [(name, value, part) for part in parts for name, value in payload[part].items()]
    return {
        "seq": row.seq,
        "at": datetime.fromisoformat(payload["at"]),
        "edition": payload["edition"],
        "facts": facts,
        "leaves": payload["leaves"]["count"],
    }
