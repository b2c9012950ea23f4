"""Builders: a small source of one's own, and a look at what is held after it was taken in."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from include.intake.actions import take_in
from include.intake.contracts import Contract
from include.store import Role, begin

START = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)

TERMS: dict[str, Any] = {
    "key": "sample_guide",
    "title": {"ar": "دليل العينة", "en": "Sample Guide"},
    "publisher": "Sample publisher",
    "kind": "public_directory",
    "basis": {"case": "public_source", "proof": "DOC-2026-900"},
    "purposes": ["business_contact"],
    "licence": "open",
    "jurisdiction": "sa",
    "language": "ar",
    "delivery": "full",
    "location": "sample_guide.csv",
    "format": {"type": "csv", "encoding": "utf-8", "delimiter": ","},
    "row_id": ["id"],
    "columns": {
        "id": {"field": "row_id", "why": "recognises the entry again"},
        "name": "organisation",
        "contact": {"field": "person"},
        "phone": "phone",
        "email": "email",
        "city": "city",
    },
}


@dataclass
class Held:
    """A source under test: what it delivers, and what became of it."""

    folder: Path
    contract: Contract
    at: datetime = START
    receipts: list[UUID] = field(default_factory=list)

    def delivers(
        self, rows: Iterable[Mapping[str, str]], *, run: str | None = None, later: timedelta | None = None
    ) -> dict[str, Any]:
        """Take in a delivery of these rows and return its counts."""
        self.at += later or timedelta(minutes=1)
        file = self.folder / self.contract.location.path
        write(file, list(self.contract.columns), rows)
        receipt, counts = take_in(self.contract, file, at=self.at, run=run or f"run:{uuid4()}", reason="drill")
        self.receipts.append(receipt)
        return counts


def write(file: Path, columns: list[str], rows: Iterable[Mapping[str, str]]) -> None:
    """Write rows as CSV; a row may have columns that the contract does not know."""
    rows = list(rows)
    known = [*columns, *sorted({name for row in rows for name in row} - set(columns))]
    with file.open("w", newline="", encoding="utf-8") as sink:
        writer = csv.DictWriter(sink, known, restval="")
        writer.writeheader()
        writer.writerows(rows)


def terms(**changes: Any) -> Contract:
    """Build the sample contract with some terms changed."""
    return Contract.model_validate({**TERMS, **changes})


def ask(query: str, **values: Any) -> list[Any]:
    """Look into the register as the duties do."""
    with begin(Role.DUTIES) as connection:
        return list(connection.execute(text(query), values))


def recorded(kind: str) -> int:
    """Count the records of a kind in the ledger, as the auditor sees it."""
    with begin(Role.AUDITOR) as connection:
        counted = text("select count(*) from evidence.ledger where kind = :kind")
        return int(connection.execute(counted, {"kind": kind}).scalar_one())


def person(number: int) -> dict[str, str]:
    """Make a row that is a person: an invented doctor with a mailbox of their own."""
    return {
        "id": str(number + 1),
        "name": "د. سعد القحطاني",
        "contact": "سعد القحطاني",
        "email": f"person.{number}@people.example",
        "city": "الرياض",
    }
