"""Who has no link proves who they are by a code, sent to the contact that we hold; no identity document is asked for.

Whether we hold the contact shows nowhere: the answer is the same and is given before anything is looked up (Law 28).
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from include.channels.links import link_for
from include.duties.consent import Contact, Outcome, Said, grant
from include.law import now
from include.portal.forms import made_for
from include.portal.person import TEXT, WITHOUT_NUL, Purpose, Seal, reader_of
from include.portal.proving import FETCHING, SESSION, entered, network_of, read_contact, send_code, send_to_own
from include.portal.showing import Language, Pages
from include.store import Role, begin

__all__ = ["routes"]

Channels = Annotated[str, Form(pattern="^(email|sms|whatsapp)$")]
Value = Annotated[str, Form(min_length=3, max_length=254, pattern=WITHOUT_NUL)]


def routes(pages: Pages) -> APIRouter:
    """Give the routes of codes, and the page that leads to them."""
    router = APIRouter(default_response_class=HTMLResponse)

    @router.get("/")
    @router.head("/", include_in_schema=False)
    def home(lang: Annotated[Language, Query()] = "ar") -> HTMLResponse:
        """Say what these pages are for, and ask for a contact to send a code to."""
        return pages.show("home", lang, here="/")

    @router.post("/code")
    def ask(request: Request, contact: Value, lang: Annotated[Language, Query()] = "ar") -> HTMLResponse:
        """Take a contact, answer at once and alike for all, and send a code afterwards if it is one that we hold."""
        attempt = uuid4()
        pages.later(send_code, pages.controller, attempt, contact, network_of(request), lang, pages.channels)
        return pages.show("code", lang, here="/", attempt=attempt, again=False)

    @router.post("/code/{attempt}", response_model=None)
    def enter(
        request: Request,
        attempt: UUID,
        code: Annotated[str, Form(min_length=1, max_length=32)],
        lang: Annotated[Language, Query()] = "ar",
    ) -> Response:
        """Take the code: it opens the person's page for an hour, or confirms the contact that it was sent to."""
        with begin(Role.PORTAL) as connection:
            row = entered(connection, attempt, code, network_of(request))
            if row is not None and row.purpose == FETCHING:
                row = None  # that code opens a package, and nothing else
            if row is not None and row.value is None and row.subject_id is not None:
                link = link_for(
                    connection, "", uuid4(), row.subject_id, lang, at=now(), expires_at=now() + SESSION, sent=False
                )
                return RedirectResponse(f"{link}?lang={lang}", status_code=303)
            if row is not None and row.value is not None:
                return _confirmed(pages, connection, row, lang)
        return pages.show("code", lang, status=403, here="/", attempt=attempt, again=True)

    @router.post("/p/{token}/contact")
    def give(
        token: str,
        seal: Seal,
        purpose: Purpose,
        channel: Channels,
        value: Value,
        agree: Annotated[str, Form(pattern="^yes$")],
        lang: Language | None = None,
    ) -> HTMLResponse:
        """Take a contact that its owner gives for a purpose; a code sent there shows that it is theirs."""
        del agree  # a box that nobody ticked for them: without it the form is refused before this
        with begin(Role.PORTAL) as connection:
            reader = reader_of(connection, token)
        if reader is None or purpose not in pages.controller.purposes:
            return pages.gone(lang or "ar")
        language = lang or reader.language
        if not made_for(token, seal, now()):
            return pages.show("stale", language, status=403, here=f"/p/{token}")
        contact = read_contact(value, "email" if channel == "email" else "phone")
        if contact is None or channel not in pages.channels:
            return pages.show("unfit", language, status=422, here=f"/p/{token}")
        attempt = uuid4()
        pages.later(send_to_own, pages.controller, attempt, reader.subject, contact, purpose, channel, language)
        return pages.show("code", language, here="/", attempt=attempt, again=False)

    return router


def _confirmed(pages: Pages, connection: Connection, row: Any, language: str) -> HTMLResponse:
    """Write down the consent that a person gave with a contact of their own, now that it is theirs for certain."""
    said = Said(
        subject=row.subject_id,
        means="page",
        purpose=row.purpose,
        channels=(row.channel,),
        provenance="direct_from_subject",
        language=language,
        text_version=TEXT,
        contact=Contact("email" if row.channel == "email" else "phone", row.value),
    )
    outcome = grant(connection, said, now())
    told = "contact" if outcome is Outcome.RECORDED else outcome.value
    return pages.show("done", language, here="/", said=told, back="/")
