"""Write the certificate of a destruction, sign it, and tell whether one is genuine."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from include.duties.backups.after_deletion import FILES, days_after_deletion
from include.duties.backups.model import OUR_STORE
from include.duties.backups.rules import KEPT_DAYS, declared_until, expires
from include.duties.certificates.page import page
from include.duties.notice.calendar import HOME
from include.errors import NeverRetry
from include.evidence.signing import genuine_text, known_keys, sign_text
from include.law import edition_for, edition_named
from include.store import Role, begin, private_folder
from include.store.home import write_private
from include.systems import System
from include.systems.maps import all_maps
from include.systems.model import Backup

__all__ = ["certificate_of", "certify", "certify_verified", "verify_certificate"]

CONTEXT = b"amanah destruction certificate 1\n"
GROUNDS = {
    "request": "IR 8(1)(a), (c); policy 5, 6",
    "notice_clock": "IR 4(3), 8(1)(b)",
    "retention": "Law 11(4), 18(1)",
}


def certify(plan: UUID, folder: Path | None = None, settings: Mapping[str, str] = os.environ) -> Path:
    """Write the certificate of a verified plan as JSON, its signature beside it, and HTML; return the JSON's path.

    The same plan gives the same bytes, as long as nothing was added to its records. Raises NeverRetry for a plan that
    is not verified: what was not looked at again is not certified.
    """
    told = _told(plan, settings)
    place = folder or private_folder("certificates")
    file = place / f"destruction-{plan}.json"
    whole = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)
    write_private(file, whole)
    write_private(file.with_suffix(".sig"), sign_text(CONTEXT, whole.encode()))
    write_private(file.with_suffix(".html"), page(told))
    return file


def certificate_of(plan: UUID) -> Path | None:
    """Give the file of a plan's certificate, as the night wrote it; None where none lies here."""
    file = private_folder("certificates") / f"destruction-{plan}.json"
    return file if file.exists() else None


def certify_verified(settings: Mapping[str, str] = os.environ) -> int:
    """Write the certificate of every verified plan that has none; return how many."""
    folder, written = private_folder("certificates"), 0
    with begin(Role.DUTIES) as connection:
        verified = connection.execute(
            text(
                "select id from duties.destruction where state = 'verified' and scope -> 'archived' is null order by id"
            )
        )
        plans = [row.id for row in verified]
    for plan in plans:
        if not (folder / f"destruction-{plan}.html").exists():  # written last: a kill before it writes all again
            certify(plan, folder, settings)
            written += 1
    return written


def verify_certificate(file: Path) -> dict[str, Any]:
    """Return what a certificate says, if this installation signed it as it is. Raises NeverRetry where it did not."""
    try:
        whole, signature = file.read_bytes(), file.with_suffix(".sig").read_text(encoding="ascii")
        told: dict[str, Any] = json.loads(whole)
    except (OSError, ValueError) as error:
        raise NeverRetry(f"{file.name}: no certificate with a signature beside it ({type(error).__name__})") from None
    if not genuine_text(CONTEXT, whole, signature, known_keys()):
        raise NeverRetry(f"{file.name} is not as it was signed here: it was changed, or another installation made it")
    return told


def _told(plan: UUID, settings: Mapping[str, str]) -> dict[str, Any]:
    with begin(Role.DUTIES) as connection:
        row = connection.execute(
            text(
                "select * from duties.destruction where id = :id and state = 'verified' and scope -> 'archived' is null"
            ),
            {"id": plan},
        ).one_or_none()
        if row is None:
            raise NeverRetry("no plan with this id was destroyed and looked at again; `status` names the plans")
        records, recipients = _records(plan), _recipients(connection, row.destroyed_at)
    scope = row.scope or {}
    backups, article = _of_the_map(row, settings)
    return {
        "certificate": str(plan), "version": 2, "system": row.system or "register", "rule": row.rule or None,
        "trigger": row.trigger, "article": article or GROUNDS.get(row.trigger, GROUNDS["retention"]),
        "edition": row.edition, "law": edition_named(row.edition).law.model_dump(),
        "planned_at": _at(row.planned_at), "begun_at": _at(row.begun_at), "destroyed_at": _at(row.destroyed_at),
        "verified_at": _at(row.verified_at), "allowed_by": row.allowed_by,
        "tables": scope.get("tables") or _of_register(row.counts), "masked": scope.get("masked", {}),
        "emptied": scope.get("emptied", {}), "held": scope.get("held", {}),
        "technique": "system" if row.system else "register", "plan_hash": bytes(row.plan_hash).hex(),
        "recipients": recipients, "backups": backups, "records": records,
        "copies_left_until": max((backup["until"] for backup in backups), default=None),
    }  # fmt: skip


def _of_register(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if name in ("listings", "contact_points", "subjects")}


def _of_the_map(row: Any, settings: Mapping[str, str]) -> tuple[list[dict[str, Any]], str | None]:
    """Give the copies that are made of a system, and until when the last may still hold what went; and its article."""
    if row.system is None:
        until = expires(edition_for(HOME, row.destroyed_at), row.destroyed_at)
        return [{"name": OUR_STORE, "kept_days": KEPT_DAYS.value, "until": _day(until)}], None
    for system in all_maps(settings):
        if system.key == row.system:
            rule = (row.rule or "").partition(":")[2]
            article = system.rules[rule].article if rule in system.rules else None
            told = [_declared(system, one, row.destroyed_at) for one in system.backups]
            return told + _of_files(system, row.destroyed_at, settings), article
    return [], None


def _declared(system: System, backup: Backup, destroyed_at: datetime) -> dict[str, Any]:
    until = declared_until(edition_for(system.jurisdiction, destroyed_at), destroyed_at, backup.months)
    return {"name": backup.name, "kept_months": backup.months, "until": _day(until)}


def _of_files(system: System, destroyed_at: datetime, settings: Mapping[str, str]) -> list[dict[str, Any]]:
    days = days_after_deletion(system, destroyed_at, settings)
    until = _day(destroyed_at + timedelta(days=days))
    return [{"name": FILES, "days_after_deletion": days, "until": until}] if days else []


def _records(plan: UUID) -> list[dict[str, Any]]:
    """Name the ledger's records about a plan: number, kind, and the hash that chains it."""
    with begin(Role.AUDITOR) as auditor:
        rows = auditor.execute(
            text("""
                select seq, kind, encode(hash, 'hex') as hash from evidence.ledger
                 where kind like 'destruction%' and position(:plan in payload) > 0 order by seq
            """),
            {"plan": str(plan)},
        )
        return [dict(row._mapping) for row in rows]


def _recipients(connection: Connection, since: datetime) -> dict[str, int]:
    """Count the audiences that were out when it went, and the removal lists that were told since."""
    row = connection.execute(
        text("""
            select (select count(*) from duties.audience where made_at <= :at and expires_at > :at) as audiences_out,
                   (select count(*) from duties.removal where made_at >= :at) as removal_lists_told
        """),
        {"at": since},
    ).one()
    return dict(row._mapping)


def _day(instant: datetime) -> str:
    """Give the first day, UTC, on which a copy is gone for certain."""
    return (instant.astimezone(UTC) + timedelta(days=1)).date().isoformat()


def _at(instant: datetime | None) -> str | None:
    return instant.astimezone(UTC).isoformat(timespec="seconds") if instant else None
