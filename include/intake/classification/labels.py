"""Read labelled files: names (`name`, `label`), or contact points (`value`, `kind`, `label`).

A file of names says `person` or `organisation`. A file of contact points says who its owner is, as the source records
it; `point_truth` says how that is read under LAW section 4.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from include.errors import NeverRetry
from include.intake.classification.point_truth import POINT_LABELS

__all__ = [
    "LabelledNames",
    "LabelledPoint",
    "LabelledPoints",
    "LabelsUnreadable",
    "names_beside",
    "read_labels",
    "read_names",
]

NAME_LABELS = ("person", "organisation")
MOBILES = "Mobile column"
"""What the basis of a row says where its source declares the number a mobile."""
FIELDS = {"phone_cell": "phone", "fax": "phone", "email_cell": "email"}


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

    def group(self, at: int) -> dict[str, str]:
        """Give the groups of a row; every row of a file of names is of the kind `name`."""
        return {"kind": "name"} | {column: values[at] for column, values in self.groups.items()}


@dataclass(frozen=True, slots=True)
class LabelledPoint:
    """One contact point (or a cell of several) with whose it is."""

    row: int
    value: str = field(repr=False)
    means_field: str
    means: str | None
    region: str
    owner: str = field(repr=False)
    label: str
    groups: Mapping[str, str]


@dataclass(frozen=True)
class LabelledPoints:
    """Contact points whose label says whose they are."""

    points: tuple[LabelledPoint, ...] = field(repr=False)
    hash: str = ""


def read_labels(path: Path) -> LabelledNames | LabelledPoints:
    """Read a file of labels of either sort, told apart by its columns. Raises LabelsUnreadable."""
    rows, file = _rows(path)
    if "name" in rows[0]:
        return _names(path, rows, file)
    for column in ("value", "kind", "label"):
        if column not in rows[0]:
            raise LabelsUnreadable(f"{path.name} has neither a column 'name' nor one {column!r}: see the README")
    return LabelledPoints(
        tuple(_point(at, row) for at, row in enumerate(rows, 2) if row["label"] in POINT_LABELS), file
    )


def read_names(path: Path) -> LabelledNames:
    """Read a file of labelled names. Raises LabelsUnreadable with the row."""
    rows, file = _rows(path)
    return _names(path, rows, file)


def names_beside(path: Path, hash_: str) -> LabelledNames | None:
    """Find the file of labelled names with this SHA-256 in the folder of another file."""
    for beside in sorted(path.parent.glob("*.csv")):
        if beside != path and sha256(beside.read_bytes()).hexdigest() == hash_:
            return read_names(beside)
    return None


def _rows(path: Path) -> tuple[list[dict[str, str]], str]:
    content = path.read_bytes()
    with path.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    if not rows:
        raise LabelsUnreadable(f"{path.name} has no rows")
    return rows, sha256(content).hexdigest()


def _names(path: Path, rows: list[dict[str, str]], file: str) -> LabelledNames:
    for column in ("name", "label"):
        if column not in rows[0]:
            raise LabelsUnreadable(f"{path.name} has no column {column!r}: see the README for its columns")
    for at, row in enumerate(rows, start=2):
        if row["label"] not in NAME_LABELS:
            raise LabelsUnreadable(f"{path.name}, row {at}: the label is none of {', '.join(NAME_LABELS)}")
    return LabelledNames(
        names=tuple(row["name"] for row in rows),
        persons=tuple(row["label"] == "person" for row in rows),
        groups={c: tuple(row.get(c) or "" for row in rows) for c in ("lang", "source", "has_org_word")},
        hash=file,
    )


def _point(at: int, row: Mapping[str, str]) -> LabelledPoint:
    kind, owner = row["kind"], row.get("owner_name") or ""
    return LabelledPoint(
        row=at,
        value=row["value"],
        means_field=FIELDS.get(kind, kind),
        means="fax" if kind == "fax" else "mobile" if MOBILES in (row.get("basis") or "") else None,
        region=row.get("region") or "",
        owner=owner,
        label=row["label"],
        groups={
            "kind": kind,
            "source": row.get("source") or "",
            "lang": row.get("lang") or _script(owner),
            "has_org_word": row.get("has_org_word") or "",
        },
    )


def _script(owner: str) -> str:
    """Give the language of an owner's name by its letters: `ar`, `en`, both, or empty where it has none."""
    found = (
        ("ar", any("\u0600" <= c <= "\u06ff" for c in owner)),
        ("en", any(c.isascii() and c.isalpha() for c in owner)),
    )
    return "+".join(language for language, holds in found if holds)
