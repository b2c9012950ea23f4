"""What a place is, what it says of its file, what came of fetching it, and how one logs in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from include.intake.fetching.staging import Staged

__all__ = ["Connections", "Fetched", "Known", "Login", "Place", "StoredPath", "Version"]


@dataclass(frozen=True, slots=True)
class Version:
    """What tells one version of a file from the next. Nothing known is a version too: it equals no other."""

    etag: str | None = None
    """As the place writes it: quoted, and with W/ where it is weak."""
    modified: str | None = None
    """When the file was last changed, in the place's own writing."""
    size: int | None = None
    """How many bytes it has."""
    strong: bool = False
    """Whether equal versions mean equal bytes, so that a fetch may go on where it was cut."""

    def __bool__(self) -> bool:
        return bool(self.etag or self.modified)


@dataclass(frozen=True, slots=True)
class Known:
    """The delivery that was registered last, as its place described it then."""

    version: Version
    sha256: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came. Where it is unchanged, no bytes came: they are those of the delivery that was registered last."""

    sha256: bytes
    size: int
    version: Version
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Login:
    """What a connection says. Nothing of it but its id may be shown."""

    connection: str
    host: str | None = field(default=None, repr=False)
    port: int | None = field(default=None, repr=False)
    login: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)


class Place(Protocol):
    """Where one file lies."""

    @property
    def name(self) -> str:
        """The source and the place, as messages may say them: no login and no query."""

    def load(self, staged: Staged, known: Version | None) -> Version | None:
        """Write the file's bytes into `staged` and return their version; None where it is still the known one."""


class StoredPath(Protocol):
    """What of an object storage path is needed here; Airflow's ObjectStoragePath has it."""

    @property
    def fs(self) -> Any:
        """The file system behind it."""

    @property
    def path(self) -> str:
        """Bucket and key as that file system writes them."""

    def open(self, mode: str = "r", **options: Any) -> Any:
        """Open the object."""


class Connections(Protocol):
    """Where logins come from: Airflow's connections, seen from a room that knows nothing of Airflow."""

    def login(self, connection: str) -> Login:
        """Return what a connection says. Raises NeverRetry where there is none."""

    def stored(self, url: str, connection: str | None) -> StoredPath:
        """Return the path of an object, logged in by a connection, or as nobody without one."""
