"""What an officer is shown of requests outside of the console, and what they say to one: ids, codes, counts, days."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from include.duties.rights.actions import STEPS
from include.duties.rights.answering import answer_by_officer
from include.duties.rights.closing import refuse
from include.duties.rights.extending import extend
from include.duties.rights.model import Waits
from include.errors import NeverRetry
from include.law import Controller
from include.store import Role, begin

__all__ = ["MOST", "decided", "runs_that_ask", "to_show"]

MOST = 50
"""Requests that are shown at once; the others wait for the next run, the one whose clock ends first before them."""
BODY = """\
| | |
|---|---|
| Right | `{right}` |
| Days left | {days_left} |
| Known by | `{proof}`, as `{capacity}` |
| Open beside it, of the same person | {others} |
| Answered within a year, of the same right | {earlier} |
| Extended | {extended} |

{why}

Read what the person wrote in the console, or with `python -m include request show {reference}`: none of it stands here.
**Answer** carries it out and tells them. **Extend** and **Refuse** need one of the law's reasons below.
"""


WHY = {
    Waits.DECISION: "It waits for your decision.",
    Waits.EXTENSION_RETURNED: (
        "**The notice of its extension came back, and there is no other contact to tell it at: nothing is extended.** "
        "Answer it by its first day, or extend it again once the person can be reached."
    ),
    Waits.NOTHING_CORRECTED: (
        "**Nothing of what it says could be corrected.** Write down what the data should say (`request propose`), then "
        "answer it; or refuse it."
    ),
    Waits.NOT_REVIEWED: (
        "**Contact points of the person were not looked at since they asked.** Decide them in the console, or with "
        "`python -m include review`; then answer it."
    ),
    Waits.HAND_OVER: (
        "**Its copy is made, and there is no contact of theirs alone to send its link to.** Take it "
        "(`python -m include request package {reference} --output FILE`) and hand it over another way, then: "
        "`python -m include request answer {reference} --handed-over`."
    ),
    Waits.NO_ADDRESS: (
        "**There is no address to write its answer to.** Tell its person another way, then answer it in the console or "
        "by `python -m include request answer {reference} --told EVIDENCE`: the reference of what shows that they were "
        "told."
    ),
    Waits.ANSWER_RETURNED: (
        "**Its answer came back: nobody was told, and its clock runs.** Tell its person another way, "
        "then write down in the console, or by "
        "`python -m include request answer {reference} --told EVIDENCE`, the reference of what shows that."
    ),
}


def runs_that_ask() -> list[str]:
    """Name the runs in which an officer was asked about a request that is still open."""
    with begin(Role.DUTIES) as connection:
        return [row.shown_in for row in STEPS.rows(connection, "shown_in")]


def to_show(
    waiting: Iterable[Mapping[str, Any]],
    at: datetime,
    again: timedelta,
    *,
    run: str | None = None,
    asking: Collection[tuple[str, int]] = (),
) -> list[dict[str, str]]:
    """Give what is to be shown at `at` (UTC) in a run, in words: whatever is not being asked about elsewhere.

    `asking` are the runs, and the places in them, whose tasks still wait for an officer. A task that was left, timed
    out or was killed asks nobody, and what it showed is shown again. What was shown by nobody knows which run waits
    elsewhere for `again`.
    """
    told = list[dict[str, str]]()
    with begin(Role.DUTIES) as connection:
        for each in waiting:
            (row,) = STEPS.rows(connection, "shown", {"id": each["id"]})
            if len(told) == MOST or _asked_elsewhere(row, at - again, asking):
                continue
            STEPS.run(connection, "show", {"id": each["id"], "at": at, "run": run, "place": len(told)})
            subject = f"Request {each['reference']}: {each['right']}, {each['days_left']} day(s) left"
            why = WHY[Waits(each["waits"])].format(**each)
            told.append({"id": str(each["id"]), "subject": subject, "body": BODY.format(**each, why=why)})
    return told


def _asked_elsewhere(row: Any, since: datetime, asking: Collection[tuple[str, int]]) -> bool:
    if row.shown_in is not None:
        return (row.shown_in, row.shown_place) in asking
    return bool(row.shown_at is not None and row.shown_at > since)


def decided(
    request: str,
    chosen: str,
    reason: str,
    controller: Controller,
    *,
    asked_in: tuple[str, int | None],
    by: str,
    at: datetime,
    settings: Mapping[str, str] = os.environ,
) -> str:
    """Do with a request what an officer (by login) chose at `at` (UTC); return what became of it.

    `asked_in` is the run that asked them, and the place in it. Raises NeverRetry where it asked about another request,
    and NotAllowed for what the rules do not allow, so that the task is seen to have done nothing. Whatever still waits
    is shown again by the next run, once no task asks about it or may be tried again.
    """
    known, (run, place) = UUID(request), asked_in
    with begin(Role.DUTIES) as connection:
        asked = [row.id for row in STEPS.rows(connection, "asked_at", {"run": run, "place": place})]
    if asked != [known]:
        raise NeverRetry("this place of this run does not ask about that request; it is shown again by the next run")
    try:
        done = _done(known, chosen, reason, controller, by, at, settings)
    except NeverRetry:
        _show_again(known)
        raise
    _show_again(known)
    return done


def _show_again(request: UUID) -> None:
    with begin(Role.DUTIES) as connection:
        STEPS.run(connection, "show_again", {"id": request})


def _done(
    known: UUID, chosen: str, reason: str, controller: Controller, by: str, at: datetime, settings: Mapping[str, str]
) -> str:
    match chosen:
        case "Answer":
            return answer_by_officer(known, controller, by=by, at=at, settings=settings)
        case "Extend":
            extend(known, reason, controller, by=by, at=at, settings=settings)
            return "extension_queued"
        case "Refuse":
            refuse(known, reason, controller, by=by, at=at, settings=settings)
            return "refused"
        case "Leave":
            return "left"
    raise NeverRetry("an officer answers, extends, refuses or leaves a request")
