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
from include.duties.marketing import lifts_told
from include.duties.packages.actions import lying_ready
from include.duties.references import REFERENCE
from include.duties.rights.actions import (
    STEPS,
    NotAllowed,
    close,
    destroy_asked,
    standing,
    tell,
    withdraw_asked,
)
from include.duties.rights.addresses import address_of
from include.duties.rights.carrying import Done, OfficerNeeded, carry_out
from include.duties.rights.extending import extensions_sent, told_elsewhere
from include.duties.rights.letters import answer_letter
from include.duties.rights.lifting import let_go
from include.duties.rights.model import PACKAGES, Standing, State, Waits, Why
from include.duties.rights.returned import answers_returned, tell_otherwise, untold
from include.duties.rights.rules import answered_unproven_at, may_move, needs_officer
from include.errors import MayBeRetried, NeverRetry, place_of
from include.evidence import Kind
from include.law import Controller, edition_named
from include.store import Role, begin

__all__ = ["Answered", "answer_by_officer", "answer_due", "begin_due"]

NOT_PROVEN = Done("not_proven")
"""What everybody is told who did not show who they are."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a run did, by counts, and what waits for an officer: ids, codes and times."""

    counts: dict[str, int]
    waiting: tuple[dict[str, Any], ...] = field(default=())
    troubles: tuple[str, ...] = field(default=())
    """Why some were not answered, each reason once: places and references, never a value."""


def begin_due(at: datetime, settings: Mapping[str, str] = os.environ) -> dict[str, int]:
    """Let hold and end what was told in time, and begin at `at` (UTC) what waits for nobody; return counts.

    An extension holds, and what a request held back is used again, once the letter that says so has gone out, and
    the second only where it did not come back within a day. A destruction is asked for here, and done by whoever
    destroys.
    """
    done = Counter[str]()
    with begin(Role.DUTIES) as connection:
        done["extended"] = extensions_sent(connection, at)
        done["lifted"] = lifts_told(connection, at)
        done["answers_returned"] = answers_returned(connection, at)
    for request in _open():
        with begin(Role.DUTIES) as connection:
            found = standing(connection, request)
            if found.state is State.CHECKED and not needs_officer(found):
                _begin(connection, found, at, settings)
                done["begun"] += 1
    return {name: count for name, count in done.items() if count}


def answer_due(at: datetime, controller: Controller, settings: Mapping[str, str] = os.environ) -> Answered:
    """Answer at `at` (UTC) every request that is in work and done; return counts, and what waits for an officer.

    One that fails holds up no other: why is among the troubles.
    """
    done, waiting, troubles = Counter[str](), list[dict[str, Any]](), list[str]()
    for request in _open():
        with begin(Role.DUTIES) as connection:
            found = standing(connection, request)
        try:
            became, waits = _go_on(found, at, controller, settings)
            done.update(became)
            if waits is not None:
                waiting.append(shown(found, at, waits))
        except (MayBeRetried, NeverRetry) as error:
            troubles.append(str(error))
        except Exception as error:
            troubles.append(f"request {found.reference}: {place_of(error)}")
    with begin(Role.DUTIES) as connection:
        waiting += [shown(found, at, Waits.ANSWER_RETURNED) for found in untold(connection)]
    done["waiting"] = len(waiting)
    return Answered(
        {name: count for name, count in done.items() if count}, tuple(waiting), tuple(dict.fromkeys(troubles))
    )


def _go_on(
    found: Standing, at: datetime, controller: Controller, settings: Mapping[str, str]
) -> tuple[list[str], Waits | None]:
    """Do what can be done for one request; say by counts what that was, and why an officer is shown it, if so."""
    became, waits = list[str](), None
    if found.extension_returned:
        if told_elsewhere(found.id, controller, at, settings):
            became.append("extension_told_elsewhere")
        else:
            waits = Waits.EXTENSION_RETURNED
    try:
        if found.proof is None:
            became.append(_answer_unproven(found, at, controller, settings))
        elif found.state is State.CHECKED and needs_officer(found):
            waits = waits or Waits.DECISION
        elif found.state is State.IN_WORK:
            became.append(_answer(found, at, controller, settings))
    except OfficerNeeded as needed:
        waits = needed.waits
    if became[-1:] == ["in_work"] and found.right in PACKAGES:
        waits = Waits.HAND_OVER
    return became, waits


def answer_by_officer(
    request: UUID,
    controller: Controller,
    *,
    by: str,
    at: datetime,
    settings: Mapping[str, str] = os.environ,
    handed_over: bool = False,
    told: str | None = None,
) -> str:
    """Carry a request out because an officer (by login) says so at `at` (UTC); return what became of it.

    `in_work` where it is not done yet: a destruction goes its own way, and is answered once it is verified; a package
    that can be told to nobody safely is handed over another way, and then said to be. `told` is the reference of what
    shows that its person was told another way: then nothing is written to them, and an answer that came back is told.
    Raises NotAllowed where it is not known who asks, OfficerNeeded where nobody can be written to, and NeverRetry where
    what it asks for was not done.
    """
    if told is not None and not REFERENCE.fullmatch(told):
        raise NotAllowed(Why.NO_EVIDENCE)
    with begin(Role.DUTIES) as connection:
        found = standing(connection, request)
        if told is not None and found.answer_returned_at is not None:
            tell_otherwise(connection, found, told, at, by=by)
            return "told_otherwise"
        if found.proof is None and not found.closed and (told is None or _is_awaited(found, at)):
            raise NotAllowed(Why.NOT_CHECKED)
        if found.state is State.CHECKED:
            _begin(connection, found, at, settings, by=by)
        elif (why := may_move(found.state, State.ANSWERED)) is not None:
            raise NotAllowed(why)
    with begin(Role.DUTIES) as connection:
        found = standing(connection, request)
        if handed_over and found.right in PACKAGES and lying_ready(connection, request) is None:
            raise NotAllowed(Why.NO_PACKAGE)
    if found.proof is None:
        return _close(found, NOT_PROVEN, at, controller, settings, by=by, told=told)
    if handed_over and found.right in PACKAGES and found.subject is not None:
        return _close(found, Done("handed_over"), at, controller, settings, by=by, told=told)
    return _answer(found, at, controller, settings, by=by, told=told)


def shown(request: Standing, at: datetime, waits: Waits = Waits.DECISION) -> dict[str, Any]:
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
        "waits": waits.value,
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
    kept = to if request.right in ("destroy", "withdraw") else None
    values = {"id": request.id, "at": at, "destruction": destruction, "reply_to": kept and kept.value}
    STEPS.run(connection, "begin", values | {"channel": kept and kept.channel.value})
    tell(connection, Kind.REQUEST_BEGUN, request, at, by=by)


def _answer_unproven(request: Standing, at: datetime, controller: Controller, settings: Mapping[str, str]) -> str:
    """Give everybody who did not prove who they are the same answer, at the same time: it says nothing of anybody."""
    if _is_awaited(request, at):
        return "unproven"
    return _close(request, NOT_PROVEN, at, controller, settings)


def _is_awaited(request: Standing, at: datetime) -> bool:
    """Say whether a proof of who asks is still awaited."""
    return at < answered_unproven_at(edition_named(request.edition), request)


def _answer(
    request: Standing,
    at: datetime,
    controller: Controller,
    settings: Mapping[str, str],
    *,
    by: str | None = None,
    told: str | None = None,
) -> str:
    done = carry_out(request, at, controller, settings, by=by)
    return "in_work" if done is None else _close(request, done, at, controller, settings, by=by, told=told)


def _close(
    request: Standing,
    done: Done,
    at: datetime,
    controller: Controller,
    settings: Mapping[str, str],
    *,
    by: str | None = None,
    told: str | None = None,
) -> str:
    """Write the answer and close the request in one unit of work, so that neither is without the other.

    What can be written to nobody is no answer: an officer tells it another way (`told`, or by handing a copy over).
    Only whom another request destroyed meanwhile can be told nothing by anybody.
    """
    with begin(Role.DUTIES) as connection:
        found = standing(connection, request.id)
        if found.closed:
            return "answered_before"
        if found.proof != request.proof:
            return "proven_meanwhile"  # what was to be said is not true any more
        letter, to = None, None if told else address_of(connection, found, settings)
        if to is None and told is None and done.outcome not in ("gone", "handed_over"):
            raise OfficerNeeded(
                Waits.NO_ADDRESS,
                f"request {found.reference}: there is no address to write its answer to; tell its person another way, "
                "then answer it with the reference of what shows that (`request answer --told`)",
            )
        if to is not None:
            letter = answer_letter(found, done.outcome, done.kept, controller, to, at)
            enqueue(connection, letter, at=at)
        close(connection, found, State.ANSWERED, at, outcome=done.outcome, message=letter.id if letter else None)
        if done.lifts:
            said = letter.id if letter and to and not to.shared else None  # a shared contact is told of no end
            let_go(connection, found, done.outcome, said, at, by=by)
        counts = {"kept": len(done.kept), "messages": int(letter is not None)}
        codes: dict[str, Any] = {"outcome": done.outcome} | ({"through": "told_otherwise"} if told else {})
        tell(connection, Kind.REQUEST_ANSWERED, found, at, by=by, counts=counts, evidence=told, **codes)
    return done.outcome
