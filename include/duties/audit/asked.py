"""Who asked for an audit by hand or by a backfill, when and why."""

from __future__ import annotations

from sqlalchemy import text

from include.store import Role, begin

__all__ = ["asked_for"]

ASKED = text("""
    select run, kind, reason, started_by, at from register.run where run like 'audit:%' order by at desc, run
""")


def asked_for() -> list[dict[str, str]]:
    """Give every such run, the latest first. Scheduled runs were asked for by nobody."""
    with begin(Role.AUDITOR) as connection:
        rows = connection.execute(ASKED).all()
    return [
        {"run": row.run, "kind": row.kind, "reason": row.reason, "by": row.started_by,
         "at": row.at.isoformat(timespec="seconds")}
        for row in rows
    ]  # fmt: skip
