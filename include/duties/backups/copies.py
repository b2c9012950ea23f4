"""Copies of our store: made by our own DAG, registered, destroyed in time. Those made elsewhere are counted too."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from include.duties.backups.after_deletion import FILES, days_after_deletion
from include.duties.backups.model import OUR_STORE, Copy
from include.duties.backups.noting import STEPS, write_down
from include.duties.backups.rules import copies_left_until, declared_until, expires
from include.duties.notice.calendar import HOME
from include.evidence import Kind, record
from include.law import edition_for
from include.law.days import utc
from include.store import Role, begin, owner_url, private_folder
from include.store.dumping import dump
from include.store.home import closed
from include.systems import System
from include.systems.maps import all_maps
from include.systems.model import Backup

__all__ = ["backups_folder", "copies", "copies_left", "make_backup", "sum_of"]

NAME = re.compile(r"amanah-(\d{8}T\d{6}Z)-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.dump")
STAMP = "%Y%m%dT%H%M%SZ"
MEGABYTE = 1_000_000
SHORTEST_MONTH = 28


def backups_folder() -> Path:
    """Return the folder of our copies, closed to others: under home, or where AMANAH_BACKUPS says."""
    named = os.environ.get("AMANAH_BACKUPS")
    return closed(Path(named).expanduser().absolute()) if named else private_folder("backups")


def make_backup(at: datetime, settings: Mapping[str, str] = os.environ) -> dict[str, int]:
    """Copy our store at `at` (UTC), register the copy, and destroy those whose time is over; return counts.

    A copy that an earlier run made and did not register is registered now. Raises NoProgram where PostgreSQL's own
    program cannot be had.
    """
    write_down()
    with begin(Role.DUTIES) as connection:
        STEPS.run(connection, "lock_copies")
        folder = backups_folder()
        for left in folder.glob("*.unfinished"):
            left.unlink()
        file = folder / f"amanah-{utc(at, 'at').strftime(STAMP)}-{uuid4()}.dump"
        dump(owner_url(), file)
        made = sum(_register(found, at) for found in sorted(folder.glob("amanah-*.dump")))
    try:
        declared = _declare(at, settings)
    finally:  # a storage that does not say how long it keeps what is deleted keeps no copy of ours past its time
        gone = _expire(at)
    return {"made": made, "declared": declared, "gone": gone}


def _register(file: Path, at: datetime) -> int:
    """Register a copy that is not yet, by what its name says of it."""
    named = NAME.fullmatch(file.name)
    if named is None:
        return 0
    made_at, copy = datetime.strptime(named[1], STAMP).replace(tzinfo=UTC), UUID(named[2])
    with begin(Role.DUTIES) as connection:
        if STEPS.rows(connection, "registered", {"name": file.name}):
            return 0
        edition, digest, size = edition_for(HOME, made_at), sum_of(file), file.stat().st_size
        values = {"id": copy, "system": OUR_STORE, "name": file.name, "made_at": made_at, "sha256": digest}
        values |= {"expires_at": expires(edition, made_at), "size": size}
        STEPS.run(connection, "register_copy", values)
        record(
            connection,
            Kind.BACKUP_MADE,
            at=at,
            edition=edition.name,
            refs={"backup": copy},
            counts={"megabytes": size // MEGABYTE},
            hashes={"backup": digest},
            times={"expires": expires(edition, made_at)},
        )
    return 1


def sum_of(file: Path) -> bytes:
    """Return the SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()


def _declare(at: datetime, settings: Mapping[str, str]) -> int:
    """Register the copies that data maps say are made elsewhere: of each, the latest that may have been made."""
    systems = all_maps(settings)
    declared = [
        (system, backup) for system in systems for backup in (*system.backups, *_of_files(system, at, settings))
    ]
    with begin(Role.DUTIES) as connection:
        for system, backup in declared:
            until = declared_until(edition_for(system.jurisdiction, at), at, backup.months)
            values = {"system": system.key, "name": backup.name, "months": backup.months, "at": at}
            STEPS.run(connection, "declare", values | {"expires_at": until})
    return len(declared)


def _of_files(system: System, at: datetime, settings: Mapping[str, str]) -> tuple[Backup, ...]:
    """Give what a storage keeps of deleted files as a copy, in whole months of 28 days and no fewer."""
    days = days_after_deletion(system, at, settings)
    return (Backup(name=FILES, months=-(-days // SHORTEST_MONTH)),) if days else ()


def _expire(at: datetime) -> int:
    """Destroy the copies whose time is over; return how many of ours went. One cut short goes with the next run."""
    with begin(Role.DUTIES) as connection:
        STEPS.run(connection, "expire", {"at": at})
        expired = STEPS.rows(connection, "expired")
    for copy in expired:
        if copy.ours:
            (backups_folder() / copy.name).unlink(missing_ok=True)
        with begin(Role.DUTIES) as connection:
            if STEPS.run(connection, "gone", {"id": copy.id, "at": at}):
                edition = edition_for(HOME, at).name
                record(connection, Kind.BACKUP_GONE, at=at, edition=edition, refs={"backup": copy.id})
    return sum(copy.ours for copy in expired)


def copies() -> list[Copy]:
    """Return every copy that was registered, also those that are gone."""
    with begin(Role.DUTIES) as connection:
        return [Copy(**row._mapping) for row in STEPS.rows(connection, "copies")]


def copies_left(at: datetime, systems: Iterable[str] = (OUR_STORE,)) -> list[dict[str, Any]]:
    """Say of each plan of destruction until when a copy of these systems may still hold what it destroyed.

    A plan whose last copy was gone at `at` (UTC) has none left: only then is it destroyed everywhere (IR 8(2)(c)).
    """
    with begin(Role.DUTIES) as connection:
        kept = STEPS.rows(connection, "kept", {"systems": list(systems)})
        plans = STEPS.rows(connection, "destroyed")
    return [{"plan": str(plan.id), "copies_left_until": _left(plan.destroyed_at, kept, at)} for plan in plans]


def _left(destroyed_at: datetime, kept: list[Any], at: datetime) -> str | None:
    """Look at our copies by their own times, and at one made elsewhere as of the moment before the destruction."""
    edition = edition_for(HOME, destroyed_at)
    times = [
        (row.made_at, row.expires_at)
        if row.months is None
        else (destroyed_at, declared_until(edition, destroyed_at, row.months))
        for row in kept
    ]
    until = copies_left_until(destroyed_at, times)
    return until.isoformat() if until is not None and until > at else None
