"""What is kept how long and what is due when; certificates of destruction and restore drills, opened and verified."""

from __future__ import annotations

import json
import threading
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from include.console.counting import MANY
from include.console.forms import sealed
from include.console.offices import Looking
from include.console.rules import length, own_rules, rules_of_maps
from include.console.showing import Pages, language_of, words_of
from include.duties.backups import report
from include.duties.certificates import certificate_of, rows, verify_certificate
from include.duties.notice.calendar import HOME
from include.duties.retention import preview
from include.errors import NeverRetry
from include.law import edition_for, now
from include.store import Role, begin
from include.store.sql import Steps

__all__ = ["routes"]

STEPS = Steps("include.console", "proofs.sql")
PAGE, DAYS = 20, 14
HERE = "/retention"
LAST, LATER = UUID(int=(1 << 128) - 1), datetime(9999, 1, 1, tzinfo=UTC)
FORMS = {"json": "application/json", "sig": "text/plain"}


def routes(pages: Pages) -> APIRouter:
    """Give the routes of rules and proofs."""
    router = APIRouter(prefix=HERE, default_response_class=HTMLResponse)
    _ruling(router, pages)
    _proving(router, pages)
    return router


def _ruling(router: APIRouter, pages: Pages) -> None:
    turn = threading.Lock()

    @router.get("/rules")
    def rules(request: Request, _who: Looking) -> HTMLResponse:
        """Show every rule with its article, and whose clock ends on which of the coming days."""
        return _rules(pages, request)

    @router.post("/due", dependencies=[Depends(sealed)])
    def due(request: Request, _who: Looking, day: Annotated[date, Form()]) -> HTMLResponse:
        """Ask every mapped system what its rules make due by the end of a day; nothing is planned. One at a time."""
        zone = edition_for(HOME, now()).zone
        ends = datetime.combine(min(day, date(9998, 12, 30)), time(), zone) + timedelta(days=1)
        if not turn.acquire(blocking=False):
            return pages.told(request, "previewing", 409, back=f"{HERE}/rules")
        try:
            return _rules(pages, request, found=preview(max(ends.astimezone(UTC), now())), asked=ends)
        except NeverRetry:
            return pages.told(request, "maps_unfit", 409, back=f"{HERE}/rules")
        finally:
            turn.release()


def _proving(router: APIRouter, pages: Pages) -> None:
    @router.get("/proofs")
    def proofs(request: Request, _who: Looking, before: Annotated[UUID | None, Query()] = None) -> HTMLResponse:
        """List certificates and restore drills, the latest first."""
        with begin(Role.CONSOLE) as connection:
            place = STEPS.rows(connection, "verified_at", {"id": before}) if before else []
            then = {"verified_at": place[0].verified_at, "id": before} if place else {"verified_at": LATER, "id": LAST}
            plans = STEPS.rows(connection, "verified", then | {"limit": PAGE + 1})
            drills = [json.loads(row.payload) for row in STEPS.rows(connection, "drills", {"limit": PAGE})]
        more = plans[PAGE - 1].id if len(plans) > PAGE else None
        return pages.show(
            request, "proofs", plans=plans[:PAGE], more=more, drills=[(one, _at(one)) for one in drills],
            here="retention",
        )  # fmt: skip

    @router.get("/certificate/{plan}")
    def certificate(request: Request, _who: Looking, plan: UUID) -> HTMLResponse:
        """Open a certificate and verify its signature."""
        file = certificate_of(plan)
        if file is None:
            return pages.told(request, "no_certificate", 404, back=f"{HERE}/proofs")
        try:
            told = verify_certificate(file)
        except NeverRetry:
            told = {}
        if told.get("certificate") != str(plan):
            return pages.told(request, "not_genuine", 409, back=f"{HERE}/proofs")
        return pages.show(request, "certificate", plan=plan, rows=rows(told, language_of(request)), here="retention")

    @router.get("/certificate/{plan}/{form}", response_class=FileResponse)
    def certificate_file(_who: Looking, plan: UUID, form: Literal["json", "sig"]) -> Response:
        """Give the certificate, or its signature, as the file that it is."""
        file = certificate_of(plan)
        if file is None:
            raise HTTPException(404)
        wanted = file.with_suffix(f".{form}")
        return FileResponse(wanted, media_type=FORMS[form], filename=wanted.name)

    @router.get("/drill/{drill}")
    def drill(request: Request, _who: Looking, drill: UUID) -> HTMLResponse:
        """Open the report of a drill, and say whether it is the one that the ledger recorded."""
        found = _report(drill)
        if found is None:
            return pages.told(request, "no_report", 404, back=f"{HERE}/proofs")
        told, genuine = found
        return pages.show(
            request, "drill", drill=drill, rows=report.rows(told, language_of(request)), genuine=genuine,
            here="retention",
        )  # fmt: skip


def _rules(
    pages: Pages, request: Request, found: list[dict[str, Any]] | None = None, asked: datetime | None = None
) -> HTMLResponse:
    at, language = now(), language_of(request)
    zone = edition_for(HOME, at).zone
    today = datetime.combine(at.astimezone(zone).date(), time(), zone)
    try:
        of_maps, fit = list(rules_of_maps(at)), True
    except NeverRetry:
        of_maps, fit = [], False
    with begin(Role.CONSOLE) as connection:
        ending = STEPS.rows(connection, "ending", {"begin": today, "days": DAYS, "many": MANY + 1})
    return pages.show(
        request, "rules", of_maps=of_maps, fit=fit, own=list(own_rules(at)), today=today, many=MANY,
        length=partial(length, forms=words_of(language), language=language),
        ending=[(today + timedelta(days=row.day), row.day < 0, row.count) for row in ending if row.count], found=found,
        asked=asked - timedelta(days=1) if asked else None, here="retention",
    )  # fmt: skip


def _report(drill: UUID) -> tuple[dict[str, Any], bool] | None:
    with begin(Role.CONSOLE) as connection:
        events = [json.loads(row.payload) for row in STEPS.rows(connection, "drills", {"limit": 1000})]
    for event in events:
        if event["refs"].get("drill") == str(drill):
            return report.read_report(drill, bytes.fromhex(event["hashes"]["report"]))
    return None


def _at(event: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(event["at"])
