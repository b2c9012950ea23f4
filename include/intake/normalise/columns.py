"""Read a whole column of cells: the plain ones at once, each other one as a cell of its own, with the same result."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import polars as pl
from email_validator import SPECIAL_USE_DOMAIN_NAMES as SPECIAL
from email_validator.rfc_constants import CASE_INSENSITIVE_MAILBOX_NAMES

from include.intake.normalise.cells import read_cell
from include.intake.normalise.domain_columns import domain_labels
from include.intake.normalise.emails import LONGEST_ADDRESS, LONGEST_LOCAL, PLAIN, SLIPS
from include.intake.normalise.mailboxes import disposable, free_mail, role_of, traits_by
from include.intake.normalise.phone_cells import LIST
from include.intake.normalise.phones import compact, plain_numbers
from include.intake.normalise.placeholders import is_placeholder, words
from include.intake.normalise.reading import Reading, contact_key_text

__all__ = ["READINGS", "filled", "key_texts", "mapped", "read_cells", "reading_of", "traits_of"]

READINGS = {
    "cell": pl.UInt32,
    "kind": pl.String,
    "value": pl.String,
    "normalised": pl.String,
    "number_type": pl.String,
    "traits": pl.String,
    "unparsed": pl.String,
    "detail": pl.String,
    "beside": pl.String,
}
"""What a reading is, as columns. `cell` is the place of its cell among those given; traits are sorted, with commas."""

NUMBERED = "[1-9]"
WORDED = "^(?:[A-Za-z]{2}|[\u0621-\u064a]{2})(?:[A-Za-z0-9\u0621-\u064a .&-]|$)"
"""How a cell begins whose first two signs stay as they are in every form, but for the letter case."""
PHONE = r"^\+?(?:\([0-9]{2,4}\) ?)?[0-9]+(?:[ -][0-9]+)*$"
"""One number, whose signs can only group its digits: what else they may mean is not among these shapes."""
DOUBTFUL = r"^\d{1,4}-\d{1,2}-\d{1,4}$|\d{6}-"
"""A date, or a hyphen that may count on to a second number."""
COMPACT = r"^(?:\+|0?)[1-9][0-9]*$"
"""Digits alone, which `compact` leaves as they are."""
LONGEST_NUMBER, LONGEST_LIST = 40, 400
NOTHING: frozenset[str] = frozenset()


def filled(cells: pl.Series) -> pl.Series:
    """Say of each cell whether it has something in it: `is_placeholder` the other way round."""
    numbered = cells.str.contains(NUMBERED)
    if numbered.all():
        return numbered
    others = cells.filter(~numbered)
    worded = others.str.contains(WORDED) & ~others.str.slice(0, 2).str.to_lowercase().is_in(_starts())
    return numbered.scatter((~numbered).arg_true(), worded | _each_filled(others, ~worded))


def _each_filled(cells: pl.Series, asked: pl.Series) -> pl.Series:
    doubtful = cells.filter(asked).unique()
    said = doubtful.filter(pl.Series([not is_placeholder(cell) for cell in doubtful], dtype=pl.Boolean))
    return cells.is_in(said.implode())


def _starts() -> list[str]:
    """Give how words for nothing begin, and what begins a filler (`xx`)."""
    _, starts = words()
    return sorted(starts | {f"x{chr(letter)}" for letter in range(ord("a"), ord("z") + 1)})


def read_cells(
    field: str,
    cells: pl.Series,
    region: str | None,
    means: str | None = None,
    *,
    at_sign: str | None = None,
    language: str | None = None,
) -> pl.DataFrame:
    """Read distinct cells as `read_cell` reads each, with the same terms; give the readings in the order of the cells.

    Raises what `read_cell` does.
    """
    declared = f"declared_{means}" if means else None
    quick = QUICK[field](cells, region, declared) if field in QUICK else pl.DataFrame(schema=READINGS)
    left = pl.DataFrame({"text": cells}).with_row_index("cell").join(quick.select("cell"), on="cell", how="anti")
    slow = [
        (cell, *_columns(reading))
        for cell, text in left.iter_rows()
        for reading in read_cell(field, text, region, means, at_sign=at_sign, language=language)
    ]
    others = pl.DataFrame(slow, schema=READINGS, orient="row")
    return others if quick.is_empty() else pl.concat([quick, others]).sort("cell", maintain_order=True)


def _columns(reading: Reading) -> tuple[str | None, ...]:
    return (
        reading.kind,
        reading.value,
        reading.normalised,
        reading.number_type,
        _joined(reading.traits),
        reading.unparsed,
        reading.detail,
        reading.beside,
    )


def reading_of(row: dict[str, str | None]) -> Reading:
    """Give the reading that a row of READINGS holds, without its country."""
    return Reading(
        kind=row["kind"] or "",
        value=row["value"] or "",
        normalised=row["normalised"],
        number_type=row["number_type"],
        traits=traits_of(row["traits"] or ""),
        unparsed=row["unparsed"],
        detail=row["detail"],
        beside=row["beside"],
    )


@lru_cache(maxsize=1 << 12)
def traits_of(text: str) -> frozenset[str]:
    """Give the traits that a column of READINGS names."""
    return frozenset(text.split(",")) if text else frozenset()


def key_texts(readings: pl.DataFrame) -> pl.Series:
    """Give `contact_key_text` of each reading."""
    named = pl.concat_str("normalised", pl.lit(";") + pl.col("detail"), ignore_nulls=True)
    given = readings.select(text=pl.when(pl.col("normalised").is_not_null()).then(named), value="value")
    texts = given["text"].str.to_lowercase()
    unlike = given["text"].str.contains(r"[^\x00-\x7f]").fill_null(False)
    texts = texts.zip_with(~unlike, mapped(given["text"].set(~unlike, None), str.casefold))
    unread = given["value"].set(given["text"].is_not_null(), None)
    return texts.zip_with(unread.is_null(), mapped(unread, _as_key)).alias("key_text")


def _as_key(value: str) -> str:
    return contact_key_text(Reading("", value, None, unparsed="unread"))


def mapped(texts: pl.Series, change: Callable[[str], str | None]) -> pl.Series:
    """Change each text as every other that is the same; what is null stays so."""
    distinct = texts.drop_nulls().unique()
    return texts.replace_strict(distinct, [change(text) for text in distinct], return_dtype=pl.String, default=None)


def _as_readings(frame: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Lay readings of one kind out as READINGS; what is not said is not known."""
    frame = frame.with_columns(kind=pl.lit(kind))
    missing = [pl.lit(None, pl.String).alias(name) for name in READINGS if name not in frame.columns]
    return frame.with_columns(missing).select(pl.col(name).cast(kind) for name, kind in READINGS.items())


def _phones(cells: pl.Series, region: str | None, declared: str | None) -> pl.DataFrame:
    """Read the cells that are one number, or several that are parted by one sign each."""
    given = _numbers_of(cells)
    digits = given["value"].str.replace_all("[ ()-]", "")
    e164, types = plain_numbers(_compacted(digits), region)
    given = given.with_columns(
        normalised=pl.Series(e164, dtype=pl.String),
        number_type=pl.Series(types, dtype=pl.String),
        traits=pl.lit(declared or ""),
    )
    unread = given.filter(pl.col("normalised").is_null())
    if unread.height:
        given = given.join(unread, on="cell", how="anti", maintain_order="left")
    if given["cell"].is_duplicated().any():
        given = given.unique(["cell", "normalised"], keep="first", maintain_order=True)
    return _as_readings(given, "phone")


def _numbers_of(cells: pl.Series) -> pl.DataFrame:
    """Give the numbers, as they stand, of each cell in which there is nothing else."""
    given = (
        pl.DataFrame({"value": cells}).with_row_index("cell").filter(pl.col("value").str.len_bytes() <= LONGEST_LIST)
    )
    listed = given["value"].str.contains(LIST.pattern)
    parted = given.filter(listed).with_columns(pl.col("value").str.replace_all(LIST.pattern, "\n").str.split("\n"))
    given = pl.concat([given.filter(~listed), parted.explode("value")]).sort("cell", maintain_order=True)
    value = pl.col("value")
    given = given.with_columns(value.str.strip_chars())
    one = value.str.contains(PHONE) & ~value.str.contains(DOUBTFUL) & value.str.contains(NUMBERED)
    plain = given.select(one & (value.str.len_bytes() <= LONGEST_NUMBER)).to_series()
    return given.join(given.filter(~plain), on="cell", how="anti", maintain_order="left")


def _compacted(digits: pl.Series) -> list[str]:
    """Give digits as `compact` does, which leaves most as they are."""
    given = digits.to_list()
    for at in (~digits.str.contains(COMPACT)).arg_true():
        given[at] = compact(given[at])
    return given


def _emails(cells: pl.Series, _region: str | None, declared: str | None) -> pl.DataFrame:
    """Read what `plain_address` reads."""
    given = pl.DataFrame({"value": cells.str.strip_chars()}).with_row_index("cell")
    local, domain = pl.col("local"), pl.col("domain")
    given = given.filter(pl.col("value").str.contains(f"^{PLAIN.pattern}$"))
    parts = pl.col("value").str.splitn("@", 2).struct.rename_fields(["local", "domain"])
    given = given.with_columns(parts.alias("parts")).unnest("parts")
    given = given.with_columns(domain.str.to_lowercase(), plain=local.str.to_lowercase())
    slips = pl.any_horizontal(pl.col("plain").str.starts_with(slip) for slip in SLIPS)
    long = (local.str.len_bytes() > LONGEST_LOCAL) | (pl.col("value").str.len_bytes() > LONGEST_ADDRESS)
    special = domain.str.extract(r"([^.]*)$").is_in(SPECIAL)
    given = given.filter(~(slips | long | special | domain.str.contains("--", literal=True)))
    local = pl.when(pl.col("plain").is_in(sorted(CASE_INSENSITIVE_MAILBOX_NAMES))).then("plain").otherwise("local")
    given = given.with_columns(normalised=pl.concat_str(local, pl.lit("@"), "domain"))
    more = frozenset({declared}) if declared else NOTHING
    traits = _mailbox_traits(given["plain"], given["domain"], more)
    return _as_readings(given.with_columns(traits=pl.Series(traits, dtype=pl.String)), "email")


def _mailbox_traits(local: pl.Series, domain: pl.Series, more: frozenset[str]) -> list[str]:
    """Give the traits of plain mailboxes, and some `more`, as `mailbox_traits` gives those of each."""
    free, thrown = free_mail(), disposable()
    return [
        _joined(traits_by(role, of in free, of in thrown) | more)
        for role, of in zip(_roles(local, domain), domain, strict=True)
    ]


def _roles(local: pl.Series, domain: pl.Series) -> pl.Series:
    """Give `role_of` of each: which digits there are says nothing, nor does a domain that the local part has not."""
    named = (
        pl.when(pl.col("local").str.contains(domain_labels("domain"), literal=True))
        .then("domain")
        .otherwise(pl.lit(""))
    )
    alike = pl.col("local").str.replace_all("[0-9]", "0") + "@" + named
    return mapped(pl.DataFrame({"local": local, "domain": domain}).select(alike).to_series(), _role)


def _role(address: str) -> str | None:
    local, _, domain = address.partition("@")
    return role_of(local, domain)


@lru_cache(maxsize=1 << 10)
def _joined(traits: frozenset[str]) -> str:
    return ",".join(sorted(traits))


QUICK: dict[str, Callable[[pl.Series, str | None, str | None], pl.DataFrame]] = {"phone": _phones, "email": _emails}
