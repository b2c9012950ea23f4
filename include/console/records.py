"""Records: what each register of processing holds, what it lacks and what is due; made anew from what runs now."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request
from fastapi.responses import HTMLResponse

from include.console.offices import Looking
from include.console.showing import Pages, language_of
from include.duties.records import Facts, facts_at, findings, in_words
from include.duties.records.keeping import checks
from include.duties.records.registers import all_sheets
from include.duties.records.rendering import line_in_order
from include.duties.records.words import words_in
from include.errors import NeverRetry
from include.law import now

__all__ = ["LATEST", "routes"]

HERE = "/records"
LATEST = 200
"""So many disclosures are shown; `python -m include records export` writes every one."""
Register = Annotated[str, Path(pattern=r"^[a-z_]{1,32}$")]


def routes(pages: Pages) -> APIRouter:
    """Give the routes of the registers."""
    router = APIRouter(prefix=HERE, default_response_class=HTMLResponse)

    @router.get("")
    def records(request: Request, _who: Looking) -> HTMLResponse:
        """Show every register with how much it holds and lacks, what is missing, and the checks to come."""
        facts = _facts()
        if facts is None:
            return pages.told(request, "records_unfit", 409)
        language = language_of(request)
        found, words = findings(facts), words_in(language)
        lacks = Counter(each.register for each in found)
        sheets = [sheet for sheet in all_sheets(facts, found, language) if sheet.key != "findings"]
        missing = [(words.sheets[each.register].title, each.key, in_words(each, words)) for each in found]
        coming = sorted(checks(facts), key=lambda check: (check.due, check.kind, check.key))
        return pages.show(
            request, "records", sheets=sheets, lacks=lacks, missing=missing, checks=coming, facts=facts,
            law=facts.edition.law.in_(language), latest=LATEST,
        )  # fmt: skip

    @router.get("/{register}")
    def one(request: Request, _who: Looking, register: Register) -> HTMLResponse:
        """Show one register as it stands."""
        facts = _facts()
        if facts is None:
            return pages.told(request, "records_unfit", 409)
        language = language_of(request)
        sheets = {sheet.key: sheet for sheet in all_sheets(facts, findings(facts), language)}
        if register not in sheets:
            raise HTTPException(404)
        words = words_in(language)
        return pages.show(
            request, "register", here="records", sheet=sheets[register], nothing=words.nothing_missing,
            mark=f"[{words.missing}]", latest=LATEST, in_order=line_in_order,
        )  # fmt: skip

    return router


def _facts() -> Facts | None:
    """Gather what the registers are made from; None where one of their files cannot be read."""
    try:
        return facts_at(now(), latest=LATEST)
    except NeverRetry:
        return None
