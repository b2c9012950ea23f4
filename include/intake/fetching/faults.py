"""Why a file could not be fetched. Every message names the source, its place and the setting to look at."""

from __future__ import annotations

from include.errors import MayBeRetried, NeverRetry

__all__ = [
    "BeingFetched",
    "CutOff",
    "HostNotTrusted",
    "LoginNeeded",
    "NotAFile",
    "NothingDelivered",
    "PlaceAway",
    "StillChanging",
    "TooLarge",
]


class NothingDelivered(MayBeRetried):
    """There is no file where the contract says; it may come later."""


class CutOff(MayBeRetried):
    """The file ended before its end. What came is kept, and the next try goes on from there."""


class PlaceAway(MayBeRetried):
    """The place doesn't answer, is busy, or has a fault of its own."""


class StillChanging(MayBeRetried):
    """The file became another one while it was fetched. What came of it is not used."""


class BeingFetched(MayBeRetried):
    """Another try of the same run is fetching the file at this moment."""


class LoginNeeded(NeverRetry):
    """The place wants a login, or refuses ours, or shows a page to log in on."""


class HostNotTrusted(NeverRetry):
    """The place cannot prove that it is who it says: its certificate or host key isn't known."""


class NotAFile(NeverRetry):
    """What is there is no data file: a web page, a folder, an answer that makes no sense, a forbidden redirect."""


class TooLarge(NeverRetry):
    """The file is larger than the contract's `location.largest` allows."""
