"""Know the labelled rows that weights were learned from, by short hashes beside the weights: no name is kept.

A row of a named source is one of them where its name, label and source are; a row without a source, where its name and
label are. So a file of other sources is measured whole, also where it has names that others bear too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from include.errors import NeverRetry
from include.intake.classification.labels import LabelledNames
from include.intake.classification.name_model import MODEL, read_model

__all__ = ["RowsUnknown", "learned_rows", "row_keys", "sources_of", "write_rows"]

HEAD = 8
"""The first so many numbers say of which labels the others are."""


class RowsUnknown(NeverRetry):
    """The file of hashes is missing, or of other labels than the weights."""


def row_keys(labels: LabelledNames, *, sourced: bool) -> Iterator[bytes]:
    """Give four bytes of a hash of each row: of its name as it is compared, its label, and its source if asked."""
    for name, person, source in zip(labels.names, labels.persons, labels.groups["source"], strict=True):
        spoken = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
        said = (spoken, "person" if person else "organisation", *([source] if sourced else []))
        yield sha256("\x00".join(said).encode()).digest()[:4]


def write_rows(weights: Path, labels: LabelledNames) -> None:
    """Write the hashes of the rows that the weights of this file were learned from."""
    keys = sorted({*row_keys(labels, sourced=True), *row_keys(labels, sourced=False)})
    with _file(weights).open("wb") as sink:
        np.lib.format.write_array(sink, _numbers(_head(labels.hash) + b"".join(keys)), allow_pickle=False)


def learned_rows(labels: LabelledNames, weights: Path = MODEL) -> NDArray[np.bool_]:
    """Say of each row whether weights, the shipped ones if no other, were learned from it. Raises RowsUnknown."""
    file = _file(weights)
    known = np.load(file, allow_pickle=False) if file.exists() else _numbers(b"")
    if known[:HEAD].tobytes() != _head(str(read_model(weights).about.get("labels"))):
        raise RowsUnknown(f"{file.name} does not say what {weights.name} was learned from: train it again")
    sourced, bare = (_numbers(b"".join(row_keys(labels, sourced=each))) for each in (True, False))
    named = np.array([bool(source) for source in labels.groups["source"]], dtype=bool)
    return np.isin(np.where(named, sourced, bare), known[HEAD:])


def sources_of(labels: LabelledNames, learned: LabelledNames) -> list[str]:
    """Give the source of each row: its own, else that of the learned row with the same name and label."""
    known = dict(zip(row_keys(learned, sourced=False), learned.groups["source"], strict=True))
    keys = row_keys(labels, sourced=False)
    return [own or known.get(key, "") for own, key in zip(labels.groups["source"], keys, strict=True)]


def _file(weights: Path) -> Path:
    return weights.with_suffix(".rows.npy")


def _head(labels: str) -> bytes:
    return sha256(labels.encode()).digest()


def _numbers(content: bytes) -> NDArray[np.uint32]:
    return np.frombuffer(content, dtype="<u4")
