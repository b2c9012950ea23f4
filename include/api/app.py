"""The application: every path but the sign of life wants a key, and no answer repeats what was sent."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from include.api.asking import ask
from include.api.breaching import told_of_breach
from include.api.consenting import knows_purpose, say
from include.api.keys import Holder, Scope, holder_of
from include.api.model import AskedUses, Confirmed, GivenBreach, GivenConsent, GivenRequest, GivenStop, contact_of
from include.duties.audience import confirm, removals_of
from include.duties.breach.model import Unfit
from include.duties.marketing import PURPOSES
from include.duties.marketing.licences import licences
from include.duties.notice.calendar import HOME
from include.duties.rights import Given, enter
from include.duties.stopping import StopAsked, stop_asked
from include.errors import MayBeRetried, place_of
from include.law import Controller, edition_for, load_controller, now
from include.law.in_force import NoSuchEdition
from include.store import Role, begin

__all__ = ["create_app"]

log = logging.getLogger("amanah.api")
SKEW = timedelta(minutes=5)
"""So far another system's clock may be from ours."""
LARGEST = 1_000_000
"""Bytes of a body."""
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
bearer = HTTPBearer(auto_error=False)


def create_app(controller: Controller | None = None) -> FastAPI:
    """Make the application for a controller, by default the one that AMANAH_CONTROLLER names."""
    app = FastAPI(title="Amanah", version="1", docs_url=None, redoc_url=None)
    app.state.controller = controller or load_controller()
    app.middleware("http")(_bounded)
    app.add_exception_handler(RequestValidationError, _unfit)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(MayBeRetried, _away)
    app.get("/healthz")(alive)
    posted: dict[str, Callable[..., Any]] = {
        "/v1/may-use": may_use, "/v1/stops": stops, "/v1/consents": consents, "/v1/breaches": breaches,
        "/v1/requests": requests,
    }  # fmt: skip
    for path, action in posted.items():
        app.post(path, responses=ANSWERS)(action)
    app.get("/v1/audiences/{audience}/removals", responses=ANSWERS)(removals)
    app.post("/v1/audiences/{audience}/removals", responses=ANSWERS)(confirmed)
    return app


def alive() -> dict[str, bool]:
    """Say that the API answers."""
    return {"alive": True}


def holder(given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> Holder:
    """Find whose key it is; without one that stands, nothing else is looked at."""
    found = None
    if given is not None:
        with begin(Role.API) as connection:
            found = holder_of(connection, given.credentials, now())
    if found is None:
        raise HTTPException(401, "key", {"WWW-Authenticate": "Bearer"})
    return found


def may(scope: Scope) -> Callable[[Holder], Holder]:
    """Let in a key that may do this, and no other."""

    def scoped(whose: Annotated[Holder, Depends(holder)]) -> Holder:
        if scope not in whose.scopes:
            raise HTTPException(403, "scope")
        return whose

    return scoped


Judges = Annotated[Holder, Depends(may("may_use"))]
Stops = Annotated[Holder, Depends(may("stops"))]
Consents = Annotated[Holder, Depends(may("consents"))]
Breaches = Annotated[Holder, Depends(may("breaches"))]
Requests = Annotated[Holder, Depends(may("requests"))]
Removes = Annotated[Holder, Depends(may("removals"))]


def may_use(asked: AskedUses, whose: Judges, request: Request) -> JSONResponse:
    """Say of each contact point whether it may be used at this moment, and what speaks against it."""
    if asked.purpose not in PURPOSES:
        raise HTTPException(422, "purpose_unknown")
    at, licensed = _moment(asked.at), licences(request.app.state.controller)
    with begin(Role.API) as connection:
        verdicts = ask(connection, whose.recipient, asked.points, asked.purpose, asked.channel, at, licensed)
    return JSONResponse({"purpose": asked.purpose, "at": at.isoformat(), "verdicts": verdicts})


def stops(given: GivenStop, whose: Stops, request: Request) -> dict[str, bool]:
    """Stop promotion to a contact at once. The answer is the same whether we hold it or not."""
    del whose
    is_mailbox, at = "@" in given.contact, _moment(given.asked_at)
    who = {"address": given.contact} if is_mailbox else {"number": given.contact}
    with begin(Role.API) as connection:
        stop_asked(connection, StopAsked(means="api", **who), request.app.state.controller, at)  # type: ignore[arg-type]
    return {"stopped": True}


def consents(given: GivenConsent, whose: Consents, request: Request) -> dict[str, bool]:
    """Take over what somebody said elsewhere, with the hash of its proof. The answer is the same for everybody."""
    if given.channel != "all" and ("@" in given.contact) != (given.channel == "email"):
        raise HTTPException(422, "contact_does_not_fit_channel")
    at = _past(given.said_at)
    with begin(Role.API) as connection:
        if given.action != "delete" and not knows_purpose(
            connection, given.purpose or "", request.app.state.controller
        ):
            raise HTTPException(422, "purpose_unknown")
        say(connection, given, whose.name, at)
    return {"recorded": True}


def breaches(given: GivenBreach, whose: Breaches) -> dict[str, Any]:
    """Note a breach at a processor: from this moment on we know of it, and the clocks run."""
    try:
        return told_of_breach(given, whose, now())
    except Unfit as error:
        raise HTTPException(422, str(error)) from None


def requests(given: GivenRequest, whose: Requests, request: Request) -> dict[str, bool]:
    """Take a request of somebody's right in; its reference comes to them. The answer is the same for everybody."""
    del whose
    at = _past(given.received_at)
    brought = Given(
        right=given.right,
        contact=contact_of(given.contact),
        reply_to=contact_of(given.reply_to) if given.reply_to else None,
        means="api",
        language=given.language,
        details=given.details,
        proof="api" if given.authenticated else None,
        capacity=given.capacity,
    )
    with begin(Role.API) as connection:
        enter(connection, brought, request.app.state.controller, at)
    return {"received": True}


def removals(audience: UUID, whose: Removes) -> dict[str, Any]:
    """Give the lists of those who have to be taken out of an audience of one's own."""
    with begin(Role.API) as connection:
        found = removals_of(connection, audience, whose.recipient)
    if found is None:
        raise HTTPException(404, "audience_unknown")
    return {"audience": audience, "removals": found}


def confirmed(audience: UUID, given: Confirmed, whose: Removes) -> dict[str, int]:
    """Confirm that everybody on these lists was taken out."""
    with begin(Role.API) as connection:
        count = confirm(connection, audience, whose.recipient, given.removals, by=whose.name, at=now())
    if count is None:
        raise HTTPException(404, "audience_unknown")
    return {"confirmed": count}


def _moment(given: datetime | None) -> datetime:
    """Take the moment that was given where it is about now: a verdict of tomorrow is nobody's to give."""
    current = now()
    if given is not None and abs(given - current) > SKEW:
        raise HTTPException(422, "clock_skew")
    return current


def _past(given: datetime | None) -> datetime:
    """Take the moment when something was said: any that a law was in force in, and none that is still to come."""
    current = now()
    if given is None:
        return current
    if given - current > SKEW:
        raise HTTPException(422, "clock_skew")
    try:
        edition_for(HOME, given)
    except (NoSuchEdition, OverflowError):
        raise HTTPException(422, "said_at") from None
    return min(given, current)


async def _bounded(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
    """Refuse a body that is too long, or does not say how long it is, before it is read."""
    length = request.headers.get("content-length", "0" if request.method == "GET" else "")
    if not length.isdigit() or int(length) > LARGEST:
        return _answer(413 if length.isdigit() else 411, "too_long" if length.isdigit() else "length_required")
    try:
        answer = await go_on(request)
    except Exception as error:  # here, so that no server prints what the error quotes
        answer = _failed(request, error)
    answer.headers.update(HEADERS)
    return answer


def _answer(status: int, error: str, **more: Any) -> JSONResponse:
    return JSONResponse({"error": error, **more}, status, HEADERS)


def _unfit(_request: Request, error: Exception) -> JSONResponse:
    """Say where a body does not fit and what kind of thing was wanted; never what stood there."""
    assert isinstance(error, RequestValidationError)
    places = [{"at": ".".join(map(str, each["loc"][:3])), "kind": each["type"]} for each in error.errors()[:20]]
    return _answer(422, "unfit", places=[each for each in places if each["kind"] != "extra_forbidden"] or "extra_field")


def _refused(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    answer = _answer(error.status_code, str(error.detail))
    answer.headers.update(error.headers or {})
    return answer


def _away(_request: Request, error: Exception) -> JSONResponse:
    log.warning("%s", error)
    return _answer(503, "away")


def _failed(_request: Request, error: Exception) -> JSONResponse:
    log.error("%s", place_of(error))
    return _answer(500, "failed")


ANSWERS: dict[int | str, dict[str, Any]] = {
    400: {"description": "The body is no JSON."},
    401: {"description": "No key, or none that stands."},
    403: {"description": "The key may not do this."},
    404: {"description": "Not known to the key's holder."},
    411: {"description": "The body does not say how long it is."},
    413: {"description": "The body is too long."},
    422: {"description": "Something in it does not fit; the answer says where."},
    503: {"description": "The database is away; try again."},
}
