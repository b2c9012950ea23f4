"""One person's page, from the link in their letter: what we hold and where from, and every choice with the same weight.

Looking changes nothing, whoever looks: a mail scanner that follows the link has seen a page (GET, HEAD). Only a form
that this page made does anything.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from include.channels.links import hash_of
from include.duties.consent import Outcome, Said, delete_asked, grant, questions, refuse, withdraw
from include.duties.requests import RIGHTS, Asked
from include.duties.requests.actions import name_of_right
from include.duties.requests.model import Proof, Right
from include.duties.rights import confirm, take
from include.duties.rights.letters import outcome_in_words
from include.duties.stopping import stop_everywhere
from include.law import now
from include.portal.forms import STEPS, made_for, seal_for
from include.portal.showing import Language, Pages
from include.store import Role, begin

__all__ = ["Reader", "reader_of", "reply_to", "routes"]

Token = str
Way = Literal["all", "email", "phone"]
Seal = Annotated[str, Form(max_length=64)]
Choice = Literal["accept", "refuse", "delete"]
Reference = Annotated[str, Form(pattern=r"^[0-9A-F]{8}$")]
Purpose = Annotated[str, Form(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
TEXT = "portal/2"
"""The version of the words by which a consent is given here: what proves it later names them."""
PROMOTION = "promotion"
WITHOUT_NUL = r"^[^\x00]*$"
"""What the database can keep."""
SHOWN = ("organisation", "role", "activity", "company_size")
"""What of a listing is shown beside its contact points."""


class Reader:
    """Who reads the page: the person whom the link was made for."""

    def __init__(self, subject: UUID, message: UUID | None, language: str) -> None:
        self.subject, self.message, self.language = subject, message, language

    @property
    def proof(self) -> Proof:
        """By what they showed who they are: the link of a letter, or a code."""
        return "link" if self.message is not None else "code"

    def says(self, language: str, **more: Any) -> Said:
        """Make what they say here."""
        return Said(
            subject=self.subject, means="page", message=self.message, language=language, text_version=TEXT, **more
        )


def reader_of(connection: Connection, token: str) -> Reader | None:
    """Find who a link was made for; None for one that is forged, cut, expired, or of somebody who is gone."""
    known = hash_of(token)
    rows = STEPS.rows(connection, "link", {"hash": known, "at": now()}) if known else []
    for row in rows:
        if STEPS.rows(connection, "subject", {"subject": row.subject_id}):
            return Reader(row.subject_id, row.message_id, row.language)
    return None


def routes(pages: Pages) -> APIRouter:
    """Give the routes of a person's page."""
    router = APIRouter(default_response_class=HTMLResponse)

    @router.get("/p/{token}")
    @router.head("/p/{token}", include_in_schema=False)
    def page(token: Token, lang: Annotated[Language | None, Query()] = None) -> HTMLResponse:
        """Show what we hold of the reader and what they can do."""
        with begin(Role.PORTAL) as connection:
            reader = reader_of(connection, token)
            return pages.gone(lang or "ar") if reader is None else _shown(pages, connection, reader, token, lang)

    def done(
        token: str, seal: str, lang: str | None, act: Callable[[Connection, Reader, str], tuple[str, dict[str, Any]]]
    ) -> HTMLResponse:
        with begin(Role.PORTAL) as connection:
            reader = reader_of(connection, token)
            if reader is None:
                return pages.gone(lang or "ar")
            language = lang or reader.language
            if not made_for(token, seal, now()):
                return pages.show("stale", language, status=403, here=f"/p/{token}")
            said, values = act(connection, reader, language)
        return pages.show("done", language, here=f"/p/{token}", said=said, back=f"/p/{token}", **values)

    @router.post("/p/{token}/answer")
    def answer(
        token: Token, seal: Seal, choice: Annotated[Choice, Form()], purpose: Purpose, lang: Language | None = None
    ) -> HTMLResponse:
        """Take the answer to a question: accept, refuse, or have everything deleted."""

        def act(connection: Connection, reader: Reader, language: str) -> tuple[str, dict[str, Any]]:
            said = reader.says(language, purpose=None if choice == "delete" else purpose)
            asked = {question.purpose for question in questions(connection, reader.subject)}
            if choice != "delete" and purpose not in asked:
                return "unknown", {}
            outcome = {"accept": grant, "refuse": refuse, "delete": delete_asked}[choice](connection, said, now())
            if choice == "refuse" and outcome is Outcome.RECORDED and not _destroyed_now(connection, reader):
                return "refused_kept", {}
            return (choice if outcome is Outcome.RECORDED else outcome.value), {}

        return done(token, seal, lang, act)

    @router.post("/p/{token}/withdraw")
    def take_back(token: Token, seal: Seal, purpose: Purpose, lang: Language | None = None) -> HTMLResponse:
        """Withdraw a consent: one step, as it was given."""

        def act(connection: Connection, reader: Reader, language: str) -> tuple[str, dict[str, Any]]:
            outcome = withdraw(connection, reader.says(language, purpose=purpose), now())
            return ("withdrawn" if outcome is Outcome.RECORDED else outcome.value), {}

        return done(token, seal, lang, act)

    @router.post("/p/{token}/stop")
    def stop(
        token: Token, seal: Seal, way: Annotated[Way, Form()] = "all", lang: Language | None = None
    ) -> HTMLResponse:
        """Stop promotion to every address of the reader, or to their mailboxes or their numbers alone."""

        def act(connection: Connection, reader: Reader, _language: str) -> tuple[str, dict[str, Any]]:
            kinds = ("email", "phone") if way == "all" else (way,)
            stopped = stop_everywhere(
                connection, reader.subject, pages.controller, now(), means="link", confirm=True, kinds=kinds
            )
            return ("stopped" if stopped else "unknown"), {}

        return done(token, seal, lang, act)

    @router.post("/p/{token}/request")
    def request(
        token: Token,
        seal: Seal,
        right: Annotated[Right, Form()],
        details: Annotated[str, Form(max_length=4000, pattern=WITHOUT_NUL)] = "",
        lang: Language | None = None,
    ) -> HTMLResponse:
        """Receive a request of any right: stored, its clock started, acknowledged. Destruction is not put off."""

        def act(connection: Connection, reader: Reader, language: str) -> tuple[str, dict[str, Any]]:
            asked = Asked(
                right=right,
                subject=reader.subject,
                means="page",
                language=language,
                details=details,
                proof=reader.proof,
                **reply_to(connection, reader),
            )
            received = take(connection, asked, pages.controller, now())
            if right == "destroy":
                return ("already" if received.joined else "delete"), {}
            return "received", {"received": received, "right": name_of_right(right, language)}

        return done(token, seal, lang, act)

    @router.post("/p/{token}/confirm")
    def confirmed(token: Token, seal: Seal, reference: Reference, lang: Language | None = None) -> HTMLResponse:
        """Take for theirs a request that came another way: nothing was done for it until now."""

        def act(connection: Connection, reader: Reader, _language: str) -> tuple[str, dict[str, Any]]:
            known = confirm(connection, reader.subject, reference, reader.proof, now())
            return ("confirmed" if known else "unknown"), {}

        return done(token, seal, lang, act)

    return router


def _shown(pages: Pages, connection: Connection, reader: Reader, token: str, lang: str | None) -> HTMLResponse:
    language = lang or reader.language
    values = {"subject": reader.subject}
    held = STEPS.rows(connection, "held", values)
    sources = [
        {"title": (rows[0].title or {}).get(language) or key, "kind": rows[0].source_kind,
         "received_at": rows[0].received_at, "points": rows, "fields": _fields(rows)}
        for key, rows in ((key, list(group)) for key, group in groupby(held, key=lambda row: row.source_key))
    ]  # fmt: skip
    asked = questions(connection, reader.subject)
    agreed = [row.purpose for row in STEPS.rows(connection, "agreed", values)]
    return pages.show(
        "person",
        language,
        here=f"/p/{token}",
        token=token,
        seal=seal_for(token, now()),
        sources=sources,
        own=STEPS.rows(connection, "own", values),
        open=[(each, pages.purpose(each.purpose, language)) for each in asked if each.state == "asked"],
        agreed=[(purpose, pages.purpose(purpose, language)) for purpose in agreed],
        requests=[
            (row, name_of_right(row.right, language), row.outcome and outcome_in_words(row.outcome, language))
            for row in STEPS.rows(connection, "asked", values)
        ],
        rights=[(right, name_of_right(right, language)) for right in RIGHTS],
        promotion=PROMOTION if PROMOTION in pages.controller.purposes else None,
        promotion_text=pages.purpose(PROMOTION, language),
    )


def _fields(rows: list[Any]) -> list[tuple[str, str]]:
    """Give what is held beside the contact points of a person's listings: each field and text once."""
    told = {(name, str(row.fields[name])): None for row in rows for name in SHOWN if row.fields.get(name)}
    return sorted(told, key=lambda each: SHOWN.index(each[0]))


def _destroyed_now(connection: Connection, reader: Reader) -> bool:
    """Whether a destruction waits: another purpose that is agreed to or open keeps what is held for it."""
    return STEPS.one(connection, "going", {"subject": reader.subject}) > 0


def reply_to(connection: Connection, reader: Reader) -> dict[str, Any]:
    """Give where a person can be written to, as a request has it: a mailbox of theirs alone, where there is one."""
    rows = STEPS.rows(connection, "mailbox", {"subject": reader.subject})
    return {"reply_to": str(rows[0].value), "reply_shared": bool(rows[0].shared)} if rows else {}
