"""What becomes of a request between receipt and answer: each verb checks the rules, and the ledger says that it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from include.duties.consent import Said, delete_asked
from include.duties.consent import withdraw as take_back
from include.duties.requests.actions import hold_back
from include.duties.requests.model import Asked, Proof
from include.duties.requests.rules import proven
from include.duties.rights.addresses import STEPS
from include.duties.rights.grounds import grounds
from include.duties.rights.model import Standing, State, Why
from include.duties.rights.rules import SENTENCES, WAYS, may_move
from include.errors import NeverRetry
from include.evidence import Kind, record
from include.store import Role, begin, keyed

__all__ = [
    "STEPS", "NotAllowed", "allowed", "close", "confirm", "destroy_asked", "identify", "named", "seen", "standing",
    "standing_of", "tell", "withdraw_asked",
]  # fmt: skip


class NotAllowed(NeverRetry):
    """A request may not go on this way. The fact is `why`."""

    def __init__(self, why: Why) -> None:
        self.why = why
        told = grounds()
        named = {"reasons": told.extensions, "grounds": told.grounds, "lifts": told.lifts, "ways": WAYS}
        known = {name: ", ".join(codes) for name, codes in named.items()}
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
    STEPS.rows(connection, "hold", {"id": request})
    if (found := seen(connection, request)) is None:
        raise NeverRetry("there is no such request")
    return found


def seen(connection: Connection, request: UUID) -> Standing | None:
    """Give a request as it stands: to look at it stops no one. None where there is none."""
    rows = STEPS.rows(connection, "standing", {"id": request})
    return standing_of(rows[0]) if rows else None


def standing_of(row: Any) -> Standing:
    """Read a request from a row, so that the rules can be asked about it; what a list leaves out is as by default."""
    told = dict(row._mapping)
    told["subject"], told["state"] = told.pop("subject_id"), State(told["state"])
    return Standing(**{each.name: told[each.name] for each in fields(Standing) if each.name in told})


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
        allowed(may_move(found.state, State.CHECKED))
        if proof is None or found.subject is None:
            raise NeverRetry("these answers do not show that the request is of the person whose data it is about")
        values = {"id": request, "proof": proof, "answers": list(answers), "guardianship": guardianship, "at": at}
        STEPS.run(connection, "check", values | {"subject": found.subject})
        hold_back(connection, request, found.right, found.means, found.subject, at)
        tell(connection, Kind.IDENTITY_CHECKED, found, at, by=by, proof=proof)


def close(
    connection: Connection,
    request: Standing,
    state: State,
    at: datetime,
    *,
    outcome: str,
    ground: str | None = None,
    through: str | None = None,
    evidence: str | None = None,
    message: UUID | None = None,
) -> None:
    """Close a request and its duty at `at` (UTC): done, or missed where its clock had ended.

    `message` is the letter that answers it: should it come back, the duty is open again.
    """
    values = {"id": request.id, "state": state.value, "outcome": outcome, "ground": ground, "at": at}
    STEPS.run(connection, "close", values | {"through": through, "evidence": evidence, "message": message})


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
    evidence: str | None = None,
    **codes: str,
) -> None:
    """Put a step of a request into the ledger: ids, codes, times, and the keyed hashes of a login and a reference."""
    known: dict[str, UUID] = {"subject": request.subject} if request.subject else {}
    record(
        connection,
        kind,
        at=at,
        edition=request.edition,
        refs={"duty": request.id, **known, **(refs or {})},
        counts=counts,
        codes={"right": request.right, **codes},
        hashes=({"actor": keyed("login", by)} if by else {})
        | ({"evidence": keyed("evidence", evidence)} if evidence else {}),
        times=times,
    )


def allowed(why: Why | None) -> None:
    """Raise NotAllowed where something speaks against a step."""
    if why is not None:
        raise NotAllowed(why)
