"""The application: its rooms, and what every answer carries. It knows no Airflow: who is signed in is told to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse
from starlette.exceptions import HTTPException

from include.console import (
    breach,
    consent,
    evidence,
    law,
    linked,
    notices,
    people,
    proofs,
    records,
    requests,
    retention,
    review,
    sources,
    today,
)
from include.console.forms import Stale
from include.console.linked import PageOf, nowhere
from include.console.offices import Right, SignedIn, known, may
from include.console.promises import Run
from include.console.settings import Settings, environment
from include.console.showing import STYLE_OF_STRANGERS, Pages
from include.errors import MayBeRetried

__all__ = ["HEADERS", "create_app"]

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": f"default-src 'none'; style-src 'self' '{STYLE_OF_STRANGERS}'; script-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "X-Robots-Tag": "noindex, nofollow",
}
"""Nothing is kept by a browser or fetched from elsewhere; only Airflow's own pages frame it."""
LARGEST = 64 * 1024
"""Octets of what a form may send."""
STATIC = Path(__file__).parent / "static"
TOLD = {403: "refused", 404: "missing", 405: "missing"}


def create_app(
    signed_in: Callable[..., SignedIn],
    runs: Callable[[], Sequence[Run]] = tuple,
    page_of: PageOf = nowhere,
    sign_in: str | None = None,
    settings: Settings = environment,
) -> FastAPI:
    """Make the application. `signed_in` is a dependency that says who asks, or raises 401; every route has it.

    `runs` gives the last run of each workflow, where somebody knows of them; `page_of` the page that a workflow
    concerns; `sign_in` is where somebody signs in; `settings` gathers where carriers and other systems are reached, for
    deeds that write or ask there.
    """
    app = FastAPI(
        title="Amanah: the operators' console", docs_url=None, redoc_url=None, openapi_url=None,
        dependencies=[known(signed_in)], default_response_class=HTMLResponse,
    )  # fmt: skip
    pages = Pages()
    app.include_router(today.routes(pages, runs))
    app.include_router(linked.routes(pages, page_of))
    for room in (sources, review, notices, consent, retention, proofs, records, evidence, law):
        app.include_router(room.routes(pages))
    for reaching in (people, requests, breach):
        app.include_router(reaching.routes(pages, settings))
    _guard(app)
    _catch(app, pages, sign_in)

    @app.get("/static/{name}", response_class=FileResponse, dependencies=[may(Right.LOOK)])
    def static(name: str) -> FileResponse:
        """Give the style sheet or the script."""
        if name not in ("console.css", "console.js"):
            raise HTTPException(404)
        return FileResponse(STATIC / name)

    return app


def _guard(app: FastAPI) -> None:
    @app.middleware("http")
    async def guarded(request: Request, proceed: Callable[[Request], Awaitable[Response]]) -> Response:
        given = request.headers.get("content-length") or "0"
        if not given.isdecimal() or int(given) > LARGEST or "chunked" in request.headers.get("transfer-encoding", ""):
            return PlainTextResponse("too large", status_code=413, headers=HEADERS)
        response = await proceed(request)
        response.headers.update(HEADERS)
        return response


def _catch(app: FastAPI, pages: Pages, sign_in: str | None) -> None:
    """Answer what is wrong with a request in a page, and never with what was sent."""

    @app.exception_handler(RequestValidationError)
    def unfit(request: Request, _error: RequestValidationError) -> HTMLResponse:
        return pages.told(request, "unfit", 422)

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> HTMLResponse:
        if error.status_code == 401:
            return pages.signed_out(request, sign_in)
        word = "stale" if isinstance(error, Stale) else TOLD.get(error.status_code, "unfit")
        return pages.told(request, word, error.status_code)

    @app.exception_handler(MayBeRetried)
    def away(request: Request, _error: MayBeRetried) -> HTMLResponse:
        return pages.told(request, "away", 503)
