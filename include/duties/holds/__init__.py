"""Legal holds and the standstill: what a case keeps from destruction, and nothing at all while destruction stands."""

from include.duties.holds.actions import IDENTITIES, Hold, identity_of, keeping_of, place, release, standing
from include.duties.holds.standstill import REASONS as STOPPED_FOR
from include.duties.holds.standstill import Standstill, begin_standstill, end_standstill, see_that_nothing_stands_still

__all__ = [
    "IDENTITIES",
    "STOPPED_FOR",
    "Hold",
    "Standstill",
    "begin_standstill",
    "end_standstill",
    "identity_of",
    "keeping_of",
    "place",
    "release",
    "see_that_nothing_stands_still",
    "standing",
]
