"""The two roots of every error: what a retry can never help, and what it may.

An error message names the field, row or setting and says what to do next; it never carries a personal value. What the
policy foresees (refused, undetermined, suppressed, expired) is a value and not an error.
"""

from __future__ import annotations

import errno
import traceback

__all__ = ["FULL", "MayBeRetried", "NeverRetry", "NotYet", "place_of"]

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
"""What the system calls a disk that is full, and a quota that is used up."""


class NeverRetry(Exception):
    """Raise where the same input gives the same failure: a broken contract, a broken file, a missing setting."""


class MayBeRetried(Exception):
    """Raise where time alone may help: a server that is away, a lock that is held, a disk that is full."""


class NotYet(MayBeRetried):
    """Raise where somebody else is at it: nothing failed, and it is worth asking again soon."""


def place_of(error: BaseException) -> str:
    """Say of what kind an unforeseen error is and where it arose. Its own words are left out: they may quote a row."""
    if isinstance(error, OSError) and error.errno in FULL:
        return "the disk is full: make room on the disk of AMANAH_HOME and run it again; nothing half-written is used"
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "/include/" in frame.filename] or list(frames)
    where = "; ".join(f"{frame.filename.rpartition('/include/')[2]}:{frame.lineno} {frame.name}" for frame in own[-4:])
    return f"{type(error).__name__} at {where}. Its words are withheld: they may quote a row. Repeat it on sample data"
