"""Read labelled files: names (`name`, `label`), or contact points (`value`, `kind`, `label`).

A file of names says `person` or `organisation`. A file of contact points says who its owner is, as the source records
it; `point_truth` says how that is read under LAW section 4. What a person decided (`review export`) is taken at its
word, and its rows of the kind `person` are labelled names as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from include.intake.classification.label_rows import LabelsUnreadable, label_rows
from include.intake.classification.point_truth import POINT_LABELS

__all__ = [
    "LabelledNames",
    "LabelledPoint",
    "LabelledPoints",
    "LabelsUnreadable",
    "names_beside",
    "read_labels",
    "read_many_names",
    "read_names",
]

NAME_LABELS = ("person", "organisation")
MOBILES = "Mobile column"
"""What the basis of a row says where its source declares the number a mobile."""
REVIEWED = "review:"
"""What the basis of a row begins with where a person decided it: its reason follows."""
FIELDS = {
    "phone": "phone",
    "phone_cell": "phone",
    "fax": "phone",
    "email": "email",
    "email_cell": "email",
    "website": "website",
    "address": "address",
    "person": "person",
}
"""The kinds of a file of contact points, and the field that each is read as."""
BESIDE = "+"
"""Between the hashes of several files."""
GROUPS = ("lang", "source", "has_org_word")


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
    reviewed: bool = False
    """A person decided it: the label is taken at its word."""


@dataclass(frozen=True)
class LabelledPoints:
    """Contact points whose label says whose they are."""

    points: tuple[LabelledPoint, ...] = field(repr=False)
    hash: str = ""


def read_labels(path: Path) -> LabelledNames | LabelledPoints:
    """Read a file of labels of either sort, told apart by its columns. Raises LabelsUnreadable."""
    rows, file = label_rows(path)
    if "name" in rows[0]:
        return _names(path, rows, file)
    for column in ("value", "kind", "label"):
        if column not in rows[0]:
            raise LabelsUnreadable(f"{path.name} has neither a column 'name' nor one {column!r}: see the README")
    measured = [(at, row) for at, row in enumerate(rows, 2) if row["label"] in POINT_LABELS]
    return LabelledPoints(tuple(_point(path, at, row) for at, row in measured), file)


def read_names(path: Path) -> LabelledNames:
    """Read a file of labelled names, or the names in what people decided. Raises LabelsUnreadable with the row."""
    rows, file = label_rows(path)
    if "name" not in rows[0] and {"value", "kind", "label", "basis"} <= rows[0].keys():
        rows = [_as_name(row) for row in rows if row["kind"] == "person" and row["basis"].startswith(REVIEWED)]
        if not rows:
            raise LabelsUnreadable(f"{path.name}: nobody decided a name in it; names are its rows of the kind 'person'")
    return _names(path, rows, file)


def read_many_names(paths: Sequence[Path]) -> LabelledNames:
    """Read several files of labelled names as one. Raises LabelsUnreadable."""
    read = [read_names(path) for path in paths]
    return LabelledNames(
        names=tuple(name for labels in read for name in labels.names),
        persons=tuple(person for labels in read for person in labels.persons),
        groups={group: tuple(value for labels in read for value in labels.groups[group]) for group in GROUPS},
        hash=BESIDE.join(labels.hash for labels in read),
    )


def names_beside(path: Path, hash_: str) -> LabelledNames | None:
    """Find the file of labelled names with this SHA-256 in the folder of another file; of several, all of them."""
    wanted = hash_.split(BESIDE)
    found = {sha256(beside.read_bytes()).hexdigest(): beside for beside in sorted(path.parent.glob("*.csv"))}
    return read_many_names([found[one] for one in wanted]) if set(wanted) <= found.keys() else None


def _as_name(row: Mapping[str, str]) -> dict[str, str]:
    return {"name": row["value"], "label": row["label"], "source": row.get("source", ""), "lang": _script(row["value"])}


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
        groups={column: tuple(row.get(column) or "" for row in rows) for column in GROUPS},
        hash=file,
    )


def _point(path: Path, at: int, row: Mapping[str, str]) -> LabelledPoint:
    kind, owner, basis = row["kind"], row.get("owner_name") or "", row.get("basis") or ""
    if kind not in FIELDS:
        raise LabelsUnreadable(f"{path.name}, row {at}: its kind is none of {', '.join(FIELDS)}; write one of them")
    return LabelledPoint(
        row=at,
        value=row["value"],
        means_field=FIELDS[kind],
        means="fax" if kind == "fax" else "mobile" if MOBILES in basis else None,
        region=row.get("region") or "",
        owner=owner,
        label=row["label"],
        reviewed=basis.startswith(REVIEWED),
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
