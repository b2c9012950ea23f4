"""Answer what may be answered: each request by itself, each right its own way; name what waits for an officer."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from include.channels import enqueue
from include.duties.rights.actions import (
    STEPS,
    NotAllowed,
    address_of,
    close,
    destroy_asked,
    extensions_sent,
    standing,
    tell,
    withdraw_asked,
)
from include.duties.rights.carrying import Done, carry_out
from include.duties.rights.letters import answer_letter
from include.duties.rights.model import PACKAGES, Standing, State, Why
from include.duties.rights.rules import answered_unproven_at, may_move, needs_officer
from include.errors import MayBeRetried, NeverRetry, place_of
from include.evidence import Kind
from include.law import Controller, edition_named
from include.store import Role, begin

__all__ = ["Answered", "answer_by_officer", "answer_due", "begin_due"]


@dataclass(frozen=True, slots=True)
class Answered:
    """What a run did, by counts, and what waits for an officer: ids, codes and times."""

    counts: dict[str, int]
    waiting: tuple[dict[str, Any], ...] = field(default=())
    troubles: tuple[str, ...] = field(default=())
    """Why some were not answered, each reason once: places and references, never a value."""


def begin_due(at: datetime, settings: Mapping[str, str] = os.environ) -> dict[str, int]:
    """Let the extensions hold that were told in time, and begin at `at` (UTC) what waits for nobody; return counts.

    A destruction is asked for here, and done by whoever destroys.
    """
    done = Counter[str]()
    with begin(Role.DUTIES) as connection:
        done["extended"] = extensions_sent(connection, at)
    for request in _open():
        with begin(Role.DUTIES) as connection:
            found = standing(connection, request)
            if found.state is State.CHECKED and not needs_officer(found):
                _begin(connection, found, at, settings)
                done["begun"] += 1
    return dict(done)


def answer_due(at: datetime, controller: Controller, settings: Mapping[str, str] = os.environ) -> Answered:
    """Answer at `at` (UTC) every request that is in work and done; return counts, and what waits for an officer.

    One that fails holds up no other: why is among the troubles.
    """
    done, waiting, troubles = Counter[str](), list[dict[str, Any]](), list[str]()
    for request in _open():
        with begin(Role.DUTIES) as connection:
            found = standing(connection, request)
        try:
            if found.proof is None:
                done[_answer_unproven(found, at, controller, settings)] += 1
            elif found.state is State.CHECKED and needs_officer(found):
                waiting.append(shown(found, at))
                done["waiting"] += 1
            elif found.state is State.IN_WORK:
                done[_answer(found, at, controller, settings)] += 1
        except (MayBeRetried, NeverRetry) as error:
            troubles.append(str(error))
        except Exception as error:
            troubles.append(f"request {found.reference}: {place_of(error)}")
    return Answered(dict(done), tuple(waiting), tuple(dict.fromkeys(troubles)))


def answer_by_officer(
    request: UUID,
    controller: Controller,
    *,
    by: str,
    at: datetime,
    settings: Mapping[str, str] = os.environ,
    handed_over: bool = False,
) -> str:
    """Carry a request out because an officer (by login) says so at `at` (UTC); return what became of it.

    `in_work` where it is not done yet: a destruction goes its own way, and is answered once it is verified; a package
    that can be told to nobody safely is handed over another way, and then said to be. Raises NotAllowed where it is not
    known who asks, and NeverRetry where what it asks for was not done.
    """
    with begin(Role.DUTIES) as connection:
        found = standing(connection, request)
        if found.proof is None and not found.closed:
            raise NotAllowed(Why.NOT_CHECKED)
        if found.state is State.CHECKED:
            _begin(connection, found, at, settings, by=by)
        elif (why := may_move(found.state, State.ANSWERED)) is not None:
            raise NotAllowed(why)
    with begin(Role.DUTIES) as connection:
        found = standing(connection, request)
    if handed_over and found.right in PACKAGES and found.subject is not None:
        return _close(found, Done("handed_over"), at, controller, settings, by=by)
    return _answer(found, at, controller, settings, by=by)


def shown(request: Standing, at: datetime) -> dict[str, Any]:
    """Say of a request what an officer is shown of it outside of the console: ids, codes, counts and days."""
    return {
        "id": str(request.id),
        "reference": request.reference,
        "right": request.right,
        "proof": request.proof,
        "capacity": request.capacity,
        "days_left": (request.due_at - at).days,
        "others": request.others,
        "earlier": request.earlier,
        "extended": request.extended_at is not None,
    }


def _open() -> list[UUID]:
    with begin(Role.DUTIES) as connection:
        return [row.id for row in STEPS.rows(connection, "open")]


def _begin(
    connection: Connection, request: Standing, at: datetime, settings: Mapping[str, str], *, by: str | None = None
) -> None:
    """Put a request into work. A destruction that is not asked for yet is, and where its answer goes is kept."""
    to, destruction = address_of(connection, request, settings), request.destruction_request
    if request.subject is not None and destruction is None:
        if request.right == "destroy":
            destruction = destroy_asked(connection, request.subject, request, at)
        elif request.right == "withdraw":
            destruction = withdraw_asked(connection, request.subject, request, at)
    kept = to if request.right in ("destroy", "withdraw") and to else (None, None)
    values = {"id": request.id, "at": at, "destruction": destruction, "reply_to": kept[0]}
    STEPS.run(connection, "begin", values | {"channel": kept[1].value if kept[1] else None})
    tell(connection, Kind.REQUEST_BEGUN, request, at, by=by)


def _answer_unproven(request: Standing, at: datetime, controller: Controller, settings: Mapping[str, str]) -> str:
    """Give everybody who did not prove who they are the same answer, at the same time: it says nothing of anybody."""
    if at < answered_unproven_at(edition_named(request.edition), request):
        return "unproven"
    return _close(request, Done("not_proven"), at, controller, settings)


def _answer(
    request: Standing, at: datetime, controller: Controller, settings: Mapping[str, str], *, by: str | None = None
) -> str:
    done = carry_out(request, at, controller, settings, by=by)
    return "in_work" if done is None else _close(request, done, at, controller, settings, by=by)


def _close(
    request: Standing,
    done: Done,
    at: datetime,
    controller: Controller,
    settings: Mapping[str, str],
    *,
    by: str | None = None,
) -> str:
    """Write the answer and close the request in one unit of work, so that neither is without the other."""
    with begin(Role.DUTIES) as connection:
        found = standing(connection, request.id)
        if found.closed:
            return "answered_before"
        if found.proof != request.proof:
            return "proven_meanwhile"  # what was to be said is not true any more
        if (to := address_of(connection, found, settings)) is not None:
            enqueue(connection, answer_letter(found, done.outcome, done.kept, controller, to, at), at=at)
        close(connection, found, State.ANSWERED, at, outcome=done.outcome)
        counts = {"kept": len(done.kept), "messages": int(to is not None)}
        tell(connection, Kind.REQUEST_ANSWERED, found, at, by=by, counts=counts, outcome=done.outcome)
    return done.outcome
