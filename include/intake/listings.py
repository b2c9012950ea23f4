"""One landing row, read and decided: its names, and every contact point with its column and its class. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from include.intake.classification import Decision, ListingFacts, NameDecision, classify_name, decide
from include.intake.contracts import Column, Contract
from include.intake.listed_names import read_listed_names
from include.intake.normalise import Reading, is_placeholder
from include.intake.points import read_column, read_places, region_of

__all__ = ["ListingRead", "ListingReader"]

CONTACTS = ("phone", "email", "website", "person")
KEPT = ("organisation", "role", "company_size", "activity", "language", "updated_on", "row_id")


@dataclass(frozen=True, slots=True)
class ListingRead:
    """One landing row, read and decided: its name, and every contact with its column and its decision."""

    region: str | None
    name: NameDecision
    names: tuple[tuple[str, NameDecision], ...]
    points: tuple[tuple[str, Reading, Decision], ...]
    fields: Mapping[str, str]
    provenance: Mapping[str, str]


class ListingReader:
    """Reads the rows of one contract; what the contract says of its columns is worked out once."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._columns = tuple((name, column, column.field.value) for name, column in contract.columns.items())

    def read(self, row: Mapping[str, Any]) -> ListingRead:
        """Read and decide one minimised row (column → cell)."""
        region = region_of(row, self._contract)
        cells: list[tuple[str, Column, str]] = []
        found: list[tuple[str, Reading]] = []
        organisations: list[str] = []
        for name, column, field in self._columns:
            cell = str(row[name])
            if is_placeholder(cell):
                continue
            cells.append((name, column, cell))
            if field == "organisation":
                organisations.append(cell)
            elif field in CONTACTS:
                found.extend((name, reading) for reading in read_column(column, cell, region))
        found.extend(read_places(row, self._contract, region))
        return self._decided(region, cells, found, tuple(organisations))

    def _decided(
        self,
        region: str | None,
        cells: Sequence[tuple[str, Column, str]],
        found: Sequence[tuple[str, Reading]],
        organisations: tuple[str, ...],
    ) -> ListingRead:
        persons = tuple(reading.value for _, reading in found if reading.kind == "person")
        facts = ListingFacts(organisations, persons, source_kind=self._contract.kind)
        decisions = decide(facts, [reading for _, reading in found])
        names = tuple((name, classify_name(name)) for name in organisations or persons)
        points = tuple((column, reading, why) for (column, reading), why in zip(found, decisions, strict=True))
        points += tuple(read_listed_names(cells, facts, points, region))
        return ListingRead(region, _name_of(names), names, points, _texts(cells), _provenance(cells))


def _name_of(names: tuple[tuple[str, NameDecision], ...]) -> NameDecision:
    """Take the listing's name; where it has two (Arabic and English), the one that says most of a person."""
    if len(names) == 1:
        return names[0][1]
    decided = [decision for _, decision in names] or [classify_name("")]
    return max(decided, key=lambda name: (name.holds_person, name.score))


def _texts(cells: Sequence[tuple[str, Column, str]]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for _, column, cell in cells:
        field = column.field.value
        if field in KEPT:
            texts[field] = f"{texts[field]}\n{cell}" if field in texts else cell
    return texts


def _provenance(cells: Sequence[tuple[str, Column, str]]) -> dict[str, str]:
    """Give for each field the first of its columns that has something."""
    return {column.field.value: name for name, column, _ in reversed(cells)}
