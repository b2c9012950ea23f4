"""What a form proves when it comes back: that a page of ours made it for this operator and this deed, not long ago."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Form, HTTPException, Request

from include.console.offices import Operator
from include.law import now
from include.store import keyed

__all__ = ["LIVES", "Stale", "seal_for", "sealed"]

LIVES = timedelta(hours=12)
"""So long a page may lie open before its forms are sent."""
HERE = ("same-origin", "none")


class Stale(HTTPException):
    """A form that lay open too long, or that no page of ours made for this operator."""

    def __init__(self) -> None:
        super().__init__(403)


def seal_for(login: str, path: str, at: datetime) -> str:
    """Make the hidden field of a form, bound to who is signed in, to what the form does, and to the hour."""
    hour = int(at.timestamp() // 3600)
    return f"{hour}.{_proof(login, path, hour)}"


def sealed(request: Request, seal: Annotated[str, Form(max_length=64)]) -> None:
    """Let a form pass that `seal_for` made; a dependency of every route that changes or reveals anything.

    A browser's word that the form comes from elsewhere is believed too. Raises Stale.
    """
    who: Operator = request.state.operator
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    if request.headers.get("sec-fetch-site", "none") not in HERE or not _made_for(who.login, path, seal, now()):
        raise Stale


def _made_for(login: str, path: str, seal: str, at: datetime) -> bool:
    hour, _, proof = seal.partition(".")
    if not (hour.isascii() and hour.isdecimal() and len(hour) < 8):
        return False
    age = at - datetime.fromtimestamp(int(hour) * 3600, at.tzinfo)
    return hmac.compare_digest(proof.encode(), _proof(login, path, int(hour)).encode()) and timedelta(0) <= age <= LIVES


def _proof(login: str, path: str, hour: int) -> str:
    return keyed("console_form", f"{login}\0{path}\0{hour}").hex()[:40]
