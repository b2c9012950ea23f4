"""Naming rows without their keys: a plan keeps one number for each row, and knows by these what was in it."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from typing import Any

import numpy as np
from sqlalchemy import Text, cast, func, literal, select

from include.systems.keysets import SHELL, Keysets

__all__ = ["among", "meet", "named", "of_keys", "packed", "strangers"]


def named(sets: Keysets, name: str) -> bytes:
    """Name each row of a table that goes by eight bytes; where the database can, without bringing its key here."""
    rows = sets.of(name)
    key = [rows.c[column] for column in sets.system.table(name).key]
    going = rows.c.relation < SHELL
    if sets.connection.dialect.name == "postgresql":
        one = func.hashtextextended(func.concat_ws("\x1f", *(cast(column, Text) for column in key)), _seed(name))
        whole = func.string_agg(func.int8send(one), literal(b""))
        found = sets.connection.execute(select(whole).where(going)).scalar_one()
        return bytes(found or b"")
    return of_keys(name, sets.connection.execute(select(*key).where(going)))


def of_keys(name: str, keys: Iterable[Any]) -> bytes:
    """Name rows by keys that are here."""
    return b"".join(hashlib.sha256(f"{name}\x1d{tuple(key)!r}".encode()).digest()[:8] for key in keys)


def packed(names: Iterable[bytes]) -> bytes:
    """Put names of rows in order."""
    return np.sort(np.frombuffer(b"".join(names), dtype=">u8")).tobytes()


def among(some: bytes, planned: bytes) -> bool:
    """Say whether all of these names are among those of a plan; both in order."""
    return bool(_isin(some, planned).all())


def meet(some: bytes, others: bytes) -> bool:
    """Say whether any of these names is among others; both in order."""
    return bool(_isin(some, others).any())


def strangers(some: bytes, planned: bytes) -> int:
    """Count those of these names that are not among a plan's."""
    return int((~_isin(some, planned)).sum())


def _isin(some: bytes, others: bytes) -> Any:
    """Look each name up in the others, which are in order: what that takes hardly grows with how many these are."""
    mine, theirs = (np.frombuffer(given, dtype=">u8").astype(np.uint64) for given in (some, others))
    if not theirs.size:
        return np.zeros(mine.size, dtype=bool)
    return theirs[np.minimum(np.searchsorted(theirs, mine), theirs.size - 1)] == mine


def _seed(name: str) -> int:
    return zlib.crc32(name.encode())
