"""Deliveries that nobody finished: what was staged or landed of them does not lie about (promise 4, IR 8(1)(b))."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import text

from include.evidence import Kind, record
from include.intake.landing.files import destroy
from include.intake.landing.past import forget_past
from include.intake.landing.remains import destroy_remains
from include.intake.receiving import fail_delivery
from include.store import Role, begin, private_folder

__all__ = ["PATIENCE", "abandon"]

PATIENCE = timedelta(days=7)
"""So long an unfinished delivery waits for somebody to correct what stopped it. After that it has to be sent again."""


def abandon(at: datetime) -> int:
    """Fail every receipt that is older than a week and not registered, destroy its files, and return how many.

    What is left of deliveries that are too long past to be asked for goes as well.
    """
    with begin(Role.INTAKE) as connection:
        stale = list(
            connection.execute(
                text("""
                    update register.receipt set state = 'failed', closed_at = :at
                     where state in ('received', 'landed', 'checked') and received_at < :before
                    returning id, source_key, delivery_id
                """),
                {"at": at, "before": at - PATIENCE},
            )
        )
        for row in stale:
            fail_delivery(connection, row.delivery_id)
            record(
                connection,
                Kind.DELIVERY_FAILED,
                at=at,
                refs={"receipt": row.id, "delivery": row.delivery_id},
                codes={"source": row.source_key},
            )
        sources = list(connection.execute(text("select key from register.source")).scalars())
    for source_key in sources:
        destroy_remains(source_key)
        forget_past(source_key, at)
    _destroy_orphans(at)
    return len(stale)


def _destroy_orphans(at: datetime) -> None:
    """Destroy staged bytes whose receipt was never written: a run that was killed between the two."""
    with begin(Role.INTAKE) as connection:
        written = set(connection.execute(text("select id::text from register.receipt")).scalars())
    for file in private_folder("staging").iterdir():
        old = datetime.fromtimestamp(file.stat().st_mtime, at.tzinfo) < at - PATIENCE
        if old and file.name.partition(".")[0] not in written:
            destroy(file)
