"""Recognise personal data in what people wrote: mailboxes, telephone numbers, identity numbers and what is sensitive.

Many texts at a time: only those that bear a mark are read. What is told is a place and a kind, never a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from include.intake.normalise.emails import read_emails
from include.intake.normalise.phones import Number, read_number
from include.intake.quality.folding import DIGIT, fold
from include.intake.quality.sensitive import scan

__all__ = ["recognised"]

MANY_DIGITS = rf"{DIGIT}(?:[\s.()/\-]{{0,3}}{DIGIT}){{7}}"
RUN = re.compile(r"(?<![\w.+])\+?[\d(](?:[ .()/\-]{0,3}\d){7,15}(?!\w)")
ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"']+@[^\s@<>()\[\],;:\"']+")
EMPTIED = r"^hmac:[0-9a-f]{64}$"
"""What the strategy `keyed_hash` leaves: the digits in it are nobody's."""


def recognised(texts: Sequence[str | None], name: str, region: str | None) -> dict[int, frozenset[str]]:
    """Say at which places of a column's texts personal data stands, and of which kinds.

    `name` is the column's, for it may say what its numbers are; `region` is the country whose numbers are written there
    without a code. A number counts where it is dialled: with a country's code, or a zero before it.
    """
    cells = pa.array(texts, type=pa.string())
    cells = pc.if_else(pc.match_substring_regex(cells, EMPTIED), None, cells)
    found: dict[int, set[str]] = {}
    for place, code in _kinds(cells, name, region):
        found.setdefault(place, set()).add(code)
    return {place: frozenset(codes) for place, codes in found.items()}


def _kinds(cells: pa.Array, name: str, region: str | None) -> Iterator[tuple[int, str]]:
    frame = pd.DataFrame({name: pd.Series(cells.to_pylist(), dtype="object")})
    told = scan(frame, {}, region=region)
    yield from zip(told["row"].tolist(), told["code"].tolist(), strict=True)
    for place, text in _marked(cells, "@"):
        if any(reading.normalised for each in ADDRESS.findall(text) for reading in read_emails(each)):
            yield place, "email"
    for place, text in _marked(cells, MANY_DIGITS):
        if any(_is_dialled(run, region) for run in RUN.findall(text)):
            yield place, "phone"


def _marked(cells: pa.Array, mark: str) -> Iterator[tuple[int, str]]:
    bears = pc.fill_null(pc.match_substring_regex(cells, mark), False)
    for place, text in zip(pc.indices_nonzero(bears).to_pylist(), cells.filter(bears).to_pylist(), strict=True):
        yield place, fold(text)


def _is_dialled(run: str, region: str | None) -> bool:
    if not run.lstrip("(").startswith(("+", "0")):
        return False
    number = read_number(run, region)
    return isinstance(number, Number) and number.trait is None
