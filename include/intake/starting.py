"""Who asked for a run by hand, or for a backfill, and why: somebody answers for it (IR 33)."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import text

from include.evidence import Kind, learn, record
from include.store import Role, begin, keyed

__all__ = ["note_start"]


def note_start(run: str, *, kind: str, reason: str, started_by: str, at: datetime) -> None:
    """Write down once who started a run (`manual`, `backfill`, `command_line`) and the code of the reason.

    The login stands in the register, where an auditor may read it; the evidence has its keyed hash. A run that is
    started again by somebody else, or for another reason, is written down again.
    """
    with begin(Role.INTAKE) as connection:
        fresh = connection.execute(
            text("""
                insert into register.run (run, kind, reason, started_by, at)
                values (:run, :kind, :reason, :by, :at) on conflict do nothing
            """),
            {"run": run, "kind": kind, "reason": reason, "by": started_by, "at": at},
        ).rowcount
        if fresh:
            dag = run.partition(":")[0]
            learn(connection, dag, reason)
            record(
                connection,
                Kind.REASON_GIVEN,
                at=at,
                codes={"dag": dag, "kind": kind, "reason": reason},
                hashes={"run": hashlib.sha256(run.encode()).digest(), "starter": keyed("staff", started_by)},
            )
