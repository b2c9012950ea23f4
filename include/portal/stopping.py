"""The link that stops promotion, in every promotional mail: a page for people, one POST for their mail program.

RFC 8058: the POST needs no cookie, leads to no other page and asks nothing. The GET of RFC 2369 shows a page alone.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from include.channels.tokens import message_of
from include.duties.stopping import StopAsked, stop_asked
from include.law import now
from include.portal.showing import Language, Pages
from include.store import Role, begin

__all__ = ["routes"]


def routes(pages: Pages) -> APIRouter:
    """Give the routes of the stop."""
    router = APIRouter(default_response_class=HTMLResponse)

    @router.get("/u/{token}")
    @router.head("/u/{token}", include_in_schema=False)
    def page(token: str, lang: Annotated[Language, Query()] = "ar") -> HTMLResponse:
        """Show the one button that stops promotion."""
        if message_of("stop", token) is None:
            return pages.gone(lang)
        return pages.show("stop", lang, here=f"/u/{token}", token=token)

    @router.post("/u/{token}")
    def stop(token: str, lang: Annotated[Language, Query()] = "ar") -> HTMLResponse:
        """Stop all promotion to the address that the message went to. Doing it again changes nothing."""
        message = message_of("stop", token)
        if message is None:
            return pages.gone(lang)
        with begin(Role.PORTAL) as connection:
            known = stop_asked(connection, StopAsked(means="link", message=message), pages.controller, now())
        return pages.show("done", lang, here=f"/u/{token}", said="stopped" if known else "unknown", back="/")

    return router
