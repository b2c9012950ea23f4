"""The gate in front of every use: facts by one statement, however many points, judged by the one rule."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from include.duties.marketing.model import PURPOSES, Facts, Reason, Use, Verdict
from include.duties.marketing.rules import against
from include.errors import NeverRetry
from include.law import Edition, edition_for, editions
from include.law.in_force import NoSuchEdition
from include.store.sql import Steps

__all__ = ["STEPS", "editions_at", "judged", "may_reach", "may_use", "may_use_one"]

STEPS = Steps("include.duties.marketing", "facts.sql")
LARGEST_ID = 2**63 - 1


def may_use(
    connection: Connection,
    points: Sequence[int],
    purpose: str,
    at: datetime,
    *,
    channel: str | None,
    sending: bool = True,
    licensed: Collection[str] = (),
) -> list[Verdict]:
    """Say of each contact point, in the order given, whether it may be used for a purpose at `at` (UTC), and why not.

    With `sending`, the use is a message over `channel` at that very moment, and the sending window counts; without, a
    list is made. A purpose, channel or point that nobody knows is no error: it is denied. `licensed` are the
    jurisdictions for which the controller holds a licence (EG). Raises NeverRetry where `at` has no time zone.
    """
    use = _use(purpose, at, channel, sending, licensed)
    known = [point for point in {*points} if -LARGEST_ID <= point <= LARGEST_ID]
    values = {"points": known, "purpose": purpose, "channel": channel, "at": at}
    verdicts = {verdict.point_id: verdict for verdict in judged(STEPS.rows(connection, "of_points", values), use)}
    unknown = (Reason.POINT_UNKNOWN,)
    return [verdicts.get(point) or Verdict(point, False, unknown) for point in points]


def may_use_one(connection: Connection, point: int, purpose: str, at: datetime, *, channel: str | None) -> Verdict:
    """Say of one contact point whether it may be used now; as `may_use`."""
    return may_use(connection, [point], purpose, at, channel=channel)[0]


def may_reach(
    connection: Connection,
    key: bytes,
    purpose: str,
    at: datetime,
    *,
    channel: str,
    licensed: Collection[str] = (),
) -> tuple[Reason, ...]:
    """Say what speaks against a message to the contact with this keyed hash, wherever it is listed; nothing if allowed.

    A contact that its person gave us stands in no listing and is found too. A stop ends the use of it until they give
    it again.
    Asked when the message is about to leave: its sending window was waited for by whoever sends it.
    """
    points = [row.id for row in STEPS.rows(connection, "with_key", {"key": key})]
    verdicts = may_use(connection, points, purpose, at, channel=channel, sending=False, licensed=licensed)
    values = {"key": key, "purpose": purpose, "channel": channel, "at": at}
    own = STEPS.rows(connection, "of_own_contact", values)
    verdicts += judged(own, _use(purpose, at, channel, False, licensed))
    if not verdicts:
        return (Reason.POINT_UNKNOWN,)
    if any(verdict.allowed for verdict in verdicts):
        return ()
    return tuple(reason for reason in Reason if any(reason in verdict.reasons for verdict in verdicts))


def judged(rows: Iterable[Any], use: Use) -> Iterable[Verdict]:
    """Judge rows of a point's id and its facts; what is the same for many is judged once."""
    known: dict[Facts, tuple[Reason, ...]] = {}
    for row in rows:
        facts = facts_of(row)
        reasons = known.get(facts)
        if reasons is None:
            reasons = known[facts] = against(facts, use)
        yield Verdict(row[0], not reasons, reasons)


def facts_of(row: Any) -> Facts:
    """Read the facts behind a row's first column, lists made such as can be compared."""
    return Facts._make(tuple(value) if isinstance(value, list) else value for value in row[1:])


def editions_at(at: datetime) -> dict[str, Edition]:
    """Return the edition in force at an instant, by jurisdiction."""
    found = {}
    for jurisdiction in {edition.jurisdiction for edition in editions()}:
        try:
            found[jurisdiction] = edition_for(jurisdiction, at)
        except NoSuchEdition:
            continue
    return found


def _use(purpose: str, at: datetime, channel: str | None, sending: bool, licensed: Collection[str]) -> Use:
    if at.tzinfo is None:
        raise NeverRetry("may_use: `at` needs a time zone")
    return Use(
        purpose=PURPOSES.get(purpose),
        at=at,
        channel=channel,
        sending=sending,
        editions=editions_at(at),
        licensed=frozenset(licensed),
    )
