"""Read labelled names: `name` and `label` (person, organisation), and where given `lang`, `source`, `has_org_word`."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from include.errors import NeverRetry

__all__ = ["LabelledNames", "LabelsUnreadable", "read_names"]

LABELS = ("person", "organisation")


class LabelsUnreadable(NeverRetry):
    """Raise where a file of labels lacks a column or holds a label that is none."""


@dataclass(frozen=True)
class LabelledNames:
    """Names in the order of their file, with what the source says they are."""

    names: tuple[str, ...] = field(repr=False)
    persons: tuple[bool, ...] = field(repr=False)
    groups: dict[str, tuple[str, ...]] = field(repr=False)
    """By column: the values of `lang`, `source` and `has_org_word`."""
    hash: str = ""
    """SHA-256 of the file."""


def read_names(path: Path) -> LabelledNames:
    """Read a file of labelled names. Raises LabelsUnreadable with the row."""
    content = path.read_bytes()
    rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))
    for column in ("name", "label"):
        if not rows or column not in rows[0]:
            raise LabelsUnreadable(f"{path.name} has no rows with a column {column!r}: see the README for its columns")
    for at, row in enumerate(rows, start=2):
        if row["label"] not in LABELS:
            raise LabelsUnreadable(f"{path.name}, row {at}: the label is none of {', '.join(LABELS)}")
    return LabelledNames(
        names=tuple(row["name"] for row in rows),
        persons=tuple(row["label"] == "person" for row in rows),
        groups={
            column: tuple(row.get(column) or "" for row in rows) for column in ("lang", "source", "has_org_word")
        },
        hash=sha256(content).hexdigest(),
    )
