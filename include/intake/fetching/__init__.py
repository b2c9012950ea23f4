"""How a file comes from where its contract says into the closed staging folder, whole or not at all."""

from include.intake.fetching.faults import NothingDelivered
from include.intake.fetching.model import Connections, Fetched, Known, Login, Place, StoredPath, Version
from include.intake.fetching.places import LocalFile, fetch, place_of

__all__ = [
    "Connections",
    "Fetched",
    "Known",
    "LocalFile",
    "Login",
    "NothingDelivered",
    "Place",
    "StoredPath",
    "Version",
    "fetch",
    "place_of",
]
