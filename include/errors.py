"""The two roots of every error: what a retry can never help, and what it may.

An error message names the field, row or setting and says what to do next; it never carries a personal value. What the
policy foresees (refused, undetermined, suppressed, expired) is a value and not an error.
"""

__all__ = ["MayBeRetried", "NeverRetry"]


class NeverRetry(Exception):
    """Raise where the same input gives the same failure: a broken contract, a broken file, a missing setting."""


class MayBeRetried(Exception):
    """Raise where time alone may help: a server that is away, a lock that is held, a disk that is full."""
