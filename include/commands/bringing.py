"""The file that a run by hand takes in: the one that somebody names, else the one that its contract names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4, uuid5

from include.intake.contracts import Contract, file_of
from include.intake.fetching import NothingDelivered, fetch, place_of
from include.store import private_folder

__all__ = ["delivered"]

BY_HAND = UUID("0c1b7a52-8f0e-4a35-9a39-6b1d2f6b9a07")


@contextmanager
def delivered(contract: Contract, named: Path | None) -> Iterator[Path]:
    """Yield the file to take in. One that a link brings is taken away again when the block ends.

    A fetch that was cut goes on where it was. Raises NothingDelivered where there is no file, NeverRetry where a
    login is needed, which only Airflow's connections hold.
    """
    if named is not None or contract.location.url is None:
        file = named or file_of(contract)
        if not file.is_file():
            raise NothingDelivered(f"source {contract.key}: no file at its location; put it there and run again")
        yield file
        return
    staging = private_folder("staging")
    fetched, mine = staging / f"{uuid5(BY_HAND, contract.key)}.raw", staging / f"{uuid4()}.raw"
    fetch(place_of(contract, None), fetched, limit=contract.location.limit)
    fetched.replace(mine)  # from here on another run by hand may fetch for itself
    try:
        yield mine
    finally:
        mine.unlink(missing_ok=True)
