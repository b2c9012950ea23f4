"""A full disk is said to be full, and its error carries nothing of what was being written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from include.errors import FULL, MayBeRetried, place_of

__all__ = ["DiskFull", "room_on_disk"]


class DiskFull(MayBeRetried):
    """The disk takes no more. What was being written is not there under its name."""


@contextmanager
def room_on_disk() -> Iterator[None]:
    """Raise DiskFull where a disk that is written to in this block is full, or its quota is used up."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise DiskFull(place_of(error)) from None
