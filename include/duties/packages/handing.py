"""Hand a package out: to whoever proved that they are its person, or to an officer who hands it over another way."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from include.duties.archives.sealing import open_bytes
from include.duties.notice.calendar import HOME
from include.duties.packages.actions import file_of, lying_ready
from include.duties.packages.register import STEPS
from include.errors import NeverRetry
from include.evidence import Kind, record
from include.law import edition_for
from include.store import Role, begin, keyed

__all__ = ["hand_to_officer", "handed_out", "open_package", "package_of"]


def package_of(connection: Connection, package: UUID, at: datetime) -> Any | None:
    """Find a package that was delivered and is not over at `at` (UTC); None for any other, and for one of nobody."""
    return next(iter(STEPS.rows(connection, "fetchable", {"id": package, "at": at})), None)


def open_package(package: UUID) -> Iterator[bytes]:
    """Give the archive piece by piece. Raises Unreadable where its file is gone or not as it was written."""
    return open_bytes(file_of(package), package)


def hand_to_officer(request: UUID, output: Path, at: datetime, *, by: str) -> int:
    """Write a request's package to a new file for an officer (by login), who hands it over another way; return bytes.

    The file is the archive as its person would get it, for its owner's eyes alone; each time is counted and recorded.
    Raises NeverRetry where no package lies ready, and where the file is there already.
    """
    with begin(Role.DUTIES) as connection:
        row = lying_ready(connection, request)
        if row is None:
            raise NeverRetry("no package of this request lies ready: answer the request, and it is made")
        try:
            file = os.fdopen(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        except FileExistsError:
            raise NeverRetry("the output file is there already: name another one") from None
        try:
            with file:
                written = sum(file.write(part) for part in open_package(row.id))
            handed_out(connection, row, at, by=by)
        except BaseException:
            output.unlink()
            raise
    return written


def handed_out(connection: Connection, package: Any, at: datetime, *, by: str | None = None) -> None:
    """Count a download at `at` (UTC) and record it, in the caller's unit of work: before anything is sent.

    `by` is the login of an officer who takes it; without one its person does.
    """
    STEPS.run(connection, "downloaded", {"id": package.id, "at": at})
    record(
        connection,
        Kind.PACKAGE_DOWNLOADED,
        at=at,
        edition=edition_for(HOME, at).name,
        refs={"package": package.id, "request": package.request_id},
        counts={"downloads": package.downloads + 1},
        hashes={"actor": keyed("login", by)} if by else None,
    )
