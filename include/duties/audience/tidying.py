"""Files of audiences live as long as they are needed: gone at their end, and written anew without whoever has to go.

The manifest stays, as the record of the disclosure does: neither holds a contact.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from include.duties.audience.checking import STEPS
from include.duties.audience.exporting import (
    MANIFEST,
    audience_folder,
    file_name,
    files_in,
    removed_from,
    write_file,
)
from include.store import Role, begin, private_folder
from include.store.home import write_private

__all__ = ["Stored", "tidy", "upload"]

Stored = Callable[[str, str | None], Any]
"""Gives the path of an object (a URL) as a connection reaches it."""
UNFINISHED = timedelta(days=1)
"""So long a run may take from choosing an audience to handing it out, its retries included."""
BLOCK = 1 << 20


def tidy(at: datetime, stored: Stored) -> dict[str, int]:
    """Delete the files of audiences that ended by `at` (UTC), and rewrite those that somebody has to be taken out of.

    Here and where they were handed over. Returns counts. An audience that is being written or tidied is passed over.
    """
    counts = {"deleted": 0, "rewritten": 0}
    for folder in sorted(private_folder("audiences").iterdir()):
        if files_in(folder):
            with begin(Role.DUTIES) as connection:
                _tidy_here(connection, folder, at, counts)
    with begin(Role.DUTIES) as connection:
        placed = [row.id for row in STEPS.rows(connection, "placed")]
    for audience in placed:
        with begin(Role.DUTIES) as connection:
            _tidy_there(connection, audience, stored, at, counts)
    return counts


def upload(files: Iterable[Path], place: str, login: str | None, stored: Stored) -> int:
    """Copy files into a folder of an object storage; return how many."""
    copied = list(files)
    for file in copied:
        with file.open("rb") as given, stored(f"{place}/{file.name}", login).open("wb") as sink:
            while block := given.read(BLOCK):
                sink.write(block)
    return len(copied)


def _tidy_here(connection: Connection, folder: Path, at: datetime, counts: dict[str, int]) -> None:
    for row in STEPS.rows(connection, "kept", {"id": UUID(folder.name)}):
        if _over(row, at):
            counts["deleted"] += _delete(folder)
        elif row.state == "exported" and row.removed != removed_from(folder):
            _rewrite(connection, row, folder)
            counts["rewritten"] += 1


def _tidy_there(connection: Connection, audience: UUID, stored: Stored, at: datetime, counts: dict[str, int]) -> None:
    for row in STEPS.rows(connection, "kept", {"id": audience}):
        values = {"id": audience, "place": row.place, "login": row.login, "without": int(row.removed)}
        if _over(row, at):
            stored(f"{row.place}/{file_name(row)}", row.login).unlink(missing_ok=True)
            STEPS.run(connection, "place", values | {"place": None, "login": None})
            counts["deleted"] += 1
        elif row.removed != row.placed_without and row.form != "table":
            folder = audience_folder(audience)
            _rewrite(connection, row, folder)
            upload((folder / file_name(row), folder / MANIFEST), row.place, row.login, stored)
            STEPS.run(connection, "place", values)
            _delete(folder)
            counts["rewritten"] += 1


def _over(row: Any, at: datetime) -> bool:
    """Whether nobody needs the file any more: its time is over, or it was never handed out and will not be."""
    if row.state == "building":
        return bool(row.made_at + UNFINISHED <= at)
    return bool(row.state == "refused" or row.expires_at <= at)


def _rewrite(connection: Connection, row: Any, folder: Path) -> None:
    """Write file and manifest without whoever is on a removal list, or not in the register any more."""
    told = json.loads((folder / MANIFEST).read_text("utf-8"))
    digest = write_file(connection, row.id, row, folder)
    told |= {"sha256": digest.hex(), "removed": int(row.removed)}
    write_private(folder / MANIFEST, json.dumps(told, indent=1, ensure_ascii=False))


def _delete(folder: Path) -> int:
    files = files_in(folder)
    for file in files:
        file.unlink(missing_ok=True)
    return len(files)
