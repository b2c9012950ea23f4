"""The contact points of a cell under its contract, and the keyed hash by which each is recognised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from include.intake.contracts import Column, Contract, Field
from include.intake.normalise import Reading, contact_key_text, read_cell
from include.intake.normalise.countries import country_of
from include.store import keyed

__all__ = ["point_key", "read_column", "region_of"]


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


def point_key(reading: Reading) -> bytes:
    """Hash a contact by its kind and what identifies it, with the key of the store."""
    return keyed(reading.kind, contact_key_text(reading))
