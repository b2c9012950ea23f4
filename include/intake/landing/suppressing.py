"""What was destroyed or refused does not come back: keyed hashes are compared before a row is stored (promise 4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection, text

from include.intake.classification import NameKind, classify_name
from include.intake.contracts import Contract
from include.intake.landing.minimise import KEY
from include.intake.normalise import Reading, is_placeholder
from include.intake.points import point_key, read_column, region_of

__all__ = ["Filtered", "suppress"]

SUPPRESSIBLE = ("phone", "email")
READ = (*SUPPRESSIBLE, "website")
"""Fields whose cells may hold a number or a mailbox: a mailbox where a website belongs is read as what it is."""


@dataclass(frozen=True, slots=True)
class Filtered:
    """The rows that may be stored, how many may not, and how many single contacts were taken out of the others."""

    frame: pd.DataFrame
    rows: int
    contacts: int


def suppress(connection: Connection, contract: Contract, frame: pd.DataFrame) -> Filtered:
    """Take out suppressed rows, and suppressed contacts from rows that are an organisation's own.

    A row goes whole where its row key is suppressed, where nothing else in it reaches anybody, or where its name is
    (or may be) the person's own: a name beside another number would bring the person back.
    """
    if frame.empty or not connection.execute(text("select exists (select from suppression.entry)")).scalar():
        return Filtered(frame, 0, 0)
    readings = _readings(contract, frame)
    found = {reading for cells in readings.values() for cell in cells for reading in cell}
    by_reading = {reading: point_key(reading) for reading in found if reading.kind in SUPPRESSIBLE}
    held = _held(connection, {*by_reading.values(), *frame[KEY]})
    if not held:
        return Filtered(frame, 0, 0)
    struck = {reading for reading, key in by_reading.items() if key in held}
    return _without(contract, frame, readings, struck, held)


def _readings(contract: Contract, frame: pd.DataFrame) -> dict[str, list[tuple[Reading, ...]]]:
    """Read every cell of the columns that can hold a suppressible contact, as it is read for the register."""
    places = frame[list(contract.named("country"))].to_dict("records")
    regions = [region_of({str(column): cell for column, cell in place.items()}, contract) for place in places]
    return {
        column: [read_column(mapping, str(cell), region) for cell, region in zip(frame[column], regions, strict=True)]
        for column, mapping in contract.columns.items()
        if mapping.field in READ
    }


def _held(connection: Connection, keys: Iterable[bytes]) -> frozenset[bytes]:
    rows = connection.execute(text("select key from suppression.entry where key = any(:keys)"), {"keys": list(keys)})
    return frozenset(bytes(row.key) for row in rows)


def _without(
    contract: Contract,
    frame: pd.DataFrame,
    readings: dict[str, list[tuple[Reading, ...]]],
    struck: set[Reading],
    held: frozenset[bytes],
) -> Filtered:
    frame = frame.copy()
    places = {str(column): place for place, column in enumerate(frame.columns)}
    persons = [column for column, mapping in contract.columns.items() if mapping.field in ("person", "role")]
    going, contacts = [], 0
    for position, row_key in enumerate(frame[KEY]):
        hit = [column for column, cells in readings.items() if struck.intersection(cells[position])]
        if row_key in held:
            going.append(position)
        elif hit:
            others = (reading for cells in readings.values() for reading in cells[position] if reading not in struck)
            if not any(reading.kind in SUPPRESSIBLE for reading in others) or not _is_organisation(
                contract, frame, position
            ):
                going.append(position)
                continue
            for column in hit:
                kept = [reading.value for reading in readings[column][position] if reading not in struck]
                contacts += len(readings[column][position]) - len(kept)
                frame.iat[position, places[column]] = "\n".join(kept)
            for column in persons:
                frame.iat[position, places[column]] = ""
    return Filtered(frame.drop(index=frame.index[going]), len(going), contacts)


def _is_organisation(contract: Contract, frame: pd.DataFrame, position: int) -> bool:
    columns = [column for column, mapping in contract.columns.items() if mapping.field == "organisation"]
    names = [name for name in (str(frame[column].iat[position]) for column in columns) if not is_placeholder(name)]
    decided = [classify_name(name) for name in names]
    return bool(decided) and all(name.kind is NameKind.ORGANISATION and not name.holds_person for name in decided)
