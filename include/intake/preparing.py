"""Normalise and classify one shard: pure work on landing rows, written beside them for the register to take in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pandas as pd
import pyarrow as pa
from sqlalchemy import text

from include.intake.classification import Decision, Klass, ListingFacts, NameDecision, classify_name, decide
from include.intake.contracts import Contract
from include.intake.landing.files import landing_folder, read_shard, shard_file, write_table
from include.intake.landing.minimise import FINGERPRINT, KEY, ROW
from include.intake.listed_names import read_listed_names
from include.intake.normalise import Reading, is_placeholder
from include.intake.points import point_key, read_column, read_places, region_of
from include.intake.receiving import receipt_of
from include.store import Role, begin, keyed

__all__ = ["LISTINGS", "POINTS", "ListingRead", "prepare", "read_listing"]

CONTACTS = ("phone", "email", "website", "person")
KEPT = ("organisation", "role", "company_size", "activity", "language", "updated_on", "row_id")

LISTINGS = pa.schema(
    [
        ("row_number", pa.int64()),
        ("row_key", pa.binary()),
        ("fingerprint", pa.binary()),
        ("known", pa.bool_()),
        ("name_class", pa.string()),
        ("name_holds_person", pa.bool_()),
        ("fields", pa.string()),
        ("provenance", pa.string()),
        ("country", pa.string()),
        ("language", pa.string()),
        ("opted_out", pa.bool_()),
    ]
)
POINTS = pa.schema(
    [
        ("row_number", pa.int64()),
        ("kind", pa.string()),
        ("key", pa.binary()),
        ("value", pa.string()),
        ("normalised", pa.string()),
        ("number_type", pa.string()),
        ("traits", pa.list_(pa.string())),
        ("unparsed", pa.string()),
        ("source_column", pa.string()),
        ("class", pa.string()),
        ("score", pa.float64()),
        ("reasons", pa.list_(pa.string())),
        ("subject_key", pa.binary()),
    ]
)


@dataclass(frozen=True, slots=True)
class ListingRead:
    """One landing row, read and decided: its name, and every contact with its column and its decision."""

    name: NameDecision
    names: tuple[tuple[str, NameDecision], ...]
    points: tuple[tuple[str, Reading, Decision], ...]
    fields: Mapping[str, str]
    provenance: Mapping[str, str]


def prepare(receipt_id: UUID, shard: int, contract: Contract, *, again: bool = False) -> dict[str, int]:
    """Normalise and classify the rows of one shard that we do not hold as they are.

    Writes the shard's `listings` and `points` files and returns counts. With `again`, rows that the register holds
    are prepared too. Repeating it overwrites the same files with the same content; of a registered receipt, whose
    files may be gone, nothing is prepared.
    """
    if receipt_of(receipt_id).state == "registered":
        return {"rows": 0, "known": 0, "contact_points": 0}
    folder = landing_folder(contract.key, receipt_id)
    rows = read_shard(shard_file(folder, "rows", shard))
    known = frozenset() if again else _known(contract.key, rows)
    listings: list[dict[str, Any]] = []
    points: list[dict[str, Any]] = []
    for cells in rows.to_dict("records"):
        row = {str(column): cell for column, cell in cells.items()}
        held = (bytes(row[KEY]), bytes(row[FINGERPRINT])) in known
        read = None if held else read_listing(row, contract)
        listings.append(_listing(row, contract, read))
        points.extend(_points(row, read) if read is not None else ())
    write_table(shard_file(folder, "listings", shard), pa.Table.from_pylist(listings, LISTINGS))
    write_table(shard_file(folder, "points", shard), pa.Table.from_pylist(points, POINTS))
    return {"rows": len(listings), "known": len(known), "contact_points": len(points)}


def read_listing(row: Mapping[str, Any], contract: Contract) -> ListingRead:
    """Read and decide one minimised row: pure, no store behind it."""
    region = region_of(row, contract)
    cells = [(column, mapping, str(row[column])) for column, mapping in contract.columns.items()]
    cells = [(column, mapping, cell) for column, mapping, cell in cells if not is_placeholder(cell)]
    found = [
        (column, reading)
        for column, mapping, cell in cells
        if mapping.field in CONTACTS
        for reading in read_column(mapping, cell, region)
    ]
    found.extend(read_places(row, contract, region))
    organisations = tuple(cell for _, mapping, cell in cells if mapping.field == "organisation")
    readings = [reading for _, reading in found]
    facts = _facts(contract, organisations, found)
    decisions = decide(facts, readings)
    persons = tuple(reading.value for reading in readings if reading.kind == "person")
    names = tuple((name, classify_name(name)) for name in organisations or persons)
    points = tuple((column, reading, why) for (column, reading), why in zip(found, decisions, strict=True))
    points += tuple(read_listed_names(cells, facts, points, region))
    return ListingRead(
        name=_name_of(names),
        names=names,
        points=points,
        fields=_texts(cells),
        provenance={mapping.field: column for column, mapping, _ in reversed(cells)},
    )


def _known(source_key: str, rows: pd.DataFrame) -> frozenset[tuple[bytes, bytes]]:
    with begin(Role.INTAKE) as connection:
        found = connection.execute(
            text("""
                select row_key, fingerprint
                  from register.listing
                  join unnest(cast(:keys as bytea[]), cast(:prints as bytea[])) as given (row_key, fingerprint)
                       using (row_key, fingerprint)
                 where source_key = :source and state = 'active'
            """),
            {"source": source_key, "keys": list(rows[KEY]), "prints": list(rows[FINGERPRINT])},
        )
        return frozenset((bytes(row.row_key), bytes(row.fingerprint)) for row in found)


def _listing(row: Mapping[str, Any], contract: Contract, read: ListingRead | None) -> dict[str, Any]:
    opt_out = contract.opt_out
    return {
        "row_number": int(row[ROW]),
        "row_key": row[KEY],
        "fingerprint": row[FINGERPRINT],
        "known": read is None,
        "name_class": "" if read is None else str(read.name.kind),
        "name_holds_person": read is not None and read.name.holds_person,
        "fields": "{}" if read is None else json.dumps(dict(read.fields), ensure_ascii=False),
        "provenance": "{}" if read is None else json.dumps(dict(read.provenance), ensure_ascii=False),
        "country": region_of(row, contract),
        "language": contract.language,
        "opted_out": opt_out is not None and opt_out.refuses(str(row[opt_out.column])),
    }


def _points(row: Mapping[str, Any], read: ListingRead) -> Iterator[dict[str, Any]]:
    keys = [point_key(reading) for _, reading, _ in read.points]
    owners = _subject_keys(bytes(row[KEY]), read, keys)
    for (column, reading, why), key, owner in zip(read.points, keys, owners, strict=True):
        yield {
            "row_number": int(row[ROW]),
            "kind": reading.kind,
            "key": key,
            "value": reading.value,
            "normalised": reading.normalised,
            "number_type": reading.number_type,
            "traits": sorted(reading.traits),
            "unparsed": reading.unparsed,
            "source_column": column,
            "class": str(why.klass),
            "score": why.score,
            "reasons": list(why.reasons),
            "subject_key": owner,
        }


def _subject_keys(row_key: bytes, read: ListingRead, keys: list[bytes]) -> list[bytes | None]:
    """Say which person each point belongs to: every personal mailbox is somebody, the rest is the first one's.

    Without a mailbox the first mobile, then the first other phone, names the person; without any, the row does.
    """
    theirs = [
        (reading, key)
        for (_, reading, why), key in zip(read.points, keys, strict=True)
        if why.klass is not Klass.BUSINESS and reading.normalised is not None
    ]
    by_preference = (
        [key for reading, key in theirs if reading.kind == "email"]
        + [key for reading, key in theirs if reading.kind == "phone" and reading.number_type == "mobile"]
        + [key for reading, key in theirs if reading.kind == "phone"]
        + [keyed("listing", row_key.hex())]
    )
    return [
        None
        if why.klass is Klass.BUSINESS
        else key
        if reading.kind == "email" and reading.normalised
        else by_preference[0]
        for (_, reading, why), key in zip(read.points, keys, strict=True)
    ]


def _facts(contract: Contract, organisations: tuple[str, ...], found: list[tuple[str, Reading]]) -> ListingFacts:
    readings = [reading for _, reading in found]
    return ListingFacts(
        organisations=organisations,
        persons=tuple(reading.value for reading in readings if reading.kind == "person"),
        source_kind=contract.kind,
    )


def _name_of(names: tuple[tuple[str, NameDecision], ...]) -> NameDecision:
    """Take the listing's name; where it has two (Arabic and English), the one that says most of a person."""
    decided = [decision for _, decision in names] or [classify_name("")]
    return max(decided, key=lambda name: (name.holds_person, name.score))


def _texts(cells: list[tuple[str, Any, str]]) -> dict[str, str]:
    texts: dict[str, list[str]] = {}
    for _, mapping, cell in cells:
        if mapping.field in KEPT:
            texts.setdefault(mapping.field, []).append(cell)
    return {name: "\n".join(values) for name, values in texts.items()}
