"""What somebody asked for by word of mouth, as an operator writes it down (IR 3(1)(d), LAW DSR-05)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from include.duties.consent.importing import moment_of
from include.duties.correcting import Proposed, propose
from include.duties.requests import RIGHTS, Received
from include.duties.requests.model import Capacity
from include.duties.rights.actions import named, standing
from include.duties.rights.receiving import Given, contact_of, enter
from include.errors import NeverRetry
from include.law import Controller
from include.store import Role, begin

__all__ = ["enter_oral", "propose_oral", "propose_said"]


def enter_oral(
    right: str,
    said: str,
    controller: Controller,
    *,
    by: str,
    at: datetime,
    answers: tuple[str, ...] = (),
    capacity: Capacity = "self",
    guardianship: str | None = None,
    language: str = "ar",
    received_at: str | None = None,
    settings: Mapping[str, str] = os.environ,
) -> Received:
    """Write a request down at `at` (UTC), by an operator's login; its clock runs from when it was asked.

    `said` is lines: the contact, for a guardian where to answer, then what was asked for. Raises NeverRetry for a right
    or a contact that cannot be read, IdentityDocument where a document is to prove who asks.
    """
    if right not in RIGHTS:
        raise NeverRetry(f"a right is one of {', '.join(RIGHTS)}")
    lines = [line.strip() for line in said.splitlines()]
    contacts = 2 if capacity == "guardian" else 1
    if len(lines) < contacts or not all(lines[:contacts]):
        raise NeverRetry("standard input begins with the person's contact, and for a guardian with where to answer")
    who = [contact_of(line) for line in lines[:contacts]]
    given = Given(
        right=right,  # type: ignore[arg-type]
        contact=who[0],
        means="operator",
        language=language,
        details="\n".join(lines[contacts:]).strip() or None,
        proof="operator" if answers else None,
        answers=answers,
        capacity=capacity,
        guardianship=guardianship,
        reply_to=who[1] if capacity == "guardian" else None,
        by=by,
    )
    moment = at if received_at is None else moment_of(received_at, at)
    with begin(Role.DUTIES) as connection:
        return enter(connection, given, controller, moment, settings)


def propose_oral(reference: str, said: str, *, at: datetime) -> int:
    """Store at `at` (UTC) what somebody says that their data should say, a line each; return how many. All or none.

    Raises ProposalUnfit, and NeverRetry for a request that is closed or of another right.
    """
    lines = [line.strip().partition(" ") for line in said.splitlines() if line.strip()]
    return propose_said(named(reference), [(about, value.strip()) for about, _, value in lines], at=at)


def propose_said(request: UUID, said: Iterable[tuple[str, str]], *, at: datetime) -> int:
    """Store at `at` (UTC) what fields of somebody's should say: about which, and the value. All or none.

    Raises ProposalUnfit, and NeverRetry for a request that is closed or of another right.
    """
    with begin(Role.DUTIES) as connection:
        found = standing(connection, request)
        if found.closed or found.right != "correct":
            raise NeverRetry("only an open request for a correction says what should stand")
        return propose(connection, found.id, [Proposed(about, value) for about, value in said], at)
