"""The one extension of a request: told with its reason before the first period ends, or it is none (IR 3(1)(a))."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from include.channels import enqueue
from include.duties.rights.actions import STEPS, allowed, standing, tell
from include.duties.rights.addresses import address_of, addresses_of
from include.duties.rights.grounds import grounds
from include.duties.rights.letters import extension_letter
from include.duties.rights.model import Address, Extension, Standing
from include.duties.rights.rules import may_extend
from include.evidence import Kind, record
from include.law import Controller, edition_named
from include.store import Role, begin

__all__ = ["extend", "extensions_sent", "told_elsewhere"]


def extend(
    request: UUID,
    reason: str,
    controller: Controller,
    *,
    by: str,
    at: datetime,
    days: int | None = None,
    settings: Mapping[str, str] = os.environ,
) -> datetime:
    """Write the notice of the one extension at `at` (UTC), and return the new end; it holds once the notice went out.

    Raises NotAllowed: for a reason that the law does not know, a second time, after the first period, or where the
    notice could not go out before its end.
    """
    with begin(Role.DUTIES) as connection:
        found = standing(connection, request)
        to = address_of(connection, found, settings)
        verdict = _verdict(found, reason, to, at, days)
        allowed(verdict.why)
        assert to is not None
        assert verdict.due_at is not None
        _write(connection, found, reason, verdict.due_at, controller, to, at, by=by)
        return verdict.due_at


def extensions_sent(connection: Connection, at: datetime) -> int:
    """Let the extensions hold whose notices went out before the first period ended; return how many at `at` (UTC).

    One of which the notice came back was not told, whenever that is known: it is taken back, and the first end stands.
    """
    for row in STEPS.rows(connection, "returned_extensions"):
        STEPS.run(connection, "take_back_extension", {"id": row.id})
        refs = {"duty": row.id, "message": row.extension_message}
        record(connection, Kind.EXTENSION_RETURNED, at=at, edition=row.edition, refs=refs)
    rows = STEPS.rows(connection, "sent_extensions")
    for row in rows:
        STEPS.run(connection, "extend", {"id": row.id, "sent": row.sent_at, "due": row.extension_due})
        times = {"due_at": row.extension_due, "sent_at": row.sent_at}
        record(connection, Kind.REQUEST_EXTENDED, at=at, edition=row.edition, refs={"duty": row.id}, times=times)
    return len(rows)


def told_elsewhere(
    request: UUID, controller: Controller, at: datetime, settings: Mapping[str, str] = os.environ
) -> bool:
    """Tell by another contact of the person, at `at` (UTC), an extension whose notice came back; say whether it can be.

    As long as the first period runs, and at a contact from which nothing came back.
    """
    with begin(Role.DUTIES) as connection:
        found = standing(connection, request)
        others = addresses_of(connection, found, settings, unreturned=True)
        if not found.extension_returned or not others:
            return False
        (asked,) = STEPS.rows(connection, "extension_asked", {"id": request})
        if _verdict(found, asked.extension_reason, others[0], at).why is not None:
            return False
        _write(connection, found, asked.extension_reason, asked.extension_due, controller, others[0], at)
        return True


def _verdict(request: Standing, reason: str, to: Address | None, at: datetime, days: int | None = None) -> Extension:
    leaves = at if to else None  # its notice waits for no window that opens too late
    return may_extend(edition_named(request.edition), request, reason, at, leaves, days)


def _write(
    connection: Connection,
    request: Standing,
    reason: str,
    due: datetime,
    controller: Controller,
    to: Address,
    at: datetime,
    *,
    by: str | None = None,
) -> None:
    letter = extension_letter(request, grounds().extensions[reason], due, controller, to, at)
    enqueue(connection, letter, at=at)
    values = {"id": request.id, "reason": reason, "due": due, "message": letter.id}
    STEPS.run(connection, "ask_extension", values)
    tell(
        connection, Kind.EXTENSION_QUEUED, request, at, by=by, refs={"message": letter.id}, times={"due_at": due},
        reason=reason,
    )  # fmt: skip
