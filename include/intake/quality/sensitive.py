"""Find what no source may bring us: identity numbers, accounts, cards, birth dates, health and religion (LIA-01).

Legitimate interest never covers sensitive data (Law 6(4)), and a directory is collected on nothing stronger: a row that
holds any is set aside, whichever column it stands in. What was found is named by a code; what it said is not kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from include.intake.quality.folding import DIGIT, fold, words_of_header
from include.intake.quality.headers import header_says, says_something
from include.intake.quality.numbers import MARK as NUMBER_MARK
from include.intake.quality.numbers import NumbersOf, called, numbers_in
from include.intake.quality.statements import MARK as STATEMENT_MARK
from include.intake.quality.statements import statements_in

__all__ = ["Code", "Finding", "find", "scan"]


class Code(StrEnum):
    """What kind of sensitive data a cell holds."""

    NATIONAL_ID = "national_id"
    IQAMA = "iqama"
    EMIRATES_ID = "emirates_id"
    IBAN = "iban"
    PAYMENT_CARD = "payment_card"
    BIRTH_DATE = "birth_date"
    HEALTH = "health"
    RELIGION = "religion"


@dataclass(frozen=True, slots=True)
class Finding:
    """That a text holds sensitive data of this kind; never where in it, nor what it says."""

    code: Code


_TRADE = frozenset({"organisation", "activity", "website", "email"})
_PLACE = frozenset({"address", "po_box", "postal_code", "district", "city", "region"})


@dataclass(frozen=True, slots=True)
class _Column:
    """What a column's field and name say before its cells are read."""

    numbers: NumbersOf
    of_a_trade: bool
    says: str | None
    own_numbers: bool
    """The source's own row ids: judged as a column, since one in ten of them has the check digit by chance."""


def find(
    text: str, field: str | None = None, header: str | None = None, *, region: str | None = None
) -> tuple[Finding, ...]:
    """Return what a text holds, each kind once, in the order of `Code`.

    `field` is the contract's field of its column, `header` the column's name in the source, `region` the two-letter
    country whose numbers are written there without a code (else Saudi, Egyptian, Emirati and North American numbers
    in a phone column count as phones).
    """
    column = _column(field, header, region)
    found = set(_codes(fold(text), column))
    return tuple(Finding(code) for code in Code if code in found)


def scan(frame: pd.DataFrame, fields: Mapping[str, str], *, region: str | None = None) -> pd.DataFrame:
    """Return one line (`row`, `column`, `code`) for each finding in a frame of text; `row` is the frame's index.

    `fields` maps columns to fields; columns that it does not name are read too. Agrees with `find` on each cell, but
    for a column of the source's own numbers: there a check digit that holds in less than half of the numbers of that
    length holds by chance.
    """
    rows: list[object] = []
    columns: list[str] = []
    codes: list[str] = []
    for position, name in enumerate(frame.columns):
        column = _column(fields.get(name), str(name), region)
        for at, code in _of_series(frame.iloc[:, position], column):
            rows.append(frame.index[at])
            columns.append(name)
            codes.append(code.value)
    return pd.DataFrame({"row": rows, "column": columns, "code": codes})


def _column(field: str | None, header: str | None, region: str | None) -> _Column:
    words = words_of_header(header) if header else ""
    names = called(words)
    return _Column(
        numbers=NumbersOf(
            called=names,
            phone=field == "phone",
            place=field in _PLACE,
            region=region,
        ),
        of_a_trade=field in _TRADE,
        says=header_says(words),
        own_numbers=names != "identity" and (field == "row_id" or words in _OWN or words.endswith(" id")),
    )


_ORDER = {code: place for place, code in enumerate(Code)}
_OWN = frozenset({"id", "no", "number", "code", "ref", "key", "رقم", "الرقم", "م", "كود"})


def _codes(folded: str, column: _Column) -> Iterator[str]:
    if column.says and says_something(folded, column.says):
        yield column.says
    yield from numbers_in(folded, column.numbers)
    yield from statements_in(folded, of_a_trade=column.of_a_trade)


def _of_series(series: pd.Series, column: _Column) -> list[tuple[int, Code]]:
    """Read only the cells that bear a mark: the search for marks runs over the whole column at once."""
    cells = pa.array(series, type=pa.string(), from_pandas=True)
    found: set[tuple[int, str]] = set()
    if column.says:
        found.update((at, column.says) for at, text in _cells(cells, None) if says_something(text, column.says))
    for at, text in _cells(cells, NUMBER_MARK):
        found.update((at, code) for code in numbers_in(text, column.numbers))
    for at, text in _cells(cells, STATEMENT_MARK):
        found.update((at, code) for code in statements_in(text, of_a_trade=column.of_a_trade))
    known = sorted(((at, Code(code)) for at, code in found), key=lambda hit: (hit[0], _ORDER[hit[1]]))
    return list(_not_by_chance(known, cells)) if column.own_numbers else known


def _cells(cells: pa.StringArray, mark: str | None) -> Iterator[tuple[int, str]]:
    """Yield place and folded text of each cell that bears the mark, or of each that is not empty."""
    bears = pc.not_equal(cells, "") if mark is None else pc.match_substring_regex(cells, mark)
    marked = cells.filter(bears)
    for at, text in zip(pc.indices_nonzero(bears.fill_null(False)).to_pylist(), marked.to_pylist(), strict=True):
        yield at, fold(text)


def _not_by_chance(found: list[tuple[int, Code]], cells: pa.StringArray) -> Iterator[tuple[int, Code]]:
    """Drop what a check digit alone says, where most numbers of that length in the column lack it."""
    lengths = {at: len(cells[at].as_py().strip()) for at, code in found if code in _BY_CHECK_DIGIT}
    of_length = Counter(pc.utf8_length(pc.utf8_trim_whitespace(cells.filter(_all_digits(cells)))).to_pylist())
    hits = Counter(lengths.values())
    for at, code in found:
        length = lengths.get(at, 0)
        if code not in _BY_CHECK_DIGIT or 2 * hits[length] >= of_length[length]:
            yield at, code


_BY_CHECK_DIGIT = frozenset({Code.NATIONAL_ID, Code.IQAMA, Code.EMIRATES_ID, Code.PAYMENT_CARD})


def _all_digits(cells: pa.StringArray) -> pa.BooleanArray:
    return pc.match_substring_regex(cells, rf"^\s*{DIGIT}+\s*$").fill_null(False)
