"""Assume a contract for a file that has none: enough to read and classify it, never to register a row."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from include.errors import NeverRetry
from include.intake.contracts.fields import CONTACT, Field
from include.intake.contracts.format import Format
from include.intake.contracts.guess import guess, mapping
from include.intake.contracts.model import Contract

__all__ = ["assumed"]


def assumed(
    columns: Sequence[str], sample: pd.DataFrame, format: Format, path: str, jurisdiction: str = "sa"
) -> Contract:
    """Return a contract with guessed columns and without a lawful basis: the gate refuses to run it.

    Raises NeverRetry where no name or no contact is recognised among the columns.
    """
    taken = mapping(guess(columns, sample))
    fields = {column.field for column in taken.values()}
    if not fields & {Field.ORGANISATION, Field.PERSON} or not fields & CONTACT:
        raise NeverRetry(
            f"{path}: no column was recognised as a name, or none as a contact; write a contract that maps them"
        )
    return Contract.model_validate(
        {
            "key": "assumed",
            "title": {"ar": "ملف بلا عقد", "en": "A file without a contract"},
            "publisher": "unknown",
            "kind": "public_directory",
            "basis": {"case": "", "proof": ""},
            "purposes": ["undeclared"],
            "licence": "unknown",
            "jurisdiction": jurisdiction,
            "language": "ar",
            "refresh": "manual",
            "delivery": "incremental",
            "location": path,
            "format": format,
            "columns": taken,
            "ignore": {name: "not recognised as a name or a contact" for name in columns if name not in taken},
        }
    )
