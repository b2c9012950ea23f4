"""A Maildir folder: what a mail server on this machine, or the demo's, puts down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from heapq import nsmallest
from pathlib import Path
from typing import BinaryIO

from include.channels.mailboxes.model import Folder, Letter, MailboxAway

__all__ = ["Maildir"]

ARRIVED = ("new", "cur")


class _File:
    """One file of the folder."""

    def __init__(self, root: Path, path: Path) -> None:
        self._root, self._path = root, path

    def opened(self) -> AbstractContextManager[BinaryIO]:
        return self._path.open("rb")

    def remove(self) -> None:
        self._path.unlink(missing_ok=True)

    def keep(self, folder: Folder) -> None:
        """Move it into a folder beside (Maildir++): a rename, done or not done."""
        place = self._root / f".{folder}"
        for part in (place, *(place / name for name in ("cur", "new", "tmp"))):
            part.mkdir(mode=0o700, exist_ok=True)
        with suppress(FileNotFoundError):
            self._path.rename(place / "new" / self._path.name.partition(":")[0])


class Maildir:
    """The letters in `new` and `cur`, the oldest first as far as their names tell."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def letters(self, limit: int) -> Iterator[Letter]:
        """Yield the letters that lie there now, at most `limit`. Raises MailboxAway where there is no such folder."""
        if not self._folder.is_dir():
            raise MailboxAway("no_folder")
        found = (path for part in ARRIVED for path in self._files(part))
        yield from (_File(self._folder, path) for path in nsmallest(limit, found, key=lambda path: path.name))

    def close(self) -> None:
        """Do nothing: nothing is held open."""

    def _files(self, part: str) -> Iterator[Path]:
        with suppress(FileNotFoundError):
            yield from (path for path in (self._folder / part).iterdir() if path.is_file() and path.name[0] != ".")
