"""Why a column is left out of a drafted contract: what its heading or its cells look like, never what they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import pandas as pd

from include.intake.contracts.heading_words import read_heading
from include.intake.contracts.value_shapes import DATE, DECIMAL, OTHERS_PLACE, Shape, shape_of
from include.intake.quality.folding import words_of_header
from include.intake.quality.headers import header_says
from include.intake.quality.numbers import called
from include.intake.quality.sensitive import scan

__all__ = ["is_sensitive", "why_ignored"]

SENSITIVE = {
    "birth_date": "birth dates",
    "health": "somebody's health",
    "religion": "somebody's religion",
    "national_id": "numbers of identity cards",
    "iqama": "numbers of residence permits",
    "emirates_id": "numbers of identity cards",
    "iban": "bank accounts",
    "payment_card": "payment cards",
}
TOO_MUCH = 0.2
"""A column with sensitive data in more of its filled cells than this is left out whole; else the rows are set aside."""
MOSTLY = 0.7
LONG = 120
FEW = 12


def is_sensitive(heading: str, cells: Sequence[str], field: str | None, region: str | None) -> str | None:
    """Say what of the kinds that no source may bring a column holds, by its heading or by its cells; else None."""
    words = words_of_header(heading)
    said = header_says(words) or ("national_id" if called(words) == "identity" else None)
    if said:
        return SENSITIVE[said]
    filled = [cell for cell in cells if cell.strip()]
    frame = pd.DataFrame({heading: filled}, dtype="str")
    found = scan(frame, {heading: field} if field else {}, region=region)
    rows = Counter(code for code in found.drop_duplicates("row")["code"])
    if not filled or rows.total() <= TOO_MUCH * len(filled):
        return None
    return SENSITIVE[rows.most_common(1)[0][0]]


def why_ignored(heading: str, cells: Sequence[str], region: str | None) -> str:
    """Return the reason for a column that is not mapped: what it seems to be, in one line."""
    sensitive = is_sensitive(heading, cells, None, region)
    if sensitive:
        return f"seems to hold {sensitive}, which no source may bring us"
    shape = shape_of(cells)
    return next(_reasons(heading, shape, [cell.strip() for cell in cells if cell.strip()]))


def _reasons(heading: str, shape: Shape, filled: list[str]) -> Iterator[str]:
    def most(judge: Callable[[str], object]) -> bool:
        return sum(bool(judge(cell)) for cell in filled) >= MOSTLY * len(filled)

    if not filled:
        yield "empty in this file"
    if shape.running:
        yield "a running number that moves when a row is added"
    if most(OTHERS_PLACE.search):
        yield "links to maps or profiles on other sites, which are outside the six fields"
    if shape.website > MOSTLY:
        yield "links that lead to somebody else's pages, by its heading"
    if most(DATE.fullmatch):
        yield "dates or times, which none of the six fields asks for"
    if most(DECIMAL.fullmatch):
        yield "numbers with a fraction, such as coordinates or prices"
    if shape.distinct == 1 and shape.cells > 1:
        yield "says the same in every row that has it"
    if shape.letters < 1 - MOSTLY:
        yield "numbers that its heading does not call a contact" if shape.digits > MOSTLY else "signs without a word"
    if most(lambda cell: len(cell) > LONG):
        yield "long free text, which may say anything about anyone"
    if shape.distinct <= FEW < shape.cells or (shape.code < MOSTLY and shape.distinct < 0.1 * shape.cells):
        yield "a few words that come again and again, such as a kind or a state"
    if shape.code > MOSTLY:
        yield "codes of letters and digits, which reach nobody"
    if read_heading(heading).is_never:
        yield "by its heading outside the six fields of the policy"
    yield "text that was not recognised as a name or a contact; look at it"
