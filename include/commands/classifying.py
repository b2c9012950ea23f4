"""Classify a file without storing anything: one row per contact point and per name, as a CSV for a person to read."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from include.documents import harmless
from include.errors import NeverRetry
from include.intake.contracts import Contract, check_columns, contract_named
from include.intake.landing.minimise import minimise
from include.intake.listings import ListingsRead, decided_beside, read_listings
from include.intake.progress import Progress
from include.intake.reading import Chunk, Way, read
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
    way = Way()
    progress = Progress(f"classifying {file.name}", share=way.share)
    with output.open("w", newline="", encoding="utf-8") as sink:
        writer = csv.writer(sink)
        writer.writerow(COLUMNS)
        parts: list[tuple[Any, ListingsRead]] = []
        for chunk in read(file, contract.format, way=way):
            parts.append(_read(chunk, contract))
            counts["rows"] += len(chunk.frame)
            progress.add(len(chunk.frame))
        for row, kind, *rest in _lines(parts):
            counts["names" if kind == "name" else "contact_points"] += 1
            writer.writerow((row, kind, *map(harmless, rest), edition))
    return counts


def _read(chunk: Chunk, contract: Contract) -> tuple[Any, ListingsRead]:
    """Read and decide a part of the file; give it with the numbers of its rows."""
    fit = check_columns(contract, [str(column) for column in chunk.frame.columns])
    if not fit.mapped:
        raise NeverRetry(f"the file does not fit its contract: {fit.message}")
    frame = minimise(chunk.frame.rename(columns=fit.names), contract)
    return frame.index, read_listings(pl.from_pandas(frame), contract)


def _lines(parts: list[tuple[Any, ListingsRead]]) -> Iterator[tuple[Any, ...]]:
    """Give the lines of every part; what several listings of the file share is known by then."""
    for (numbers, found), points in zip(parts, decided_beside([found for _, found in parts]), strict=True):
        for row, name, said in found.names.each():
            yield numbers[row], "name", name, "", "", said.kind, round(said.score, 4), ";".join(said.reasons)
        for point in points.iter_rows(named=True):
            yield (
                numbers[point["row"]],
                point["kind"],
                point["value"],
                point["normalised"] or "",
                point["number_type"] or "",
                point["class"],
                round(point["score"], 4),
                point["reasons"].replace(",", ";"),
            )


def _guessed(file: Path) -> Contract:
    """Draft a contract for one look at a file: it has no basis, so that nothing can be stored under it."""
    from include.intake.contracts.draft import drafted

    return drafted(file).contract
