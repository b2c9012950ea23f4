"""What the rules say of one listing row, put together as simply as can be: what deciding many at once must equal."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from include.intake.classification import Decision, Klass, ListingFacts, NameKind, classify_name, decide
from include.intake.classification.listing import standing
from include.intake.contracts import Contract
from include.intake.normalise import Reading, is_placeholder, read_cell
from include.intake.points import read_column, read_places, region_of

__all__ = ["read_row"]

Point = tuple[str, Reading, Decision]


def read_row(row: Mapping[str, Any], contract: Contract) -> tuple[dict[str, Any], list[Point]]:
    """Read and decide one row: what is kept of it, and its contact points with their columns and decisions."""
    region = region_of(row, contract)
    cells = [(name, column, str(row[name])) for name, column in contract.columns.items()]
    cells = [cell for cell in cells if not is_placeholder(cell[2])]
    organisations = tuple(cell for _, column, cell in cells if column.field == "organisation")
    found = [
        (name, reading)
        for name, column, cell in cells
        if column.field in ("phone", "email", "website", "person")
        for reading in read_column(column, cell, region)
    ]
    found += read_places(row, contract, region)
    persons = tuple(reading.value for _, reading in found if reading.kind == "person")
    facts = ListingFacts(organisations, persons, source_kind=contract.kind)
    decisions = decide(facts, [reading for _, reading in found])
    points = [(column, reading, why) for (column, reading), why in zip(found, decisions, strict=True)]
    if all(why.klass is Klass.BUSINESS for _, _, why in points):
        points += _listed(cells, facts, [reading.kind for _, reading in found], region)
    decided = [classify_name(name) for name in organisations or persons] or [classify_name("")]
    name = max(decided, key=lambda name: (name.holds_person, name.score))
    texts: dict[str, str] = {}
    for _, column, cell in cells:
        if column.field in ("organisation", "role", "company_size", "activity", "language", "updated_on", "row_id"):
            texts[column.field.value] = (f"{texts[column.field]}\n" if column.field in texts else "") + cell
    first = {column.field.value: name for name, column, _ in reversed(cells)}
    kept = {"name_class": name.kind.value, "name_holds_person": name.holds_person, "country": region}
    return kept | {"fields": json.dumps(texts, sort_keys=True), "provenance": json.dumps(first, sort_keys=True)}, points


def _listed(cells: list[Any], facts: ListingFacts, kinds: list[str], region: str | None) -> Iterator[Point]:
    """Read the listing's own names where nothing else of it is a person's."""
    codes = standing(facts).codes
    reached = any(kind in ("phone", "email", "website") for kind in kinds)
    firm = bool(codes & {"company_listing", "organisation_listing"}) or (reached and "organisation_column" in codes)
    for column, mapping, cell in cells:
        name = classify_name(cell)
        unclear = name.kind is NameKind.UNDETERMINED and not firm
        if mapping.field == "organisation" and (name.kind is NameKind.PERSON or name.holds_person or unclear):
            person = name.kind is NameKind.PERSON and not name.holds_person
            decision = Decision(Klass.PERSONAL if person else Klass.UNDETERMINED, name.score, name.reasons)
            for reading in read_cell("person", cell, region, language=mapping.language):
                if reading.unparsed is None:
                    yield column, reading, decision
