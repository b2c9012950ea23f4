"""An object in S3, Google Cloud Storage or Azure, by a path that somebody logged in for us."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from include.intake.fetching.answers import asked_for_login, nothing_there
from include.intake.fetching.faults import NotAFile, PlaceAway, StillChanging
from include.intake.fetching.model import StoredPath, Version
from include.intake.fetching.staging import Staged

__all__ = ["StoredObject"]

BLOCK = 8 << 20
FORBIDDEN = frozenset({401, 403, "401", "403"})
CLIENTS = frozenset({"botocore", "aiobotocore", "aiohttp", "azure", "google", "gcsfs", "adlfs", "requests"})
"""Libraries whose own errors are told in our words; any other error is a fault of ours and is not."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """A file that object storage keeps under a key. Its ETag stands for its version."""

    name: str
    path: StoredPath
    connection: str | None

    def load(self, staged: Staged, known: Version | None) -> Version | None:
        """Bring the object, or what an earlier try left out of it; None where it is still `known`.

        Raises the errors of `faults`.
        """
        with self._told(staged):
            version = self._version()
            offset, held = staged.left
            if known and version.etag and version.etag == known.etag and not offset:
                return None
            offset = offset if held == version else 0
            staged.begin(version, version.size, offset=offset)
            with self.path.open("rb", block_size=BLOCK, cache_type="readahead") as stored:
                stored.seek(offset)
                while block := stored.read(BLOCK):
                    staged.write(block)
            if self._version() != version:
                raise StillChanging(f"{self.name} was replaced while it was fetched; it is fetched again")
        return version

    def _version(self) -> Version:
        self.path.fs.invalidate_cache()
        found: dict[str, Any] = self.path.fs.info(self.path.path)
        if found.get("type") == "directory":
            raise NotAFile(f"{self.name} is a folder; let location.url name a file in it")
        etag = found.get("ETag") or found.get("etag")
        return Version(str(etag) if etag else None, None, found.get("size"), strong=bool(etag))

    @contextmanager
    def _told(self, staged: Staged) -> Iterator[None]:
        """Say in our words what goes wrong over there: a library's own words may hold the key's id or a signature."""
        try:
            yield
        except FileNotFoundError:
            raise nothing_there(self.name) from None
        except PermissionError:
            raise asked_for_login(self.name, "the storage refuses to hand it out", self.connection) from None
        except Exception as error:
            if isinstance(error, OSError) or type(error).__module__.partition(".")[0] in CLIENTS:
                raise self._fault(error, staged) from None
            raise

    def _fault(self, error: Exception, staged: Staged) -> Exception:
        codes = {getattr(error, name, None) for name in ("code", "status", "status_code")}
        if codes & FORBIDDEN or any(word in type(error).__name__ for word in ("Credential", "Auth", "Refresh")):
            return asked_for_login(self.name, "the storage refuses the login", self.connection)
        if staged.came:
            return staged.cut()
        return PlaceAway(
            f"{self.name}: no proper answer came from the storage ({type(error).__name__}); it is tried again"
        )
