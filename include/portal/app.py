"""The application: its pages, and what every answer carries with it. It never runs inside Airflow."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, PlainTextResponse

from include.law import Controller, load_controller
from include.portal import codes, person, stopping
from include.portal.showing import Pages

__all__ = ["HEADERS", "create_app"]

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
STYLE = Path(__file__).parent / "static" / "style.css"


def create_app(controller: Controller | None = None) -> FastAPI:
    """Make the application for a controller, that of the settings where none is given.

    Its login to the database takes on the role of the portal, and no other. Raises NeverRetry where the profile can't
    be read.
    """
    app = FastAPI(
        title="Amanah: the pages for the people concerned", version="1", docs_url=None, redoc_url=None,
        openapi_url="/openapi.json",
    )  # fmt: skip
    pages = Pages(controller or load_controller())
    for room in (person, codes, stopping):
        app.include_router(room.routes(pages))

    @app.middleware("http")
    async def guarded(request: Request, proceed: Callable[[Request], Awaitable[Response]]) -> Response:
        if int(request.headers.get("content-length") or 0) > LARGEST:
            return PlainTextResponse("too large", status_code=413, headers=HEADERS)
        response = await proceed(request)
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
