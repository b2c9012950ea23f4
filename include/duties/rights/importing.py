"""A file of requests, as a call centre keeps them: taken over whole or not at all, and what is wrong is told by row."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from include.duties.consent import Contact
from include.duties.consent.importing import moment_of
from include.duties.requests import RIGHTS
from include.duties.requests.actions import facts_of
from include.duties.requests.rules import ANSWERS, DOCUMENTS_TOLD, GUARDIANSHIPS, speaks_of_document
from include.duties.rights.actions import STEPS
from include.duties.rights.receiving import Given, contact_of, enter
from include.errors import NeverRetry
from include.law import Controller
from include.store import Role, advisory_lock, begin, keyed

__all__ = ["BrokenRequests", "Imported", "import_requests"]

NEEDED = ("right", "contact", "received_at")
MORE = ("language", "details", "answers", "capacity", "guardianship", "reply_to")
ROWS_TOLD = 10
LONGEST = 4000


class BrokenRequests(NeverRetry):
    """A file has rows that cannot be read: none of it is taken over, so that no request is lost among the others."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file."""

    rows: int
    received: int
    joined: int
    """Requests that joined one which is open."""
    known: int
    """Rows that were taken over before: the same person, right, moment and words."""


class _Broken(Exception):
    """A row cannot be taken over, for one of its columns."""


def import_requests(
    file: Path, controller: Controller, *, by: str, at: datetime, settings: Mapping[str, str] = os.environ
) -> Imported:
    """Take over every request of a CSV file (UTF-8) at `at` (UTC), in one unit of work, by an operator's login.

    `received_at` has a time zone: the clock of each row runs from then. `answers` are the codes by which the operator
    saw who asks, parted by spaces. The same file again changes nothing. Raises BrokenRequests naming row and column,
    never what stands there, and NeverRetry for a file that is none.
    """
    given, broken = list[tuple[datetime, Given]](), list[str]()
    for number, row in _rows(file):
        try:
            given.append(_read(row, by, at))
        except _Broken as error:
            broken.append(f"row {number}: {error}")
    if broken:
        more = f" and {len(broken) - ROWS_TOLD} more" if len(broken) > ROWS_TOLD else ""
        told = "; ".join(broken[:ROWS_TOLD]) + more
        raise BrokenRequests(f"{file.name}: {told}; mend it and import it again, nothing was changed")
    if not given:
        raise NeverRetry(f"{file.name}: there is no row in it; nothing was changed")
    done = Counter[str]()
    with begin(Role.DUTIES) as connection:
        advisory_lock(connection, "requests")
        for moment, request in sorted(given, key=lambda each: each[0]):
            asker = (request.reply_to if request.capacity == "guardian" else None) or request.contact
            key = keyed(asker.kind, asker.value.casefold())
            facts = facts_of(request.details)
            seen = {"asker": key, "right": request.right, "at": moment, "facts": facts}
            if STEPS.one(connection, "seen", seen):
                done["known"] += 1
                continue
            done["joined" if enter(connection, request, controller, moment, settings).joined else "received"] += 1
    return Imported(len(given), done["received"], done["joined"], done["known"])


def _rows(file: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Read the rows with the number of the line on which each ends; blank ones are passed over."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            heads = [head.strip().casefold() for head in next(reader, [])]
            _check(file, heads)
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    if len(cells) != len(heads):
                        raise BrokenRequests(
                            f"{file.name}: row {reader.line_num}: it has {len(cells)} cells and not {len(heads)}; "
                            "nothing was changed"
                        )
                    yield reader.line_num, dict(zip(heads, (cell.strip() for cell in cells), strict=True))
    except OSError as error:
        raise NeverRetry(f"{file.name} cannot be read ({error.strerror}); name a CSV file") from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise NeverRetry(f"{file.name} is no CSV in UTF-8 ({type(error).__name__}); nothing was changed") from None


def _check(file: Path, heads: list[str]) -> None:
    if missing := [name for name in NEEDED if name not in heads]:
        raise NeverRetry(f"{file.name}: it lacks the column {missing[0]}; it needs {', '.join(NEEDED)}")
    if len({*heads}) != len(heads) or not {*heads} <= {*NEEDED, *MORE}:
        raise NeverRetry(f"{file.name}: the columns are {', '.join(NEEDED)}, each once, and may be {', '.join(MORE)}")


def _read(row: Mapping[str, str], by: str, at: datetime) -> tuple[datetime, Given]:
    answers = tuple(row.get("answers", "").split())
    capacity = row.get("capacity") or "self"
    for column, whole in {
        "right": row["right"] in RIGHTS,
        "capacity": capacity in ("self", "guardian", "other"),
        "guardianship": row.get("guardianship", "") in ("", *GUARDIANSHIPS),
        "reply_to": (capacity == "guardian") is bool(row.get("reply_to")),
        "details": len(row.get("details", "")) <= LONGEST and "\0" not in row.get("details", ""),
    }.items():
        if not whole:
            raise _Broken(column)
    for code in answers:
        if code not in ANSWERS:
            raise _Broken(f"answers ({DOCUMENTS_TOLD})" if speaks_of_document(code) else "answers")
    given = Given(
        right=row["right"],  # type: ignore[arg-type]
        contact=_contact(row["contact"], "contact"),
        means="file",
        language=row.get("language") or "ar",
        details=row.get("details") or None,
        proof="operator" if answers else None,
        answers=answers,
        capacity=capacity,  # type: ignore[arg-type]
        guardianship=row.get("guardianship") or None,
        reply_to=_contact(row["reply_to"], "reply_to") if row.get("reply_to") else None,
        by=by,
    )
    try:
        return moment_of(row["received_at"], at), given
    except NeverRetry:
        raise _Broken("received_at") from None


def _contact(text: str, column: str) -> Contact:
    try:
        return contact_of(text)
    except NeverRetry:
        raise _Broken(column) from None
