"""Classify a file without storing anything: one row per contact point and per name, as a CSV for a person to read."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from include.commands.cells import harmless
from include.errors import NeverRetry
from include.intake.contracts import Contract, check_columns, contract_named
from include.intake.landing.minimise import minimise
from include.intake.listings import ListingReader
from include.intake.progress import Progress
from include.intake.reading import Chunk, read
from include.law import edition_for, now

__all__ = ["COLUMNS", "classify_file"]

COLUMNS = ("row", "kind", "value", "normalised", "number_type", "class", "score", "reasons", "edition")


def classify_file(file: Path, output: Path, contract_name: str | None) -> dict[str, int]:
    """Write `output` and return how many rows, contact points and names there were.

    What a spreadsheet would run as a formula has an apostrophe before it.
    Without a contract the columns are guessed from their headings and values. Raises NeverRetry where none can be.
    """
    contract = contract_named(contract_name) if contract_name else _guessed(file)
    edition = edition_for(contract.jurisdiction, now()).name
    counts = {"rows": 0, "contact_points": 0, "names": 0}
    progress = Progress(f"classifying {file.name}")
    with output.open("w", newline="", encoding="utf-8") as sink:
        writer = csv.writer(sink)
        writer.writerow(COLUMNS)
        for chunk in read(file, contract.format):
            for row, kind, *rest in _lines(chunk, contract):
                counts["names" if kind == "name" else "contact_points"] += 1
                writer.writerow((row, kind, *map(harmless, rest), edition))
            counts["rows"] += len(chunk.frame)
            progress.add(len(chunk.frame))
    return counts


def _lines(chunk: Chunk, contract: Contract) -> Iterator[tuple[Any, ...]]:
    fit = check_columns(contract, [str(column) for column in chunk.frame.columns])
    if not fit.mapped:
        raise NeverRetry(f"the file does not fit its contract: {fit.message}")
    frame, reader = minimise(chunk.frame.rename(columns=fit.names), contract), ListingReader(contract)
    for row, cells in zip(frame.index, frame.to_dict("records"), strict=True):
        listing = reader.read({str(column): cell for column, cell in cells.items()})
        for name, said in listing.names:
            yield row, "name", name, "", "", said.kind, round(said.score, 4), ";".join(said.reasons)
        for _, reading, why in listing.points:
            yield (
                row,
                reading.kind,
                reading.value,
                reading.normalised or "",
                reading.number_type or "",
                why.klass,
                round(why.score, 4),
                ";".join(why.reasons),
            )


def _guessed(file: Path) -> Contract:
    """Draft a contract for one look at a file: it has no basis, so that nothing can be stored under it."""
    from include.intake.contracts.draft import drafted

    return drafted(file).contract
