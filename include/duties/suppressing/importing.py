"""Take over a stop list or a do-not-call file: whole, or not at all, and nothing of it but keyed hashes."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from include.duties.notice.calendar import HOME
from include.duties.suppressing.looking import STEPS, bring
from include.errors import NeverRetry
from include.evidence import Kind, record
from include.law import edition_for
from include.store import Role, advisory_lock, begin, key_version, keying

__all__ = ["HEADINGS", "REASONS", "BrokenList", "Imported", "import_list"]

REASONS = ("opted_out", "do_not_call", "complaint", "objection", "legal")
"""Why somebody is on a list that others kept: their own wish, a national or an operator's list, a complaint…"""
HEADINGS = frozenset(
    {"contact", "phone", "mobile", "number", "msisdn", "email", "e-mail", "mail", "address"}
    | {"الجوال", "جوال", "الهاتف", "هاتف", "الرقم", "البريد"}
)
"""Headings of the one column that is read; everything else of a file stays unread."""
BLOCK = 50_000
ROWS_TOLD = 10


class BrokenList(NeverRetry):
    """A list has rows that cannot be read: none of it is taken over, for who is missing from it would be used."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a list."""

    rows: int
    added: int
    known: int
    """Contacts that were suppressed already, or stand in the list more than once."""


def import_list(file: Path, *, reason: str, at: datetime, region: str = "SA", column: str | None = None) -> Imported:
    """Suppress every phone number and mailbox of a CSV file (UTF-8) at `at` (UTC), in one unit of work.

    `column` names the heading of the contacts; without it the file has one column, or one with a heading that says
    what it holds. Numbers without a country code are read as those of `region`. The same list again adds nothing.
    Raises BrokenList with row numbers, never contents, and NeverRetry for an unknown reason or an unfit file.
    """
    if reason not in REASONS:
        raise NeverRetry(f"the reason of a list is one of {', '.join(REASONS)}")
    digest, rows = _digest(file), 0
    with begin(Role.DUTIES) as connection:
        advisory_lock(connection, "register")
        added = 0
        for cells in _blocks(file, column):
            bring(connection, _hashed(cells, region))
            added += STEPS.run(connection, "add", {"lowest": key_version(), "reason": reason, "at": at})
            rows += len(cells)
        if not rows:
            raise NeverRetry(f"{file.name}: there is no row in it; nothing was changed")
        record(
            connection,
            Kind.SUPPRESSION_IMPORTED,
            at=at,
            edition=edition_for(HOME, at).name,
            codes={"reason": reason},
            counts={"rows": rows, "added": added, "known": rows - added},
            hashes={"list": digest},
        )
    return Imported(rows, added, rows - added)


def _digest(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").digest()
    except OSError as error:
        raise NeverRetry(f"{file.name} cannot be read ({error.strerror}); name a CSV file") from None


def _blocks(file: Path, column: str | None) -> Iterator[list[tuple[int, str]]]:
    """Read the contacts with the numbers of their rows, block by block; a broken text is told by its place."""
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, strict=True)
        try:
            heads = next(reader, [])
            place = _place(file, heads, column)
            first = [] if _is_heading(heads[place]) or column else [(1, heads[place])]
            rows = ((reader.line_num, row) for row in reader if any(cell.strip() for cell in row))
            while block := first + [(number, _cell(file, row, place, number)) for number, row in islice(rows, BLOCK)]:
                first = []
                yield block
        except (csv.Error, UnicodeDecodeError) as error:
            kind = type(error).__name__
            raise BrokenList(
                f"{file.name}: row {reader.line_num + 1} is no CSV in UTF-8 ({kind}); nothing was changed"
            ) from None


def _place(file: Path, heads: Sequence[str], column: str | None) -> int:
    if column is not None:
        wanted = [place for place, head in enumerate(heads) if head.strip().casefold() == column.strip().casefold()]
    else:
        wanted = [0] if len(heads) == 1 else [place for place, head in enumerate(heads) if _is_heading(head)]
    if len(wanted) != 1:
        raise NeverRetry(f"{file.name}: name the heading of the contacts with --column; nothing was changed")
    return wanted[0]


def _is_heading(head: str) -> bool:
    return head.strip().casefold() in HEADINGS


def _cell(file: Path, row: Sequence[str], place: int, number: int) -> str:
    if len(row) <= place:
        raise BrokenList(f"{file.name}: row {number} has too few cells; mend it, nothing was changed")
    return row[place]


def _hashed(cells: list[tuple[int, str]], region: str) -> list[tuple[bytes, str]]:
    """Read each contact as the register would, so that both have the same hash."""
    import polars

    from include.intake.normalise.columns import key_texts, read_cells

    hashed, keys, broken = keying(), list[tuple[bytes, str]](), list[int]()
    for kind, mailbox in (("email", True), ("phone", False)):
        mine = [(number, cell) for number, cell in cells if ("@" in cell) is mailbox]
        if not mine:
            continue
        read = read_cells(kind, polars.Series("text", [cell for _, cell in mine], dtype=polars.String), region)
        read = read.with_columns(key_text=key_texts(read)).filter(kind=kind)
        good = read.filter(polars.col("normalised").is_not_null())
        keys += [(hashed(kind, text), kind) for text in good["key_text"]]
        unread = read.filter(polars.col("normalised").is_null())["cell"].to_list()
        whole = set(good["cell"].to_list()) - set(unread)
        broken += [number for place, (number, _) in enumerate(mine) if place not in whole]
    if broken:
        told = ", ".join(map(str, sorted(broken)[:ROWS_TOLD]))
        raise BrokenList(
            f"{len(broken)} rows hold no number or mailbox that can be read (rows {told}); nothing was changed"
        )
    return keys
