"""Notices and the outbox: how many stand how, what came back, and one message with its proof and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse, Response

from include.channels.model import AWAITED, Channel
from include.console.counting import MANY
from include.console.forms import sealed
from include.console.offices import Looking, Reading
from include.console.showing import Pages
from include.duties.reading import Letter, LetterGone, Withheld, read_letter
from include.duties.specimens import Told, specimen
from include.errors import NeverRetry
from include.law import load_controller, now
from include.store import Role, begin
from include.store.sql import Steps

__all__ = ["routes"]

STEPS = Steps("include.console", "notices.sql")
PAGE = 50
MONTH = timedelta(days=30)
LATER, LAST = datetime(9999, 1, 1, tzinfo=UTC), UUID(int=(1 << 128) - 1)
STATES = ("owed", "queued", "told", "answered", "exempt", "destroyed")
HERE = "/notices"
Word = Annotated[str, Path(pattern=r"^[a-z_]{1,64}$")]


def routes(pages: Pages) -> APIRouter:
    """Give the routes of notices and of the outbox."""
    router = APIRouter(prefix=HERE, default_response_class=HTMLResponse)

    @router.get("")
    def notices(request: Request, _who: Looking, id: Annotated[UUID | None, Query()] = None) -> Response:
        """Count notices, messages and what came back; find one message by its id or by its notice's."""
        with begin(Role.CONSOLE) as connection:
            if id is not None:
                found = STEPS.rows(connection, "found", {"id": id})
                way = f"{HERE}/message/{found[0].id}" if found else f"{HERE}/message/{id}"
                return pages.back_to(request, way)
            asked = {"states": list(STATES), "channels": [channel.value for channel in Channel], "many": MANY + 1}
            counted = STEPS.rows(connection, "notices", asked)
            messages = STEPS.rows(connection, "messages", {"many": MANY + 1})
            returns = STEPS.rows(connection, "returns", {"since": now() - MONTH, "many": MANY + 1})
        return pages.show(
            request, "notices", notices=_by_state(counted), ways=_ways(counted), messages=messages, returns=returns,
            many=MANY,
        )  # fmt: skip

    @router.get("/{kind}/{channel}/{state}")
    def group(
        request: Request, _who: Looking, kind: Word, channel: Channel, state: Word,
        before: Annotated[UUID | None, Query()] = None,
    ) -> HTMLResponse:  # fmt: skip
        """List the messages of a kind, channel and state, the latest first."""
        with begin(Role.CONSOLE) as connection:
            placed = STEPS.rows(connection, "created_at", {"id": before}) if before else []
            place = {"created_at": placed[0].created_at if placed else LATER, "id": before if placed else LAST}
            asked = {"kind": kind, "channel": channel.value, "state": state, "limit": PAGE + 1}
            rows = STEPS.rows(connection, "group", asked | place)
        return pages.show(
            request, "messages", kind=kind, channel=channel.value, state=state, messages=rows[:PAGE],
            more=rows[PAGE - 1].id if len(rows) > PAGE else None,
        )  # fmt: skip

    @router.get("/message/{message}")
    def one(request: Request, _who: Looking, message: UUID) -> HTMLResponse:
        """Show one message: its way, its proof and what came back, and nothing of what it says or to whom."""
        return _shown(pages, request, message, None)

    @router.post("/message/{message}/read", dependencies=[Depends(sealed)])
    def read(request: Request, who: Reading, message: UUID) -> HTMLResponse:
        """Show what a message that waits says and to whom it goes, and record that it was read."""
        back = f"{HERE}/message/{message}"
        try:
            letter = read_letter(message, by=who.login, at=now())
        except LetterGone:
            return pages.told(request, "letter_gone", 410, back=back)
        except Withheld:
            return pages.told(request, "withheld", 403, back=back)
        return _shown(pages, request, message, letter)

    return router


def _by_state(counted: Sequence[Any]) -> dict[str, dict[str | None, int]]:
    """Give the counts of each state that has any, by channel."""
    found = {state: {row.channel: row.count for row in counted if row.state == state} for state in STATES}
    return {state: ways for state, ways in found.items() if any(ways.values())}


def _ways(counted: Sequence[Any]) -> list[str | None]:
    """Give the channels that any notice has, and None where some have none."""
    return list(dict.fromkeys(row.channel for row in counted if row.count))


def _shown(pages: Pages, request: Request, message: UUID, letter: Letter | None) -> HTMLResponse:
    with begin(Role.CONSOLE) as connection:
        rows = STEPS.rows(connection, "message", {"id": message})
        if not rows:
            return pages.told(request, "gone", 410, back=HERE)
        notices = STEPS.rows(connection, "fulfils", {"id": message})
        answers = STEPS.rows(connection, "answers", {"id": message})
        told = STEPS.rows(connection, "told", {"id": message})
    (row,) = rows
    gone = row.state != "ready" and row.kind not in AWAITED
    return pages.show(
        request, "message", message=row, letter=letter, notices=notices, answers=answers,
        proof=sha256(row.message_id.encode()).hexdigest() if row.message_id else None,
        withheld=row.kind in AWAITED, specimen=_specimen(row, told) if gone else None,
    )  # fmt: skip


def _specimen(message: Any, told: Sequence[Any]) -> str | None:
    """Write the words of a template whose message is gone; None where they are not ours to write any more."""
    known = None
    if told:
        purposes = tuple(sorted({row.purpose for row in told}))
        first = told[0]
        known = Told(purposes, first.title, first.source_kind, first.edition, first.received_at, first.due_at)
    try:
        controller = load_controller()
        short = message.channel != Channel.EMAIL
        return specimen(message.template, message.language, controller, now(), short=short, told=known)
    except NeverRetry:
        return None
