"""Which landed rows the register holds just as they are: of those nothing is read and decided again."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import text

from include.intake.landing.minimise import FINGERPRINT, KEY, ROW
from include.store import Role, begin

__all__ = ["LISTINGS", "Parted", "as_held", "parted"]

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


@dataclass(frozen=True, slots=True)
class Parted:
    """The rows of a shard: those that the register holds as they are, and those that are left to be decided."""

    shard: int
    known: pa.Table
    left: pa.Table


def parted(shard: int, rows: pa.Table, source_key: str, *, again: bool) -> Parted:
    """Part a shard's rows; with `again`, nothing counts as held. Of what is held no cell is kept in memory."""
    held = pa.array(np.zeros(rows.num_rows, bool)) if again else _held(source_key, rows)
    return Parted(shard, rows.select([ROW, KEY, FINGERPRINT]).filter(held), rows.filter(pc.invert(held)))


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


def as_held(rows: pa.Table) -> pa.Table:
    """Say of rows that we hold them as they are: nothing but what they are recognised by is asked of them."""
    said = {"row_number": rows.column(ROW), "row_key": rows.column(KEY), "fingerprint": rows.column(FINGERPRINT)}
    said |= {"known": pa.repeat(True, rows.num_rows)}
    columns = [said.get(field.name, pa.nulls(rows.num_rows)).cast(field.type) for field in LISTINGS]
    return pa.Table.from_arrays(columns, schema=LISTINGS)
