"""Say why clocks were missed: whoever answers for it gives a reason, once, and the evidence has who."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from include.errors import NeverRetry
from include.evidence import Kind, learn, record
from include.store import Role, begin, keyed

__all__ = ["REASONS", "explain_missed"]

REASONS = ("system_away", "mail_server_down", "power_cut", "staff_away", "wrong_data", "wrong_edition", "law_changed")
EXPLAIN = text("""
    insert into duties.missed_reason (duty_id, reason, at)
    select id, :reason, :at from duties.duty
     where (state = 'missed' or due_at < coalesce(closed_at, :at)) and (cast(:duty as uuid) is null or id = :duty)
       and not exists (select from duties.missed_reason given where given.duty_id = duty.id)
    returning (select kind from duties.duty where duty.id = duty_id)
""")


def explain_missed(reason: str, *, by: str, at: datetime, duty: UUID | None = None) -> dict[str, int]:
    """Give the reason of one missed duty, or of all that have none yet; return how many of each kind.

    A duty that was done after its clock had ended is one of them. A reason that was given stays. Raises NeverRetry for
    an unknown reason, and where nothing waits for one.
    """
    if reason not in REASONS:
        raise NeverRetry(f"no such reason: {reason}; one of {', '.join(REASONS)}")
    with begin(Role.DUTIES) as connection:
        kinds = Counter(connection.execute(EXPLAIN, {"reason": reason, "at": at, "duty": duty}).scalars())
        if not kinds:
            raise NeverRetry("no missed clock waits for a reason" + (" under this id" if duty else ""))
        for kind, count in sorted(kinds.items()):
            learn(connection, kind)
            record(
                connection,
                Kind.MISS_EXPLAINED,
                at=at,
                codes={"kind": kind, "reason": reason},
                counts={"duties": count},
                hashes={"actor": keyed("staff", by)},
            )
    return dict(kinds)
