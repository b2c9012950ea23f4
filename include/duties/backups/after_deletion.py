"""What object storage keeps of deleted files: a copy like any other, with its end; one for too long is refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from include.errors import NeverRetry
from include.law import clocks, edition_for
from include.systems import System
from include.systems.files import days_kept

__all__ = ["FILES", "days_after_deletion"]

FILES = "deleted files"
"""What the copy is called that a storage keeps of deleted files."""


def days_after_deletion(system: System, at: datetime, settings: Mapping[str, str]) -> int:
    """Say for how many days the storage of a system's files keeps what is deleted at `at` (UTC); 0 where not at all.

    Nobody can destroy that by a call, and it stays for as long as was set when it was deleted. So it is told as a
    copy with its end; and nothing is deleted where that end is after the edition's ceiling for backups (policy 4): then
    NeverRetry is raised.
    """
    base = settings.get(system.files or "")
    days = days_kept(base) if base else 0
    edition = edition_for(system.jurisdiction, at)
    if at + timedelta(days=days) > clocks.backup_window(edition, at).latest:
        most = edition.retention.backup_max_months.value
        raise NeverRetry(
            f"{system.key}: the storage of its files keeps what is deleted for {days} days (soft delete), longer than "
            f"the {most} months that a copy may last; shorten that first, for what is deleted before stays as long"
        )
    return days
