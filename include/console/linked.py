"""Lead from a workflow in Airflow to the page that it concerns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, Response

from include.console.offices import Looking
from include.console.showing import Pages

__all__ = ["PageOf", "nowhere", "routes"]

PageOf = Callable[[str], str | None]
"""Gives the path of the page that a workflow concerns, by the workflow's name; None for one that concerns none."""


def nowhere(_workflow: str) -> None:
    """Know of no workflow."""


def routes(pages: Pages, page_of: PageOf) -> APIRouter:
    """Give the route by which runs and tasks link to a page."""
    router = APIRouter(prefix="/about", default_response_class=HTMLResponse)

    @router.get("/{workflow}")
    def about(
        request: Request, _who: Looking, workflow: Annotated[str, Path(pattern=r"^[A-Za-z0-9_.~-]{1,250}$")]
    ) -> Response:
        """Lead to the page of a workflow."""
        page = page_of(workflow)
        return pages.back_to(request, page) if page else pages.told(request, "no_page", 404)

    return router
