"""The contact points of a cell under its contract, and the keyed hash by which each is recognised."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from include.intake.contracts import Column, Contract, Field
from include.intake.normalise import Reading, contact_key_text, is_placeholder, read_cell
from include.intake.normalise.countries import country_of
from include.store import keyed

__all__ = ["PLACES", "cell_key", "point_key", "read_column", "read_places", "region_of"]

PLACES = ("address", "po_box", "district", "city", "region", "postal_code", "country")
"""The fields that are parts of one address."""


def region_of(row: Mapping[str, Any], contract: Contract) -> str | None:
    """Return the country whose numbering plan a row follows: its own where it names one, else its contract's."""
    for column in contract.named(Field.COUNTRY):
        if (country := country_of(str(row[column]))) is not None:
            return country
    return contract.region


def read_column(column: Column, cell: str, region: str | None) -> tuple[Reading, ...]:
    """Read every contact point of a cell as its column's terms say: separator, sign for @, declared meaning."""
    text = cell.replace(column.separator, "\n") if column.separator else cell
    return read_cell(column.field, text, region, column.means, at_sign=column.at_sign, language=column.language)


def read_places(row: Mapping[str, Any], contract: Contract, region: str | None) -> tuple[tuple[str, Reading], ...]:
    """Read the parts of a row's address as one, with the column of the first of them; a country alone is no address."""
    given = [(column, str(row[column])) for column, mapping in contract.columns.items() if mapping.field in PLACES]
    parts = [(column, cell) for column, cell in given if not is_placeholder(cell)]
    if all(contract.columns[column].field == Field.COUNTRY for column, _ in parts):
        return ()
    whole = ", ".join(cell for _, cell in parts)
    return tuple((parts[0][0], reading) for reading in read_cell("address", whole, region))


def point_key(reading: Reading) -> bytes:
    """Hash a contact by its kind and what identifies it, with the key of the store."""
    return keyed(reading.kind, contact_key_text(reading))


def cell_key(row_key: bytes, kind: str, key: bytes) -> bytes:
    """Hash a contact within one row: a name or an address is nobody's alone, but in its row it is."""
    return hashlib.sha256(row_key + kind.encode() + key).digest()
