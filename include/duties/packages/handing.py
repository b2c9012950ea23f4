"""Hand a package out to whoever proved that they are its person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from include.duties.archives.sealing import open_bytes
from include.duties.notice.calendar import HOME
from include.duties.packages.actions import file_of
from include.duties.packages.register import STEPS
from include.evidence import Kind, record
from include.law import edition_for

__all__ = ["handed_out", "open_package", "package_of"]


def package_of(connection: Connection, package: UUID, at: datetime) -> Any | None:
    """Find a package that was delivered and is not over at `at` (UTC); None for any other, and for one of nobody."""
    return next(iter(STEPS.rows(connection, "fetchable", {"id": package, "at": at})), None)


def open_package(package: UUID) -> Iterator[bytes]:
    """Give the archive piece by piece. Raises Unreadable where its file is gone or not as it was written."""
    return open_bytes(file_of(package), package)


def handed_out(connection: Connection, package: Any, at: datetime) -> None:
    """Count a download at `at` (UTC) and record it, in the caller's unit of work: before anything is sent."""
    STEPS.run(connection, "downloaded", {"id": package.id, "at": at})
    record(
        connection,
        Kind.PACKAGE_DOWNLOADED,
        at=at,
        edition=edition_for(HOME, at).name,
        refs={"package": package.id, "request": package.request_id},
        counts={"downloads": package.downloads + 1},
    )
