"""Close a request without carrying it out: refused by the law, or taken back by its person; both are told."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from include.channels import enqueue
from include.duties.rights.actions import NotAllowed, allowed, close, standing, tell
from include.duties.rights.addresses import address_of
from include.duties.rights.grounds import grounds
from include.duties.rights.letters import refusal_letter, withdrawal_letter
from include.duties.rights.lifting import let_go, restricted
from include.duties.rights.model import State, Why
from include.duties.rights.rules import may_move, may_refuse, may_withdraw
from include.evidence import Kind
from include.law import Controller, edition_named
from include.store import Role, begin

__all__ = ["refuse", "withdraw"]


def refuse(
    request: UUID,
    ground: str,
    controller: Controller,
    *,
    by: str,
    at: datetime,
    settings: Mapping[str, str] = os.environ,
) -> None:
    """Refuse a request at `at` (UTC) on one of the law's grounds, with the way to complain. Raises NotAllowed.

    What it held back ends once a letter that says so has gone out: not by one to a contact that is somebody else's too,
    and never an objection, which stands until its person takes it back.
    """
    with begin(Role.DUTIES) as connection:
        found = standing(connection, request)
        allowed(may_refuse(edition_named(found.edition), found, ground).why)
        allowed(may_move(found.state, State.REFUSED))
        if (to := address_of(connection, found, settings)) is None:
            raise NotAllowed(Why.NO_ADDRESS)
        row = restricted(connection, request)
        freed = row is not None and row.kind != "objection" and not to.shared
        letter = refusal_letter(found, grounds().grounds[ground], controller, to, at, freed=freed)
        enqueue(connection, letter, at=at)
        close(connection, found, State.REFUSED, at, outcome="refused", ground=ground, message=letter.id)
        if freed:
            let_go(connection, found, "refused", letter.id, at, by=by)
        tell(connection, Kind.REQUEST_REFUSED, found, at, by=by, ground=ground)


def withdraw(
    request: UUID,
    controller: Controller,
    *,
    through: str,
    evidence: str,
    by: str,
    at: datetime,
    settings: Mapping[str, str] = os.environ,
) -> None:
    """Close a request that its person takes back, as an operator (by login) heard at `at` (UTC), and write to them so.

    `through` is how they said it (`rules.WAYS`), `evidence` the reference of what shows it. The letter says that it was
    taken back, how that was heard, and what to do if it is not so. Raises NotAllowed: also where nobody can be told.
    """
    with begin(Role.DUTIES) as connection:
        found = standing(connection, request)
        allowed(may_withdraw(found, through, evidence))
        if (to := address_of(connection, found, settings)) is None:
            raise NotAllowed(Why.NO_ADDRESS)
        letter = withdrawal_letter(found, through, controller, to, at)
        enqueue(connection, letter, at=at)
        outcome = "withdrawn_by_person"
        close(connection, found, State.WITHDRAWN, at, outcome=outcome, through=through, evidence=evidence)
        let_go(connection, found, outcome, letter.id, at, by=by)
        refs = {"message": letter.id}
        tell(connection, Kind.REQUEST_WITHDRAWN, found, at, by=by, refs=refs, evidence=evidence, through=through)
