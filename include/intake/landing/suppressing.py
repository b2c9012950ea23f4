"""What was destroyed or refused does not come back: keyed hashes are compared before a row is stored (promise 4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import polars as pl
from sqlalchemy import Connection, text

from include.intake.classification import NameKind, classify_name
from include.intake.contracts import Contract
from include.intake.landing.minimise import KEY
from include.intake.listings.cells import Cells, read_as_persons, read_points
from include.intake.normalise import Reading, is_placeholder, read_cell
from include.intake.normalise.columns import key_texts
from include.intake.points import PLACES, cell_key, point_key, read_column, read_places, region_of
from include.store import keying

__all__ = ["Filtered", "suppress"]

SUPPRESSIBLE = ("phone", "email")
"""Kinds that are suppressed wherever they stand; every other kind only in the row that it was destroyed in.

So is a number or mailbox that its person gave us too, and lets us use.
"""
READ = (*SUPPRESSIBLE, "website")
"""Fields whose cells may hold a number or a mailbox: a mailbox where a website belongs is read as what it is."""
HELD = text("""
    select distinct asked.key from unnest(cast(:keys as bytea[])) as asked (key)
     cross join unnest(suppression.forms(asked.key)) as form (key) join suppression.entry on entry.key = form.key
""")
ANY = text("""
    select exists (select from suppression.entry), exists (select from suppression.entry where kind = 'cell')
""")

Marked = dict[tuple[str, ...], list[list[tuple[Reading, bytes]]]]
"""Of each column, or the columns that are read as one: row by row, what they say and the key that would suppress it."""


@dataclass(frozen=True, slots=True)
class Filtered:
    """The rows that may be stored, how many may not, and how many single contacts were taken out of the others."""

    frame: pd.DataFrame
    rows: int
    contacts: int


def suppress(connection: Connection, contract: Contract, frame: pd.DataFrame) -> Filtered:
    """Take out suppressed rows, and from rows that stay, suppressed contacts and what was destroyed in that row.

    A row goes whole where its row key is suppressed, or where a number or mailbox of it is and nothing else in it
    reaches anybody, or its name is (or may be) the person's own: a name beside another number would bring the person
    back.
    """
    if frame.empty:
        return Filtered(frame, 0, 0)
    entries, cells = connection.execute(ANY).one()
    if not entries:
        return Filtered(frame, 0, 0)
    keys = _keys(contract, frame, cells=cells)
    held = frozenset(bytes(row.key) for row in connection.execute(HELD, {"keys": [*{key for _, key in keys}]}))
    struck = np.zeros(len(frame), bool)
    struck[[place for place, key in keys if key in held]] = True
    if not struck.any():
        return Filtered(frame, 0, 0)
    found = _without(contract, frame[struck], _marked(contract, frame[struck], held, cells=cells), held)
    left = pd.concat([frame[~struck], found.frame])
    return Filtered(left.loc[frame.index.intersection(left.index, sort=False)], found.rows, found.contacts)


def _keys(contract: Contract, frame: pd.DataFrame, *, cells: bool) -> list[tuple[int, bytes]]:
    """Give every key that would strike a row, with the row's place: its own, and those of all that it says."""
    row_keys, hashed = [bytes(key) for key in frame[KEY]], keying()
    said = Cells(pl.from_pandas(frame[list(contract.columns)]), contract)
    points = [read_points(said, (*READ, "person", "address") if cells else READ)]
    if cells:  # a listing's own name may have been somebody's
        everywhere = range(said.height)
        points += [read_as_persons(said, everywhere, column) for column in contract.named("organisation")]
    keys = list(enumerate(row_keys))
    for part in points:
        for row, kind, identity in zip(part["row"], part["kind"], key_texts(part), strict=True):
            key = hashed(kind, identity)
            if kind in SUPPRESSIBLE:
                keys.append((row, key))
            if cells or kind not in SUPPRESSIBLE:
                keys.append((row, cell_key(row_keys[row], kind, key)))
    return keys


def _marked(contract: Contract, frame: pd.DataFrame, held: frozenset[bytes], *, cells: bool) -> Marked:
    """Read what may be suppressed, row by row, as it is read for the register; names and addresses only where `cells`
    were.
    """
    named = [column for column, mapping in contract.columns.items() if mapping.field in PLACES]
    places = [{str(column): cell for column, cell in row.items()} for row in frame[named].to_dict("records")]
    regions = [region_of(place, contract) for place in places]
    keys: dict[Reading, bytes] = {}

    def mark(readings: Iterable[Iterable[Reading]]) -> list[list[tuple[Reading, bytes]]]:
        return [
            [(reading, _mark(reading, row_key, keys, held)) for reading in row]
            for row, row_key in zip(readings, frame[KEY], strict=True)
        ]

    marked: Marked = {}
    for column, mapping in contract.columns.items():
        if mapping.field in READ or (cells and mapping.field == "person"):
            given = zip(frame[column], regions, strict=True)
            marked[(column,)] = mark(read_column(mapping, str(cell), region) for cell, region in given)
        if cells and mapping.field == "organisation":  # a listing's own name may have been somebody's
            given = zip(frame[column], regions, strict=True)
            marked[(column,)] = mark(
                read_cell("person", str(cell), region, language=mapping.language) for cell, region in given
            )
    together = tuple(column for column in named if contract.columns[column].field != "country")
    if cells and together:
        read = (read_places(place, contract, region) for place, region in zip(places, regions, strict=True))
        marked[together] = mark([reading for _, reading in row] for row in read)
    return marked


def _mark(reading: Reading, row_key: bytes, keys: dict[Reading, bytes], held: frozenset[bytes]) -> bytes:
    key = keys.get(reading) or keys.setdefault(reading, point_key(reading))
    in_row = cell_key(row_key, reading.kind, key)
    return key if reading.kind in SUPPRESSIBLE and in_row not in held else in_row


def _without(contract: Contract, frame: pd.DataFrame, marked: Marked, held: frozenset[bytes]) -> Filtered:
    frame = frame.copy()
    places = {str(column): place for place, column in enumerate(frame.columns)}
    going, contacts = [], 0
    for position, row_key in enumerate(frame[KEY]):
        struck = {columns for columns, rows in marked.items() if any(key in held for _, key in rows[position])}
        if row_key in held or (struck and _goes_whole(contract, frame, marked, held, position)):
            going.append(position)
            continue
        for columns in struck:
            kept = [_written(reading) for reading, key in marked[columns][position] if key not in held]
            contacts += len(marked[columns][position]) - len(kept)
            for column in columns:
                frame.iat[position, places[column]] = "\n".join(kept) if len(columns) == 1 else ""
        for column in _with_them(contract, marked, held, position) if struck else ():
            frame.iat[position, places[column]] = ""
    return Filtered(frame.drop(index=frame.index[going]), len(going), contacts)


def _written(reading: Reading) -> str:
    """Write a number whole that its cell gives shortened beside another; anything else as it was given."""
    whole = reading.kind == "phone" and not reading.detail
    return (reading.normalised if whole else None) or reading.value


def _goes_whole(contract: Contract, frame: pd.DataFrame, marked: Marked, held: frozenset[bytes], position: int) -> bool:
    contacts = [key in held for kind, key in _of(marked, position) if kind in SUPPRESSIBLE]
    return any(contacts) and (all(contacts) or not _is_organisation(contract, frame, position))


def _with_them(contract: Contract, marked: Marked, held: frozenset[bytes], position: int) -> list[str]:
    """Name the columns that say who somebody was: the name beside a number or mailbox, the role beside a name."""
    kinds = {kind for kind, key in _of(marked, position) if key in held}
    going = {"role", "person"} if kinds.intersection(SUPPRESSIBLE) else {"role"} if "person" in kinds else set()
    return [column for column, mapping in contract.columns.items() if mapping.field in going]


def _of(marked: Marked, position: int) -> Iterable[tuple[str, bytes]]:
    return ((reading.kind, key) for rows in marked.values() for reading, key in rows[position])


def _is_organisation(contract: Contract, frame: pd.DataFrame, position: int) -> bool:
    columns = [column for column, mapping in contract.columns.items() if mapping.field == "organisation"]
    names = [name for name in (str(frame[column].iat[position]) for column in columns) if not is_placeholder(name)]
    decided = [classify_name(name) for name in names]
    return bool(decided) and all(name.kind is NameKind.ORGANISATION and not name.holds_person for name in decided)
