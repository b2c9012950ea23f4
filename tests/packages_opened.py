"""Requests for copies, and what is in the packages that answer them."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import datetime
from typing import Any
from uuid import UUID

from builders import ask
from people_told import MORNING, controller, subject_of

from include.duties.archives.sealing import open_bytes
from include.duties.packages import prepare
from include.duties.packages.actions import file_of
from include.duties.requests import Asked, receive
from include.store import Role, begin

__all__ = ["asks", "copied", "files_of", "rows_of", "written"]

PERSON = "person.1@people.example"


def asks(mailbox: str = PERSON, *, right: Any = "copy", language: str = "en", at: datetime = MORNING) -> UUID:
    """Ask for something on the page; return the request's id."""
    with begin(Role.PORTAL) as connection:
        subject = subject_of(mailbox)
        asked = Asked(
            right=right, subject=subject, means="page", language=language, details="soon, please", facts=str(at)
        )
        reference = receive(connection, asked, controller(), at).reference
    return UUID(str(ask("select id from duties.request where reference = :it", it=reference)[0][0]))


def copied(mailbox: str = PERSON, *, language: str = "en", at: datetime = MORNING) -> dict[str, bytes]:
    """Ask for a copy and make it; give the files of the package."""
    made = prepare(asks(mailbox, language=language, at=at), at, controller=controller())
    assert made
    return files_of(made.package)


def files_of(package: UUID) -> dict[str, bytes]:
    """Open a package as its person does."""
    with zipfile.ZipFile(io.BytesIO(b"".join(open_bytes(file_of(package), package)))) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def written(files: dict[str, bytes]) -> str:
    """All that programs read of a package, in one text."""
    return "\n".join(content.decode("utf-8-sig") for name, content in files.items() if not name.endswith(".pdf"))


def rows_of(files: dict[str, bytes], sheet: str) -> list[dict[str, Any]]:
    """The rows of a sheet, by the names of its columns."""
    (found,) = (each for each in json.loads(files["data.json"])["sheets"] if each["key"] == sheet)
    told = list(csv.reader(io.StringIO(files[f"csv/{sheet}.csv"].decode("utf-8-sig"))))
    assert told[0] == list(found["columns"].values())
    assert len(told) == len(found["rows"]) + 1
    return list(found["rows"])
