"""Today: every promise with its state, and the one thing to do next beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from include.console.counting import MANY, facts
from include.console.drawn import due
from include.console.offices import Looking
from include.console.promises import Run, State, promises
from include.console.showing import Pages, language_of
from include.law import now

__all__ = ["routes"]


def routes(pages: Pages, runs: Callable[[], Sequence[Run]]) -> APIRouter:
    """Give the route of the first page."""
    router = APIRouter(default_response_class=HTMLResponse)

    @router.get("/")
    def today(request: Request, _who: Looking) -> HTMLResponse:
        """Show how every promise stands, the worst first."""
        at = now()
        found = promises(facts(at, runs()), at)
        needing = [promise for promise in found if promise.state in (State.BROKEN, State.NEEDED)]
        clocks = due(at, language_of(request))
        return pages.show(request, "today", promises=found, needing=len(needing), many=MANY, at=at, clocks=clocks)

    return router
