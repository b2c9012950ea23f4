"""Normalise and classify one shard: pure work on landing rows, written beside them for the register to take in."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from uuid import UUID

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import text

from include.intake.classification import Klass
from include.intake.contracts import Contract
from include.intake.landing.files import landing_folder, shard_file, write_table
from include.intake.landing.minimise import FINGERPRINT, KEY, ROW
from include.intake.listings import ListingsRead, read_listings
from include.intake.normalise.columns import key_texts
from include.intake.progress import Progress
from include.intake.receiving import receipt_of
from include.store import Role, begin, keying

__all__ = ["LISTINGS", "PART", "POINTS", "decided_rows", "prepare"]

LISTINGS = pa.schema(
    [
        ("row_number", pa.int64()),
        ("row_key", pa.binary()),
        ("fingerprint", pa.binary()),
        ("known", pa.bool_()),
        ("name_class", pa.string()),
        ("name_holds_person", pa.bool_()),
        ("fields", pa.string()),
        ("provenance", pa.string()),
        ("country", pa.string()),
        ("language", pa.string()),
        ("opted_out", pa.bool_()),
    ]
)
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


NEW = text("""
    select number from (
        select number, substring(cast(:names as bytea) from number * 64 + 1 for 32) as row_key,
               substring(cast(:names as bytea) from number * 64 + 33 for 32) as fingerprint
          from generate_series(0, :rows - 1) number
    ) given
      left join lateral (select fingerprint, state from register.listing
                          where listing.source_key = :source and listing.row_key = given.row_key limit 1) held on true
     where (held.fingerprint, held.state) is distinct from (given.fingerprint, 'active')
""")
"""The places of rows that are not held as they are. Their keys and fingerprints come in one piece: as an array of texts
they would take longer than the search. The limit has each looked for by its key: to compare a shard with the whole
register at once seems cheaper to the planner, and is the dearer the more is held."""
PART = 10_000
"""Rows that are read together, between two looks at the clock."""


def prepare(
    receipt_id: UUID, shard: int, contract: Contract, *, again: bool = False, progress: Progress | None = None
) -> dict[str, int]:
    """Normalise and classify the rows of one shard that we do not hold as they are.

    Writes the shard's `listings` and `points` files and returns counts. With `again`, rows that the register holds
    are prepared too; `progress` is one that several shards share. Repeating it overwrites the same files with the same
    content; of a registered receipt, whose files may be gone, nothing is prepared.
    """
    if receipt_of(receipt_id).state == "registered":
        return {"rows": 0, "known": 0, "contact_points": 0}
    folder = landing_folder(contract.key, receipt_id)
    rows = pq.read_table(shard_file(folder, "rows", shard))
    progress = progress or Progress(f"classifying {contract.key}, shard {shard}", rows.num_rows)
    held = pa.array(np.zeros(rows.num_rows, bool)) if again else _held(contract.key, rows)
    known, left = rows.filter(held), rows.filter(pc.invert(held))
    progress.add(known.num_rows)
    listings, points = [_as_held(known)], [POINTS.empty_table()]
    with _without_collecting():
        for start in range(0, left.num_rows, PART):
            part = left.slice(start, PART)
            made = decided_rows(part, contract)
            listings.append(made[0])
            points.append(made[1])
            progress.add(part.num_rows)
    prepared = pa.concat_tables(points)
    write_table(shard_file(folder, "listings", shard), pa.concat_tables(listings))
    write_table(shard_file(folder, "points", shard), prepared)
    return {"rows": rows.num_rows, "known": known.num_rows, "contact_points": prepared.num_rows}


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


def _held(source_key: str, rows: pa.Table) -> pa.Array:
    """Say of each row whether the register holds it just as it is."""
    order = pc.sort_indices(rows.column(KEY))  # as they stand in the index: what is read for one serves the next
    keys, prints = (rows.column(name).take(order).to_pylist() for name in (KEY, FINGERPRINT))
    names = b"".join(chain.from_iterable(zip(keys, prints, strict=True)))
    held = np.ones(rows.num_rows, bool)
    with begin(Role.INTAKE) as connection:
        new = connection.execute(NEW, {"source": source_key, "names": names, "rows": rows.num_rows})
        held[order.to_numpy()[[row.number for row in new]]] = False
    return pa.array(held)


def _as_held(rows: pa.Table) -> pa.Table:
    """Say of rows that we hold them as they are: nothing but what they are recognised by is asked of them."""
    said = {"row_number": rows.column(ROW), "row_key": rows.column(KEY), "fingerprint": rows.column(FINGERPRINT)}
    said |= {"known": pa.repeat(True, rows.num_rows)}
    columns = [said.get(field.name, pa.nulls(rows.num_rows)).cast(field.type) for field in LISTINGS]
    return pa.Table.from_arrays(columns, schema=LISTINGS)


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
