"""What an officer is shown of requests outside of the console, and what they say to one: ids, codes, counts, days."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from include.duties.rights.actions import STEPS, extend, refuse
from include.duties.rights.answering import answer_by_officer
from include.errors import NeverRetry
from include.law import Controller
from include.store import Role, begin

__all__ = ["MOST", "decided", "to_show"]

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

Read what the person wrote in the console, or with `python -m include request show {reference}`: none of it stands here.
**Answer** carries it out and tells them. **Extend** and **Refuse** need one of the law's reasons below.
"""


def to_show(waiting: Iterable[Mapping[str, Any]], at: datetime, again: timedelta) -> list[dict[str, str]]:
    """Give what is to be shown at `at` (UTC), in words; what was shown less than `again` ago still waits elsewhere."""
    told = list[dict[str, str]]()
    with begin(Role.DUTIES) as connection:
        for each in waiting:
            if len(told) < MOST and STEPS.run(connection, "show", {"id": each["id"], "at": at, "before": at - again}):
                subject = f"Request {each['reference']}: {each['right']}, {each['days_left']} day(s) left"
                told.append({"id": str(each["id"]), "subject": subject, "body": BODY.format(**each)})
    return told


def decided(
    request: str,
    chosen: str,
    reason: str,
    controller: Controller,
    *,
    by: str,
    at: datetime,
    settings: Mapping[str, str] = os.environ,
) -> str:
    """Do with a request what an officer (by login) chose at `at` (UTC); return what became of it.

    Raises NotAllowed for what the rules do not allow, so that the task is seen to have done nothing; the next run shows
    the request again.
    """
    try:
        return _done(UUID(request), chosen, reason, controller, by, at, settings)
    except NeverRetry:
        with begin(Role.DUTIES) as connection:
            STEPS.run(connection, "show_again", {"id": request})
        raise


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
