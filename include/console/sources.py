"""Sources: what we take from whom, on which basis and until when, what each delivery brought, and its classes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, HTTPException, Path, Query, Request
from fastapi.responses import HTMLResponse

from include.console.charts import Chart, Column, chart, share
from include.console.offices import Looking
from include.console.promises import State
from include.console.showing import Pages, language_of, number_in, short_day, written
from include.duties.notice.calendar import HOME
from include.law import edition_for, now
from include.store import Role, begin
from include.store.sql import Steps

__all__ = ["CLASSES", "basis_state", "routes"]

STEPS = Steps("include.console", "sources.sql")
PAGE = 20
MANY_SOURCES = 100
DRAWN = 30
"""So many deliveries are in the chart of a source."""
CLASSES = ("business", "personal", "undetermined")
LATER, LAST = datetime(9999, 1, 1, tzinfo=UTC), UUID(int=(1 << 128) - 1)
AHEAD = timedelta(days=30)
"""A basis that ends within it is to be renewed (house)."""
Key = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{1,47}$")]


def routes(pages: Pages) -> APIRouter:
    """Give the routes of the sources."""
    router = APIRouter(prefix="/sources", default_response_class=HTMLResponse)

    @router.get("")
    def sources(
        request: Request, _who: Looking, after: Annotated[str, Query(pattern=r"^[a-z0-9_]{0,48}$")] = "",
    ) -> HTMLResponse:  # fmt: skip
        """List every source with its basis, its last delivery, and the classes of what that brought."""
        with begin(Role.CONSOLE) as connection:
            rows = STEPS.rows(connection, "sources", {"after": after, "limit": MANY_SOURCES + 1})
        shown = [_told(row, language_of(request)) for row in rows[:MANY_SOURCES]]
        more = rows[MANY_SOURCES - 1].key if len(rows) > MANY_SOURCES else None
        return pages.show(request, "sources", sources=shown, more=more, classes=CLASSES, first=not after)

    @router.get("/{key}")
    def source(
        request: Request, _who: Looking, key: Key, before: Annotated[UUID | None, Query()] = None
    ) -> HTMLResponse:
        """Show one source: its contract, its deliveries, and the classes of each."""
        with begin(Role.CONSOLE) as connection:
            found = STEPS.rows(connection, "source", {"key": key})
            if not found:
                raise HTTPException(404)
            placed = STEPS.rows(connection, "received_at", {"id": before, "key": key}) if before else []
            place = {"received_at": placed[0].received_at if placed else LATER, "id": before if placed else LAST}
            rows = STEPS.rows(connection, "deliveries", {"key": key, "limit": PAGE + 1} | place)
            classes = STEPS.rows(connection, "classes", {"key": key, "limit": DRAWN})
        return pages.show(
            request, "source", source=found[0], title=_title(found[0].contract["title"], language_of(request)),
            basis=basis_state(found[0].basis_expires, _today()), deliveries=rows[:PAGE],
            more=rows[PAGE - 1].id if len(rows) > PAGE else None, first=not placed,
            drawn=_drawn(classes, pages.words(request)["classes"], language_of(request)),
        )  # fmt: skip

    return router


def basis_state(expires: date | None, today: date) -> State:
    """Say how a basis stands on a day: it holds on its last one too (SRC-03)."""
    if expires is None or expires > today + AHEAD:
        return State.KEPT
    return State.NEEDED if expires >= today else State.BROKEN


def _today() -> date:
    return now().astimezone(edition_for(HOME, now()).zone).date()


def _told(row: Any, language: str) -> dict[str, Any]:
    points = (row.counts or {}).get("contact_points", {})
    counts = [(name, int(points.get(name, 0))) for name in CLASSES]
    return {
        "row": row,
        "title": _title(row.title, language),
        "basis": basis_state(row.basis_expires, _today()),
        "counts": counts if row.counts else None,
        "bar": share(counts, from_the_right=language == "ar"),
    }


def _title(title: Mapping[str, str], language: str) -> str:
    return title[language]


def _drawn(rows: list[Any], names: Mapping[str, str], language: str) -> Chart | None:
    """Draw the classes of the deliveries, the earliest first."""
    zone = edition_for(HOME, now()).zone
    columns = [
        Column(
            short_day(row.received_at.astimezone(zone).date(), language),
            written(row.received_at, language),
            tuple(int(row.points.get(name, 0)) for name in CLASSES),
        )
        for row in reversed(rows)
        if row.points
    ]
    parts = [(name, names[name]) for name in CLASSES]
    return chart(columns, parts, number=number_in(language), from_the_right=language == "ar")
