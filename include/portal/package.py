"""Where a copy is fetched: the link of its letter, a code to a contact that we hold, and one POST that downloads it.

GET and HEAD change nothing. A link that is forged, over, of somebody who is gone, or whose package was destroyed, all
look alike. The archive is opened piece by piece while it is sent; nothing readable of it lies on a disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse
from sqlalchemy import Connection

from include.channels.tokens import message_of
from include.duties.packages.handing import handed_out, open_package, package_of
from include.law import now
from include.portal.forms import made_for, seal_for
from include.portal.person import Seal
from include.portal.proving import FETCHING, entered, network_of, send_to_known
from include.portal.showing import Language, Pages
from include.store import Role, begin

__all__ = ["routes"]

NAME = "my-data.zip"


def routes(pages: Pages) -> APIRouter:
    """Give the routes of a package."""
    router = APIRouter(default_response_class=HTMLResponse)

    def found(connection: Connection, token: str) -> Any | None:
        known = message_of("package", token)
        return package_of(connection, known, now()) if known else None

    def stale_or_gone(package: Any, token: str, seal: str, lang: str | None) -> HTMLResponse | None:
        if package is None:
            return pages.gone(lang or "ar")
        if not made_for(token, seal, now()):
            return pages.show("stale", lang or package.language, status=403, here=f"/d/{token}")
        return None

    @router.get("/d/{token}")
    @router.head("/d/{token}", include_in_schema=False)
    def page(token: str, lang: Annotated[Language | None, Query()] = None) -> HTMLResponse:
        """Say that a copy lies ready, until when, and offer the code that opens it."""
        with begin(Role.PORTAL) as connection:
            package = found(connection, token)
        if package is None:
            return pages.gone(lang or "ar")
        language = lang or package.language
        return pages.show("package", language, here=f"/d/{token}", **_told(package, token), attempt=None, again=False)

    @router.post("/d/{token}/code")
    def code(request: Request, token: str, seal: Seal, lang: Language | None = None) -> HTMLResponse:
        """Send a code to whoever the letter went to; answered before anything is sent."""
        with begin(Role.PORTAL) as connection:
            package = found(connection, token)
        if (refusal := stale_or_gone(package, token, seal, lang)) is not None:
            return refusal
        assert package is not None
        language, attempt = lang or package.language, uuid4()
        network = network_of(request)
        pages.later(send_to_known, pages.controller, attempt, package, network, language, pages.channels)
        return pages.show(
            "package", language, here=f"/d/{token}", **_told(package, token), attempt=attempt, again=False
        )

    @router.post("/d/{token}/open/{attempt}", response_model=None)
    def fetch(
        request: Request,
        token: str,
        attempt: UUID,
        seal: Seal,
        code: Annotated[str, Form(min_length=1, max_length=32)],
        lang: Language | None = None,
    ) -> Response:
        """Take the code and send the package, once for each code; each time is counted and recorded."""
        with begin(Role.PORTAL) as connection:
            package = found(connection, token)
            if (refusal := stale_or_gone(package, token, seal, lang)) is not None:
                return refusal
            assert package is not None
            row = entered(connection, attempt, code, network_of(request), opens=package.id)
            right = row is not None and row.purpose == FETCHING and row.subject_id == package.subject_id
            if right:
                parts = open_package(package.id)
                first = next(parts)  # a file that is gone or broken is told before anything is counted
                handed_out(connection, package, now())
        if right:
            return StreamingResponse(_sent(first, parts), media_type="application/zip", headers=ATTACHED)
        language = lang or package.language
        told = _told(package, token)
        return pages.show("package", language, status=403, here=f"/d/{token}", **told, attempt=attempt, again=True)

    return router


ATTACHED = {"Content-Disposition": f'attachment; filename="{NAME}"'}


def _sent(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    return chain((first,), rest)


def _told(package: Any, token: str) -> dict[str, Any]:
    return {"token": token, "seal": seal_for(token, now()), "until": package.expires_at, "reference": package.reference}
