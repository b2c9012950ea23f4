"""Normalise and classify one shard: pure work on landing rows, written beside them for the register to take in."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from include.intake.classification import Klass
from include.intake.contracts import Contract
from include.intake.held import LISTINGS, Parted, as_held, parted
from include.intake.landing.files import landing_folder, rows_in, shard_file, write_table
from include.intake.landing.minimise import FINGERPRINT, KEY, ROW
from include.intake.listings import ListingsRead, read_listings
from include.intake.normalise.columns import key_texts
from include.intake.progress import Progress
from include.intake.receiving import receipt_of
from include.store import keying

__all__ = ["LISTINGS", "PART", "POINTS", "decided_rows", "prepare"]

POINTS = pa.schema(  # traits and reasons as PostgreSQL writes arrays
    [
        ("row_number", pa.int64()),
        ("kind", pa.string()),
        ("key", pa.binary()),
        ("value", pa.string()),
        ("normalised", pa.string()),
        ("number_type", pa.string()),
        ("traits", pa.string()),
        ("unparsed", pa.string()),
        ("source_column", pa.string()),
        ("class", pa.string()),
        ("score", pa.float64()),
        ("reasons", pa.string()),
        ("subject_key", pa.binary()),
    ]
)


PART = 10_000
"""Rows that are read together, between two looks at the clock."""
POOL = 16
"""So many shards are gathered at most, where little of each is left to be decided."""


def prepare(
    receipt_id: UUID,
    shards: int | Sequence[int],
    contract: Contract,
    *,
    again: bool = False,
    progress: Progress | None = None,
) -> dict[str, int]:
    """Normalise and classify the rows of a shard, or of several, that we do not hold as they are.

    Writes each shard's `listings` and `points` files and returns counts. With `again`, rows that the register holds
    are prepared too; `progress` is one that several calls share. Repeating it overwrites the same files with the same
    content; of a registered receipt, whose files may be gone, nothing is prepared.
    """
    counts = dict.fromkeys(("rows", "known", "contact_points"), 0)
    if receipt_of(receipt_id).state == "registered":
        return counts
    folder, numbers = landing_folder(contract.key, receipt_id), [shards] if isinstance(shards, int) else shards
    if progress is None:
        total = rows_in(shard_file(folder, "rows", shard) for shard in numbers)
        progress = Progress(f"classifying {contract.key}", total)
    for pool in _pooled(folder, numbers, contract, again=again, progress=progress):
        made = _decided([rows.left for rows in pool], contract, progress)
        for rows, (listings, points) in zip(pool, made, strict=True):
            write_table(shard_file(folder, "listings", rows.shard), pa.concat_tables([as_held(rows.known), listings]))
            write_table(shard_file(folder, "points", rows.shard), points)
            sums = (rows.known.num_rows + rows.left.num_rows, rows.known.num_rows, points.num_rows)
            counts = {name: count + more for (name, count), more in zip(counts.items(), sums, strict=True)}
    return counts


def _pooled(
    folder: Path, shards: Sequence[int], contract: Contract, *, again: bool, progress: Progress
) -> Iterator[list[Parted]]:
    """Gather shards until there is enough to be decided at once: to begin takes as long as some thousand rows."""
    pool: list[Parted] = []
    for shard in shards:
        rows = parted(shard, pq.read_table(shard_file(folder, "rows", shard)), contract.key, again=again)
        progress.add(rows.known.num_rows)
        pool.append(rows)
        if len(pool) == POOL or sum(rows.left.num_rows for rows in pool) >= PART:
            yield pool
            pool = []
    if pool:
        yield pool


def _decided(shards: list[pa.Table], contract: Contract, progress: Progress) -> list[tuple[pa.Table, pa.Table]]:
    """Decide the rows of several shards together, and give each its own."""
    whole = pa.concat_tables(shards, promote_options="default")  # a shard from which all was taken out has no types
    listings, points = [LISTINGS.empty_table()], [POINTS.empty_table()]
    with _without_collecting():
        for start in range(0, whole.num_rows, PART):
            part = whole.slice(start, PART)
            for found, made in zip((listings, points), decided_rows(part, contract), strict=True):
                found.append(made)
            progress.add(part.num_rows)
    every = (pa.concat_tables(listings), pa.concat_tables(points))
    return [every] if len(shards) == 1 else list(_dealt(shards, *every))


def _dealt(shards: list[pa.Table], listings: pa.Table, points: pa.Table) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Deal what was decided out to the shards, which are parts of one file and share no row number."""
    start = 0
    for rows in shards:
        theirs = pc.is_in(points.column("row_number"), rows.column(ROW).combine_chunks())
        yield listings.slice(start, rows.num_rows), points.filter(theirs)
        start += rows.num_rows


def decided_rows(rows: pa.Table, contract: Contract) -> tuple[pa.Table, pa.Table]:
    """Read and decide landing rows; give their listings and their points, in the order of LISTINGS and POINTS."""
    read = read_listings(_cells(rows, contract), contract)
    return _listings(rows, contract, read), _points(rows, read)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Leave the garbage collector alone: it would look through all that is remembered again and again, for no cycles.

    A fifth of the time, measured.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _cells(rows: pa.Table, contract: Contract) -> pl.DataFrame:
    frame = pl.from_arrow(rows.select(list(contract.columns)))
    assert isinstance(frame, pl.DataFrame)
    return frame


def _listings(rows: pa.Table, contract: Contract, read: ListingsRead) -> pa.Table:
    """Give listings in the order of LISTINGS."""
    opt_out = contract.opt_out
    cells = rows.column(opt_out.column).to_pylist() if opt_out else []
    said = {
        "row_number": rows.column(ROW),
        "row_key": rows.column(KEY),
        "fingerprint": rows.column(FINGERPRINT),
        "known": pa.repeat(False, rows.num_rows),
        "language": pa.repeat(contract.language, rows.num_rows),
        "opted_out": [opt_out.refuses(cell) for cell in cells] if opt_out else pa.repeat(False, rows.num_rows),
    }
    arrow = read.listings.to_arrow()
    columns = dict(zip(arrow.column_names, arrow.columns, strict=True)) | said
    return pa.table({name: columns[name] for name in LISTINGS.names}).cast(LISTINGS)


def _points(rows: pa.Table, read: ListingsRead) -> pa.Table:
    """Give points in the order of POINTS, each with its key and the key of whose it is."""
    keyed = keying()
    row_keys = pl.Series(rows.column(KEY).to_pylist(), dtype=pl.Binary)
    points = read.points.with_columns(
        key=_keys(read.points, keyed),
        row_number=pl.Series(rows.column(ROW).to_pylist(), dtype=pl.Int64).gather(read.points["row"]),
        traits=_array("traits"),
        reasons=_array("reasons"),
    )
    owners = _owners(points, row_keys, keyed)
    points = points.join(owners, on="row", how="left", maintain_order="left").with_columns(
        source_column="column",
        subject_key=pl.when(pl.col("class") != Klass.BUSINESS.value).then(
            pl.when((pl.col("kind") == "email") & pl.col("normalised").is_not_null()).then("key").otherwise("owner")
        ),
    )
    return points.select(POINTS.names).to_arrow().cast(POINTS)


def _keys(points: pl.DataFrame, keyed: Callable[[str, str], bytes]) -> pl.Series:
    """Hash each point by its kind and what identifies it, as `point_key` does."""
    known: dict[tuple[str, str], bytes] = {}
    pairs = zip(points["kind"], key_texts(points), strict=True)
    return pl.Series([known.get(pair) or known.setdefault(pair, keyed(*pair)) for pair in pairs], dtype=pl.Binary)


def _array(codes: str) -> pl.Expr:
    """Write codes as an array of PostgreSQL."""
    return pl.format("{{{}}}", pl.col(codes))


def _owners(points: pl.DataFrame, row_keys: pl.Series, keyed: Callable[[str, str], bytes]) -> pl.DataFrame:
    """Say for each row who its points belong to that are no mailboxes: every personal mailbox is somebody of its own.

    That is its first personal mailbox; without one the first mobile, then the first other phone, names the person;
    without any, the row does.
    """
    read = pl.col("normalised").is_not_null()
    order = (
        pl.when(read & (pl.col("kind") == "email")).then(0)
        .when(read & (pl.col("kind") == "phone") & (pl.col("number_type") == "mobile")).then(1)
        .when(read & (pl.col("kind") == "phone")).then(2)
        .otherwise(3)
    )  # fmt: skip
    theirs = points.filter(pl.col("class") != Klass.BUSINESS.value).with_columns(order=order)
    first = theirs.sort("order", maintain_order=True).group_by("row", maintain_order=True).first()
    unreached = first["order"] == 3
    named = [keyed("listing", row_keys[row].hex()) for row in first["row"].filter(unreached)]
    owner = first["key"].scatter(unreached.arg_true(), pl.Series(named, dtype=pl.Binary))
    return first.select("row", owner=owner)
