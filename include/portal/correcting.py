"""The form by which somebody corrects or completes single entries: each beside what is held, and a word for each."""

from __future__ import annotations

from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from include.duties.correcting import ProposalUnfit, Proposed, propose
from include.duties.correcting.model import TEXTS
from include.duties.requests import Asked
from include.duties.requests.actions import name_of_right
from include.duties.rights import take
from include.law import now
from include.portal.forms import STEPS, made_for, seal_for
from include.portal.person import Reader, Seal, reader_of, reply_to
from include.portal.showing import Language, Pages
from include.store import Role, begin

__all__ = ["routes"]

MOST = 200
"""Fields of one form."""
Text = Annotated[str, Form(max_length=300, pattern=r"^[^\x00]*$")]
ADDED = ("person", "email", "phone")
"""Contacts that can be added where a source has none of their kind."""
LTR = ("email", "phone", "website")


def routes(pages: Pages) -> APIRouter:
    """Give the routes of corrections."""
    router = APIRouter(default_response_class=HTMLResponse)

    @router.get("/p/{token}/correct")
    @router.head("/p/{token}/correct", include_in_schema=False)
    def page(token: str, lang: Annotated[Language | None, Query()] = None) -> HTMLResponse:
        """Show each entry that is held with room for what it should say."""
        with begin(Role.PORTAL) as connection:
            reader = reader_of(connection, token)
            if reader is None:
                return pages.gone(lang or "ar")
            language = lang or reader.language
            told: dict[str, Any] = {
                "token": token,
                "seal": seal_for(token, now()),
                "sources": _sources(pages, connection, reader, language),
            }
        return pages.show("correct", language, here=f"/p/{token}/correct", **told)

    @router.post("/p/{token}/correct")
    def send(
        token: str,
        seal: Seal,
        about: Annotated[list[str], Form(max_length=MOST)],
        value: Annotated[list[str], Form(max_length=MOST)],
        lang: Language | None = None,
    ) -> HTMLResponse:
        """Receive the corrections: stored field by field, their clock started, the use held back meanwhile."""
        with begin(Role.PORTAL) as connection:
            reader = reader_of(connection, token)
        if reader is None:
            return pages.gone(lang or "ar")
        language, here, back = lang or reader.language, f"/p/{token}/correct", f"/p/{token}"
        if not made_for(token, seal, now()):
            return pages.show("stale", language, status=403, here=here)
        said = [Proposed(each, text) for each, text in zip(about, value, strict=False) if text.strip()]
        try:
            received = _received(pages, reader, said, language)
        except ProposalUnfit:
            return pages.show("unfit", language, status=422, here=here)
        return pages.show(
            "done", language, here=here, said="received", back=back, received=received,
            right=name_of_right("correct", language),
        )  # fmt: skip

    return router


def _received(pages: Pages, reader: Reader, said: list[Proposed], language: str) -> Any:
    at = now()
    with begin(Role.PORTAL) as connection:
        asked = Asked(
            right="correct", subject=reader.subject, means="page", language=language,
            proof=reader.proof, **reply_to(connection, reader),
            facts="\n".join(sorted(f"{each.about} {each.value}" for each in said)),
        )  # fmt: skip
        received = take(connection, asked, pages.controller, at)
        if not received.joined:  # the same once more proposes nothing new
            propose(connection, received.request, said, at)
    return received


def _sources(pages: Pages, connection: Connection, reader: Reader, language: str) -> list[dict[str, Any]]:
    words = pages.words(language)
    held = STEPS.rows(connection, "to_correct", {"subject": reader.subject})
    found = list[dict[str, Any]]()
    for listing, group in groupby(held, key=lambda row: row.listing_id):
        rows = list(group)
        fields = [_field(f"point:{row.id}", words["points"][row.kind], row.value, ltr=row.kind in LTR) for row in rows]
        missing = [kind for kind in ADDED if kind not in {row.kind for row in rows}]
        fields += [_field(f"listing:{listing}:{k}", words["points"][k], None, ltr=k in LTR) for k in missing]
        if not rows[0].shared:  # of a listing of several people nobody knows whose role it says
            known = rows[0].fields
            fields += [
                _field(f"listing:{listing}:{name}", words["fields"][name], known.get(name), ltr=False) for name in TEXTS
            ]
        title = (rows[0].title or {}).get(language) or rows[0].source_key
        found.append({"title": title, "fields": fields})
    return found


def _field(about: str, name: str, value: str | None, *, ltr: bool) -> dict[str, Any]:
    return {"about": about, "name": name, "value": value, "ltr": ltr}
