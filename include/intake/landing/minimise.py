"""Keep what the contract maps, name each row by a keyed hash, and recognise it again by another (IR 19, LAW MIN-01)."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from include.intake.contracts import Contract
from include.store import keying

__all__ = ["FINGERPRINT", "KEY", "ROW", "fingerprint", "minimise", "name_rows"]

ROW, KEY, FINGERPRINT = "_row", "_key", "_fingerprint"
BETWEEN = "\x1f"


def minimise(frame: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """Drop every column that the contract does not map; a mapped column that this chunk lacks is empty."""
    return frame.reindex(columns=list(contract.columns), fill_value="").fillna("").astype(str)


def name_rows(frame: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """Put the row number and the row key in front: of the source's own row id, or of the whole row without one.

    Rows whose row id is blank share no name: each is named by the whole of it.
    """
    named = frame.copy()
    keys = _hashed("row", frame, contract, contract.row_id or _compared(frame, contract))
    if contract.row_id:
        blank = (frame[list(contract.row_id)].apply(lambda cells: cells.str.strip()) == "").all(axis="columns")
        whole = iter(_hashed("row", frame[blank], contract, _compared(frame, contract)))
        keys = [next(whole) if nameless else key for key, nameless in zip(keys, blank, strict=True)]
    named.insert(0, KEY, keys)
    named.insert(0, ROW, frame.index.to_numpy())
    return named


def fingerprint(frame: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """Add the fingerprint of what will be stored of each row.

    It leaves out the source's own date of change: a row whose date alone moved has not changed for us.
    """
    return frame.assign(**{FINGERPRINT: _hashed("fingerprint", frame, contract, _compared(frame, contract))})


def _compared(frame: pd.DataFrame, contract: Contract) -> list[str]:
    """Name the columns that make a row what it is, in an order that does not hang on the contract's."""
    mapping = contract.columns
    columns = [column for column in frame.columns if column not in (ROW, KEY)]
    return sorted(column for column in columns if column not in mapping or mapping[column].field != "updated_on")


def _hashed(kind: str, frame: pd.DataFrame, contract: Contract, columns: Sequence[str]) -> list[bytes]:
    """Hash the named cells of each row together with the source's key: two sources never share a row."""
    cells, hashed = (pa.array(frame[column].str.strip(), pa.large_string()) for column in columns), keying()
    beginning = pa.repeat(pa.scalar(contract.key, pa.large_string()), len(frame))
    whole = pc.binary_join_element_wise(beginning, *cells, pa.scalar(BETWEEN, pa.large_string()))
    return [hashed(kind, text) for text in whole.to_pylist()]
