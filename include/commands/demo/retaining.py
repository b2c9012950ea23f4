"""The demo's night over the company's books: a court's hold, the officer's answer, and what is gone afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text

from include.commands.demo.company import Account
from include.duties.holds import place, standing
from include.store import Role, begin
from include.systems.connecting import connected

__all__ = ["CASE", "hold_for_the_court", "what_went"]

CASE = "COURT-2026-17"


def hold_for_the_court(settings: Mapping[str, str], at: datetime) -> bool:
    """Place the legal hold that a court asks for on one of the accounts; return whether it was still to be placed."""
    with begin(Role.DUTIES) as store:
        if any(hold.case_ref == CASE for hold in standing(store)):
            return False
    with connected(settings["AMANAH_SYSTEM_BOOKS"]) as books:
        mailbox = books.execute(text("select email from account where id = :id"), {"id": Account.UNDER_HOLD})
        people = tuple(str(row.email) for row in mailbox)
    place(CASE, by="dpo", at=at, people=people, system="books")
    return True


def what_went(since: datetime) -> list[dict[str, Any]]:
    """Sum up the plans over other systems since an instant (UTC): what went, what is held, what proves it."""
    with begin(Role.DUTIES) as store:
        rows = store.execute(
            text("""
                select id, system, coalesce(nullif(rule, ''), 'request') as rule, state, counts, scope, allowed_by
                  from duties.destruction where system is not null and planned_at >= :since order by planned_at, id
            """),
            {"since": since},
        )
        return [
            {"plan": str(row.id), "system": row.system, "rule": row.rule, "state": row.state, "counts": row.counts,
             "tables": row.scope.get("tables", {}), "allowed_by": row.allowed_by}
            for row in rows
        ]  # fmt: skip
