"""What becomes of a request between receipt and answer: each verb checks the rules, and the ledger says that it was."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from include.channels import Channel, enqueue
from include.channels.window import is_waived, next_sending
from include.duties.consent import Said, delete_asked
from include.duties.consent import withdraw as take_back
from include.duties.marketing.restricting import lift
from include.duties.notice.actions import phone_channel
from include.duties.requests.actions import hold_back, restriction_of
from include.duties.requests.model import Asked, Proof
from include.duties.requests.rules import proven
from include.duties.rights.grounds import grounds
from include.duties.rights.letters import Address, extension_letter, refusal_letter
from include.duties.rights.model import Standing, State, Why
from include.duties.rights.rules import SENTENCES, begun, may_extend, may_move, may_refuse
from include.duties.stopping import ways_of
from include.errors import NeverRetry
from include.evidence import Kind, record
from include.law import Controller, edition_named
from include.store import Role, begin, keyed
from include.store.sql import Steps

__all__ = [
    "STEPS", "NotAllowed", "address_of", "close", "confirm", "destroy_asked", "extend", "extensions_sent", "identify",
    "named", "refuse", "standing", "tell", "withdraw", "withdraw_asked",
]  # fmt: skip

STEPS = Steps("include.duties.rights", "rights.sql")


class NotAllowed(NeverRetry):
    """A request may not go on this way. The fact is `why`."""

    def __init__(self, why: Why) -> None:
        self.why = why
        known = {"reasons": ", ".join(grounds().extensions), "grounds": ", ".join(grounds().grounds)}
        super().__init__(SENTENCES[why].format(**known))


def named(reference: str) -> UUID:
    """Find a request by the reference that its person was told. Raises NeverRetry where there is none."""
    with begin(Role.DUTIES) as connection:
        rows = STEPS.rows(connection, "by_reference", {"reference": reference.strip().upper()})
    if not rows:
        raise NeverRetry("no request has this reference; `python -m include request list` names them")
    found: UUID = rows[0].id
    return found


def standing(connection: Connection, request: UUID) -> Standing:
    """Give a request as it stands, held until the unit of work ends. Raises NeverRetry where there is none."""
    rows = STEPS.rows(connection, "standing", {"id": request})
    if not rows:
        raise NeverRetry("there is no such request")
    told = dict(rows[0]._mapping)
    return Standing(subject=told.pop("subject_id"), state=State(told.pop("state")), **told)


def confirm(connection: Connection, subject: UUID, reference: str, proof: Proof, at: datetime) -> bool:
    """Take a request for theirs that somebody who proved who they are confirms at `at` (UTC); say whether one waited.

    Whoever merely opens their page confirms nothing: a request that somebody else made in their name stays unproven.
    """
    values = {"reference": reference, "subject": subject, "proof": proof, "at": at}
    rows = STEPS.rows(connection, "confirm", values)
    for row in rows:
        refs, codes = {"duty": row.id, "subject": subject}, {"right": row.right, "proof": proof}
        record(connection, Kind.IDENTITY_CHECKED, at=at, edition=row.edition, refs=refs, codes=codes)
        hold_back(connection, row.id, row.right, row.means, subject, at)
    return bool(rows)


def identify(request: UUID, answers: Sequence[str], *, by: str, at: datetime, guardianship: str | None = None) -> None:
    """Write down by which answers an operator, by login, saw at `at` (UTC) who asks. Raises NeverRetry: too few."""
    with begin(Role.DUTIES) as connection:
        found = standing(connection, request)
        asked = Asked(
            right=found.right, subject=found.subject, means=found.means, language=found.language, proof="operator",
            answers=tuple(answers), capacity=found.capacity, guardianship=guardianship,
        )  # fmt: skip
        proof = proven(asked)
        _allowed(may_move(found.state, State.CHECKED))
        if proof is None or found.subject is None:
            raise NeverRetry("these answers do not show that the request is of the person whose data it is about")
        values = {"id": request, "proof": proof, "answers": list(answers), "guardianship": guardianship, "at": at}
        STEPS.run(connection, "check", values | {"subject": found.subject})
        hold_back(connection, request, found.right, found.means, found.subject, at)
        tell(connection, Kind.IDENTITY_CHECKED, found, at, by=by, proof=proof)


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
        edition, to = edition_named(found.edition), address_of(connection, found, settings)
        opens = at if is_waived() else next_sending(edition.sending_window, edition.zone, at)
        verdict = may_extend(edition, found, reason, at, opens if to else None, days)
        _allowed(verdict.why)
        assert to is not None
        assert verdict.due_at is not None
        letter = extension_letter(found, grounds().extensions[reason], verdict.due_at, controller, to, at)
        enqueue(connection, letter, at=at)
        values = {"id": request, "reason": reason, "due": verdict.due_at, "message": letter.id}
        STEPS.run(connection, "ask_extension", values)
        tell(
            connection, Kind.EXTENSION_QUEUED, found, at, by=by, refs={"message": letter.id},
            times={"due_at": verdict.due_at}, reason=reason,
        )  # fmt: skip
        return verdict.due_at


def extensions_sent(connection: Connection, at: datetime) -> int:
    """Let the extensions hold whose notices went out before the first period ended; return how many at `at` (UTC)."""
    rows = STEPS.rows(connection, "sent_extensions")
    for row in rows:
        STEPS.run(connection, "extend", {"id": row.id, "sent": row.sent_at, "due": row.extension_due})
        times = {"due_at": row.extension_due, "sent_at": row.sent_at}
        record(connection, Kind.REQUEST_EXTENDED, at=at, edition=row.edition, refs={"duty": row.id}, times=times)
    return len(rows)


def refuse(
    request: UUID,
    ground: str,
    controller: Controller,
    *,
    by: str,
    at: datetime,
    settings: Mapping[str, str] = os.environ,
) -> None:
    """Refuse a request at `at` (UTC) on one of the law's grounds, with the way to complain. Raises NotAllowed."""
    with begin(Role.DUTIES) as connection:
        found = standing(connection, request)
        _allowed(may_refuse(edition_named(found.edition), found, ground).why)
        _allowed(may_move(found.state, State.REFUSED))
        to = address_of(connection, found, settings)
        if to is None:
            raise NeverRetry("there is no address to tell the refusal to: tell the person, and withdraw nothing")
        enqueue(connection, refusal_letter(found, grounds().grounds[ground], controller, to, at), at=at)
        close(connection, found, State.REFUSED, at, outcome="refused", ground=ground)
        lift(connection, restriction_of(request), at)
        tell(connection, Kind.REQUEST_REFUSED, found, at, by=by, ground=ground)


def withdraw(request: UUID, *, by: str, at: datetime) -> None:
    """Close a request that its person takes back at `at` (UTC), as an operator (by login) heard. Raises NotAllowed."""
    with begin(Role.DUTIES) as connection:
        found = standing(connection, request)
        _allowed(may_move(found.state, State.WITHDRAWN) or begun(found))
        close(connection, found, State.WITHDRAWN, at, outcome="withdrawn_by_person")
        lift(connection, restriction_of(request), at)
        tell(connection, Kind.REQUEST_WITHDRAWN, found, at, by=by)


def close(
    connection: Connection, request: Standing, state: State, at: datetime, *, outcome: str, ground: str | None = None
) -> None:
    """Close a request and its duty at `at` (UTC): done, or missed where its clock had ended."""
    values = {"id": request.id, "state": state.value, "outcome": outcome, "ground": ground, "at": at}
    STEPS.run(connection, "close", values)


def destroy_asked(connection: Connection, subject: UUID, request: Asked | Standing, at: datetime) -> UUID | None:
    """Have somebody destroyed at their word, and return the destruction's id; None where nothing is known of them."""
    delete_asked(connection, Said(subject=subject, means=request.means, language=request.language), at)
    return _going(connection, subject)


def withdraw_asked(connection: Connection, subject: UUID, request: Asked | Standing, at: datetime) -> UUID | None:
    """Take every consent of somebody back at their word; return the destruction that follows, None where none does."""
    take_back(connection, Said(subject=subject, means=request.means, language=request.language), at)
    return _going(connection, subject)


def _going(connection: Connection, subject: UUID) -> UUID | None:
    rows = STEPS.rows(connection, "going", {"subject": subject})
    return rows[0].id if rows else None


def address_of(connection: Connection, request: Standing, settings: Mapping[str, str] = os.environ) -> Address | None:
    """Say where a request is answered: where we hold its person, so that nobody else gets it; else where it came from.

    A guardian is answered where they asked, and so is whoever is not proven, who is told nothing.
    """
    own = request.proof is not None and request.capacity == "self" and request.subject is not None
    held = ways_of(connection, request.subject) if own and request.subject else ()
    for row in held:  # mailboxes come first
        if row.kind == "email":
            return row.value, Channel.EMAIL
    (given,) = STEPS.rows(connection, "address", {"id": request.id})
    if given.reply_to is not None:
        return given.reply_to, Channel(given.channel)
    phone = phone_channel(settings)
    return (held[0].value, phone) if held and phone else None


def tell(
    connection: Connection,
    kind: Kind,
    request: Standing,
    at: datetime,
    *,
    by: str | None = None,
    refs: Mapping[str, UUID] | None = None,
    counts: Mapping[str, int] | None = None,
    times: Mapping[str, datetime] | None = None,
    **codes: str,
) -> None:
    """Put a step of a request into the ledger: ids, codes, times, and the keyed hash of an operator's login."""
    known: dict[str, UUID] = {"subject": request.subject} if request.subject else {}
    record(
        connection,
        kind,
        at=at,
        edition=request.edition,
        refs={"duty": request.id, **known, **(refs or {})},
        counts=counts,
        codes={"right": request.right, **codes},
        hashes={"actor": keyed("login", by)} if by else {},
        times=times,
    )


def _allowed(why: Why | None) -> None:
    if why is not None:
        raise NotAllowed(why)
