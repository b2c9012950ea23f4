"""The application: its pages, and what every answer carries with it. It never runs inside Airflow."""

from __future__ import annotations

import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, PlainTextResponse

from include.errors import MayBeRetried, place_of
from include.law import Controller, load_controller
from include.portal import codes, correcting, package, person, stopping
from include.portal.proving import served_channels
from include.portal.showing import Pages

__all__ = ["HEADERS", "create_app"]

log = logging.getLogger("amanah.portal")

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "interest-cohort=()",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
"""No page is kept, framed, searched for or told of elsewhere; nothing is fetched from anybody else."""
LARGEST = 64 * 1024
"""Octets of what a form may send."""
REFUSED = {411: "the length of what is sent is missing", 413: "too large"}
STYLE = Path(__file__).parent / "static" / "style.css"


def create_app(controller: Controller | None = None, settings: Mapping[str, str] = os.environ) -> FastAPI:
    """Make the application for a controller, that of the settings where none is given.

    `settings` say over which channels a code can be sent. Its login to the database takes on the role of the portal,
    and no other. Raises NeverRetry where the profile can't be read.
    """
    app = FastAPI(
        title="Amanah: the pages for the people concerned", version="1", docs_url=None, redoc_url=None,
        openapi_url="/openapi.json",
    )  # fmt: skip
    pages = Pages(controller or load_controller(), served_channels(settings))
    for room in (person, codes, stopping, package, correcting):
        app.include_router(room.routes(pages))

    @app.middleware("http")
    async def guarded(request: Request, proceed: Callable[[Request], Awaitable[Response]]) -> Response:
        length = request.headers.get("content-length", "0" if request.method in ("GET", "HEAD") else "")
        if not length.isdigit() or int(length) > LARGEST:
            status = 413 if length.isdigit() else 411
            return PlainTextResponse(REFUSED[status], status_code=status, headers=HEADERS)
        try:
            response = await proceed(request)
        except MayBeRetried as error:
            log.warning("%s", error)
            response = pages.away()
        except Exception as error:
            log.error("%s", place_of(error))
            response = pages.away()
        response.headers.update(HEADERS)
        return response

    @app.get("/style.css", response_class=FileResponse)
    def style() -> FileResponse:
        """Give the one style sheet."""
        return FileResponse(STYLE, media_type="text/css")

    @app.get("/health", response_class=PlainTextResponse)
    def health() -> str:
        """Say that the application runs."""
        return "ok"

    pages.catch_errors(app)
    return app
