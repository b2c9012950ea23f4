"""Carry out what a right asks for: what was done, and what of it stays, or that it is not done yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from include.duties.correcting import apply
from include.duties.packages import deliver, prepare
from include.duties.rights.actions import STEPS
from include.duties.rights.kept import destroyed
from include.duties.rights.model import PACKAGES, Kept, Standing, Waits
from include.duties.stopping import stop_everywhere
from include.duties.stopping.ways import Means
from include.errors import NeverRetry
from include.law import Controller
from include.store import Role, begin

__all__ = ["Done", "OfficerNeeded", "carry_out"]

MEANS: dict[str, Means] = {"page": "link", "reply": "reply", "api": "api"}
"""How a stop is said to have come, by how the request came; an operator wrote down the others."""


class OfficerNeeded(NeverRetry):
    """An officer has to do something before the request can be answered. The fact is `waits`."""

    def __init__(self, waits: Waits, told: str) -> None:
        self.waits = waits
        super().__init__(told)


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a request: a code that the answer's words say, and what was kept."""

    outcome: str
    kept: tuple[Kept, ...] = ()
    lifts: bool = False
    """Whether what the request held back is used again once its person has the answer."""


def carry_out(
    request: Standing,
    at: datetime,
    controller: Controller,
    settings: Mapping[str, str],
    *,
    by: str | None = None,
) -> Done | None:
    """Carry a request out at `at` (UTC), by an officer's login where one decided it; None while it is not done yet.

    Again, it changes nothing more. Raises OfficerNeeded where an officer has to do something else first.
    """
    if request.right == "destroy":
        return _destroyed(request, at, settings)
    if request.right == "withdraw" and request.destruction_request is not None:
        return Done("withdrawn")  # and the person may be gone with it
    if request.subject is None:
        return Done("gone" if request.proof in ("link", "code") else "nothing_held")
    if request.right in PACKAGES:
        return _provided(request.id, controller, at, settings)
    if request.right == "correct":
        return _corrected(request, by or "subject", at, settings)
    with begin(Role.DUTIES) as connection:
        outcome = _HERE[request.right](connection, request, request.subject, controller, at)
    return Done(outcome, lifts=request.right == "complain")


def _destroyed(request: Standing, at: datetime, settings: Mapping[str, str]) -> Done | None:
    if request.destruction_request is None:
        return Done("nothing_held")
    with begin(Role.DUTIES) as connection:
        found = destroyed(connection, request.destruction_request, at, settings)
    if not found.done:
        return None
    return Done("partly_kept" if found.kept else "destroyed", found.kept)


def _provided(request: UUID, controller: Controller, at: datetime, settings: Mapping[str, str]) -> Done | None:
    """Make the package and tell where it lies; where nobody can be told safely, somebody hands it over another way."""
    if prepare(request, at, controller=controller, settings=settings) is None:
        return Done("nothing_held")
    return Done("provided") if deliver(request, controller, at, settings) is not None else None


def _corrected(request: Standing, by: str, at: datetime, settings: Mapping[str, str]) -> Done:
    """Make what was proposed in the request stand everywhere, and let the data be used again."""
    applied = apply(request.id, by, at, settings=settings)
    if not applied.applied:
        raise OfficerNeeded(
            Waits.NOTHING_CORRECTED,
            f"request {request.reference}: nothing could be corrected as it says; write down what it should say, or "
            "refuse it on one of the law's grounds",
        )
    return Done("corrected", lifts=True)


def _withdrawn(
    _connection: Connection, _request: Standing, _subject: UUID, _controller: Controller, _at: datetime
) -> str:
    return "withdrawn"  # done when it was begun


def _stopped(connection: Connection, request: Standing, subject: UUID, controller: Controller, at: datetime) -> str:
    """Stop promotion at every address of the person; the objection itself stands for good."""
    means = MEANS.get(request.means, "operator")
    stop_everywhere(connection, subject, controller, at, means=means, confirm=False)
    return "stopped"


def _restricted(
    _connection: Connection, _request: Standing, _subject: UUID, _controller: Controller, _at: datetime
) -> str:
    return "restricted"  # since it is known who asks; an officer who verified the data lifts it


def _reviewed(connection: Connection, request: Standing, subject: UUID, _controller: Controller, _at: datetime) -> str:
    left = STEPS.one(connection, "unreviewed", {"subject": subject, "since": request.received_at})
    if left:
        raise OfficerNeeded(
            Waits.NOT_REVIEWED,
            f"request {request.reference}: {left} contact point(s) of the person were not looked at since; decide them "
            "in the console, or with `python -m include review`, then answer",
        )
    return "reviewed"


def _looked_into(
    _connection: Connection, _request: Standing, _subject: UUID, _controller: Controller, _at: datetime
) -> str:
    return "looked_into"


_HERE = {
    "withdraw": _withdrawn,
    "object": _stopped,
    "restrict": _restricted,
    "review": _reviewed,
    "complain": _looked_into,
}
