"""Which place a contract names, and the local one among them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from include.errors import NeverRetry
from include.intake.contracts import Contract, file_of
from include.intake.contracts.location import OBJECT_STORAGE, WEB
from include.intake.fetching.faults import CutOff, NothingDelivered, StillChanging
from include.intake.fetching.model import Connections, Fetched, Known, Place, Version
from include.intake.fetching.staging import BLOCK, Staged, staging

__all__ = ["LocalFile", "fetch", "place_of"]

TRIES = 3
"""So often one try of a task asks for the rest of a file that is cut."""


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file on this machine's disks."""

    source: str
    path: Path

    @property
    def name(self) -> str:
        """The source and the file."""
        return f"source {self.source}: {self.path.name}"

    def load(self, staged: Staged, known: Version | None) -> Version:
        """Copy the file block by block. Raises NothingDelivered where there is none, StillChanging where it grows."""
        del known
        if not self.path.is_file():
            raise NothingDelivered(f"source {self.source}: no file at its location; put it there and run again")
        with self.path.open("rb") as given:
            before = self.path.stat()
            staged.begin(Version(), before.st_size)
            while staged.size <= before.st_size and (block := given.read(BLOCK)):
                staged.write(block)
        after = self.path.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or staged.size != after.st_size:
            raise StillChanging(f"{self.name} is still being written; it is read again once that has ended")
        return Version()


def fetch(place: Place, target: Path, *, limit: int | None, known: Known | None = None) -> Fetched:
    """Bring a place's file into `target`, whole or not at all, going on where an earlier try was cut.

    With `known`, a file that has not changed since is not brought again where its place can tell. Raises the errors
    of `faults`: those that time may help are MayBeRetried.
    """
    with staging(target, place.name, limit) as staged:
        for left in reversed(range(TRIES)):
            try:
                version = place.load(staged, known.version if known else None)
                if version is not None:
                    return Fetched(*staged.finish(), version)
                break
            except CutOff:
                if not left or not staged.left[0]:
                    raise
        staged.discard()
    assert known is not None
    return Fetched(known.sha256, known.size, known.version, unchanged=True)


def place_of(contract: Contract, connections: Connections | None) -> Place:
    """Return where the contract's file lies. Without connections, only what needs no login can be reached.

    Raises NeverRetry where a connection is needed and cannot be had.
    """
    location = contract.location
    if location.url is None:
        return LocalFile(contract.key, file_of(contract))
    if connections is None and (location.connection or location.scheme in OBJECT_STORAGE):
        raise NeverRetry(
            f"source {contract.key}: {location.told} is reached through Airflow: start collect_{contract.key} there, "
            "or name a file that you have"
        )
    return _link(
        f"source {contract.key}: {location.told}", location.url, location.scheme, location.connection, connections
    )


def _link(name: str, url: str, scheme: str, connection: str | None, connections: Connections | None) -> Place:
    """Each kind of place brings its own library, which is loaded only where it is needed."""
    if scheme in OBJECT_STORAGE:
        from include.intake.fetching.stored import StoredObject

        assert connections is not None
        return StoredObject(name, connections.stored(url, connection), connection)
    login = connections.login(connection) if connection and connections else None
    if scheme in WEB:
        from include.intake.fetching.web import WebLink

        return WebLink(name, url, login)
    from include.intake.fetching.sftp import SftpFile

    assert login is not None
    return SftpFile(name, url, login)
