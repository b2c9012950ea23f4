"""Consent and marketing: how consents stand by purpose and channel, who may not be used, which audiences went out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from include.console.offices import Looking
from include.console.showing import Pages
from include.store import Role, begin
from include.store.sql import Steps

__all__ = ["routes"]

STEPS = Steps("include.console", "consent.sql")
PAGE = 20
HERE = "/consent"
LAST, LATER = UUID(int=(1 << 128) - 1), datetime(9999, 1, 1, tzinfo=UTC)
ACTIONS = ("granted", "refused", "withdrawn", "expired", "asked")
After = Annotated[UUID | None, Query()]


def routes(pages: Pages) -> APIRouter:
    """Give the routes of consent and marketing."""
    router = APIRouter(prefix=HERE, default_response_class=HTMLResponse)

    @router.get("")
    def consent(request: Request, _who: Looking, before: After = None, stops_before: After = None) -> HTMLResponse:
        """Show how consents stand, stops and restrictions by count, and the latest audiences."""
        with begin(Role.CONSOLE) as connection:
            counts = STEPS.rows(connection, "tally")
            audiences = _behind(connection, "audiences", "made_at", before)
            stops = _behind(connection, "stops", "asked_at", stops_before)
        return pages.show(
            request, "consent", consents=_by_channel(counts), actions=ACTIONS,
            stop_counts=[row for row in counts if row.what == "stop"],
            restriction_counts=[row for row in counts if row.what == "restriction"],
            counted_at=counts[0].counted_at if counts else None,
            audiences=audiences[:PAGE], more=_next(audiences), stops=stops[:PAGE], more_stops=_next(stops),
        )  # fmt: skip

    @router.get("/audience/{audience}")
    def audience(request: Request, _who: Looking, audience: Annotated[UUID, Path()]) -> HTMLResponse:
        """Show one audience: to whom it was disclosed, and who was told to take whom out and confirmed it."""
        with begin(Role.CONSOLE) as connection:
            rows = STEPS.rows(connection, "audience", {"id": audience})
            if not rows:
                return pages.told(request, "gone", 410, back=HERE)
            disclosures = STEPS.rows(connection, "disclosures", {"id": audience})
            removals = STEPS.rows(connection, "removals", {"id": audience})
        return pages.show(
            request, "audience", audience=rows[0], disclosures=disclosures, removals=removals, here="consent"
        )

    return router


def _behind(connection: Connection, step: str, moment: str, place: UUID | None) -> list[Any]:
    """Give the next rows behind a place in the order of a moment, the latest first, and one more if there is one."""
    known = STEPS.rows(connection, moment, {"id": place}) if place else []
    then = known[0]._mapping[moment] if known else LATER
    return STEPS.rows(connection, step, {moment: then, "id": place if known else LAST, "limit": PAGE + 1})


def _next(rows: Sequence[Any]) -> UUID | None:
    return rows[PAGE - 1].id if len(rows) > PAGE else None


def _by_channel(counts: Sequence[Any]) -> list[tuple[str, str, dict[str, int]]]:
    """Give purpose, channel, and how many stand how."""
    found = [row for row in counts if row.what == "consent"]
    grouped = groupby(found, key=lambda row: (row.purpose, row.channel))
    return [(purpose, channel, {row.state: row.count for row in rows}) for (purpose, channel), rows in grouped]
