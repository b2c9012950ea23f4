"""What of a real directory must be held, counted from its file, and what is. Counts only: no value leaves here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from include.intake.contracts import Contract, check_columns, file_of
from include.intake.landing.minimise import KEY, ROW, minimise, name_rows
from include.intake.normalise import is_placeholder
from include.intake.reading import Reason, read

__all__ = ["Taken", "mailboxes_and_numbers", "taken"]

SINGLE = frozenset({"phone", "email", "website", "person"})
PLACES = frozenset({"address", "po_box", "district", "city", "region", "postal_code", "country"})
"""Parts of one address, which is one contact point, under the first part's column."""
DIGITS = re.compile(rb"\d{9,15}")
BEFORE_AT, AFTER_AT = re.compile(rb"[\w.+\-]+$"), re.compile(rb"[\w.\-]+")
LONGEST_LOCAL_PART = 64


@dataclass(frozen=True)
class Taken:
    """How many rows could be read and how many of them were set aside; how many contact cells they have, and of how
    many a contact point is held, and one that could be read."""

    readable: int
    set_aside: int
    cells: int
    held: int
    understood: int


def taken(contract: Contract, connection: psycopg.Connection[Any]) -> Taken:
    """Compare a source's file with what is held of it."""
    aside = dict(connection.execute(ASIDE, (contract.key,)).fetchall())
    held = {(bytes(row[0]), row[1]): row[2] for row in connection.execute(HELD, (contract.key,))}
    unreadable = sum(reason in set(Reason) for reason in aside.values())
    rows, cells = 0, set[tuple[bytes, str]]()
    for number, key, columns in _rows(contract):
        rows += 1
        if number not in aside:
            cells.update((key, column) for column in columns)
    return Taken(
        readable=rows,
        set_aside=len(aside) - unreadable,
        cells=len(cells),
        held=sum(cell in held for cell in cells),
        understood=sum(held.get(cell, False) for cell in cells),
    )


def mailboxes_and_numbers(connection: psycopg.Connection[Any], sources: list[str]) -> frozenset[bytes]:
    """Return every mailbox and number that is held of some sources, as it might be written elsewhere."""
    rows = connection.execute(REACHABLE, (sources,))
    return frozenset(row[0].lstrip("+").lower().encode() for row in rows)


def written_in(text: bytes, values: frozenset[bytes]) -> int:
    """Count how often one of these values stands in a text."""
    return sum(found in values for found in (*DIGITS.findall(text), *_mailboxes(text.lower())))


def _mailboxes(text: bytes) -> Iterator[bytes]:
    at = text.find(b"@")
    while at >= 0:
        before = BEFORE_AT.search(text[max(0, at - LONGEST_LOCAL_PART) : at])
        after = AFTER_AT.match(text, at + 1)
        if before and after:
            yield before.group() + b"@" + after.group().rstrip(b".-")
        at = text.find(b"@", at + 1)


def _rows(contract: Contract) -> Iterator[tuple[int, bytes, list[str]]]:
    """Yield each readable row's number, its key, and the columns that hold a contact."""
    for chunk in read(file_of(contract), contract.format):
        names = check_columns(contract, [str(column) for column in chunk.frame.columns]).names
        named = name_rows(minimise(chunk.frame.rename(columns=names), contract), contract)
        for row in named.to_dict("records"):
            yield int(row[ROW]), bytes(row[KEY]), list(_contacts(contract, row))


def _contacts(contract: Contract, row: dict[Any, Any]) -> Iterator[str]:
    given = [(column, taken.field) for column, taken in contract.columns.items() if not is_placeholder(row[column])]
    yield from (column for column, field in given if field in SINGLE)
    yield from [column for column, field in given if field in PLACES][:1]


ASIDE = """
select row_number, quarantined.reason from landing.quarantined join register.receipt on receipt.id = receipt_id
 where source_key = %s
"""
HELD = """
select listing.row_key, source_column, bool_or(normalised is not null)
  from register.contact_point join register.listing on listing.id = listing_id
 where source_key = %s group by 1, 2
"""
REACHABLE = """
select normalised from register.contact_point join register.listing on listing.id = listing_id
 where kind in ('email', 'phone') and normalised is not null and source_key = any(%s)
"""
