"""Bytes on their way into the closed staging folder: hashed as they come, kept when cut, whole or not there.

Three files bear a receipt's name: `.unfinished` holds what came so far, `.version` says of which version of the file,
and `.raw` is the whole. A try holds a lock on the first, which goes with its process, however that ends.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

from include.errors import MayBeRetried, NeverRetry
from include.intake.fetching.faults import BeingFetched, CutOff, StillChanging, TooLarge
from include.intake.fetching.model import Version
from include.intake.fetching.transfer import Transfer, in_words
from include.store.disk import room_on_disk
from include.store.home import read_private, write_private

__all__ = ["BLOCK", "DiskFault", "Staged", "staging"]

BLOCK = 1 << 20


class DiskFault(MayBeRetried):
    """The staging folder's disk takes nothing, though it is not full."""


class Staged:
    """The file that one try writes into, from its beginning or from where an earlier try was cut."""

    def __init__(self, target: Path, file: BinaryIO, name: str, limit: int | None) -> None:
        self.target, self.name, self.limit = target, name, limit
        self.size, self.came = 0, 0
        self.total: int | None = None
        self._file, self._digest = file, hashlib.sha256()
        self._progress = Transfer(f"fetching {name}", None)

    @property
    def left(self) -> tuple[int, Version]:
        """How many bytes an earlier try left, and of which version; 0 where a fetch cannot go on from them."""
        version = _version_of(self.target)
        with _own_disk():
            self._file.flush()
            size = os.fstat(self._file.fileno()).st_size
        return (size, version) if size and version.strong else (0, Version())

    def begin(self, version: Version, total: int | None, *, offset: int = 0) -> None:
        """Say what comes: which version, how long in all, and from which byte on. TooLarge if it is over the limit."""
        self._refuse_beyond_limit(total or 0)
        with _own_disk():
            if offset:
                self._take_up(offset)
            else:
                self._start_over(version)
        self.total, self.came = total, 0
        self._progress = Transfer(f"fetching {self.name}", total, offset)

    def write(self, block: bytes) -> None:
        """Take the next bytes. Raises TooLarge as soon as there are more than the limit, DiskFull where none fit."""
        self._refuse_beyond_limit(self.size + len(block))
        with _own_disk():
            self._file.write(block)
        self._digest.update(block)
        self.size += len(block)
        self.came += len(block)
        self._progress.add(len(block))

    def beginning(self, size: int) -> bytes:
        """Return the first bytes of what has come, of whichever try."""
        with _own_disk():
            self._file.flush()
            return os.pread(self._file.fileno(), size, 0)

    def finish(self) -> tuple[bytes, int]:
        """Make the file whole under its own name; return its SHA-256 and size. Raises CutOff where bytes are missing.

        StillChanging where there are more of them than the place said.
        """
        if self.total is not None and self.size < self.total:
            raise self.cut()
        if self.total is not None and self.size > self.total:
            raise StillChanging(f"{self.name}: more came than the {in_words(self.total)} that were announced")
        with _own_disk():
            self._file.flush()
            os.fsync(self._file.fileno())
            _unfinished(self.target).replace(self.target)
            _beside(self.target).unlink(missing_ok=True)
        return self._digest.digest(), self.size

    def cut(self) -> CutOff:
        """Say how much of the file came, and what becomes of it."""
        whole = f" of {in_words(self.total)}" if self.total else ""
        then = "goes on from there" if self.left[0] else "begins anew: the server gives no ETag to go on by"
        return CutOff(f"{self.name}: the connection ended after {in_words(self.size)}{whole}; the next try {then}")

    def discard(self) -> None:
        """Leave nothing of this try."""
        for path in (_beside(self.target), _unfinished(self.target)):
            path.unlink(missing_ok=True)

    def _take_up(self, offset: int) -> None:
        self._file.seek(0)
        self._digest, self.size = hashlib.sha256(), 0
        while self.size < offset and (block := self._file.read(min(BLOCK, offset - self.size))):
            self._digest.update(block)
            self.size += len(block)
        self._file.truncate(offset)
        self._file.seek(offset)

    def _start_over(self, version: Version) -> None:
        """Forget the old version before its bytes go, and name the new one before the first of its bytes comes."""
        _beside(self.target).unlink(missing_ok=True)
        self._file.seek(0)
        self._file.truncate()
        self._digest, self.size = hashlib.sha256(), 0
        if version.strong:
            write_private(_beside(self.target), json.dumps(asdict(version)))

    def _refuse_beyond_limit(self, size: int) -> None:
        if self.limit is not None and size > self.limit:
            raise TooLarge(
                f"{self.name}: the file is larger than {in_words(self.limit)}; if that is right, "
                "raise location.largest in the contract"
            )


@contextmanager
def staging(target: Path, name: str, limit: int | None) -> Iterator[Staged]:
    """Open what will be `target`. What a cut try wrote is kept for the next; after any other failure nothing is.

    Raises BeingFetched where another process is at it.
    """
    with _locked(_unfinished(target), name) as file:
        staged = Staged(target, file, name, limit)
        try:
            yield staged
        except BaseException as error:
            if isinstance(error, NeverRetry | StillChanging) or not _version_of(target).strong:
                staged.discard()
            raise


@contextmanager
def _locked(path: Path, name: str) -> Iterator[BinaryIO]:
    while True:
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise BeingFetched(f"{name}: another try of this run is fetching the file; let it end") from None
        if _same(file, path):
            break
        file.close()  # whoever held the lock has finished or discarded this very file meanwhile
    try:
        yield file
    finally:
        with suppress(OSError):  # what could not be written was told already
            file.close()


def _same(file: BinaryIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _version_of(target: Path) -> Version:
    try:
        return Version(**json.loads(read_private(_beside(target)) or "{}"))
    except (ValueError, TypeError):
        return Version()


def _unfinished(target: Path) -> Path:
    return target.with_suffix(".unfinished")


def _beside(target: Path) -> Path:
    return target.with_suffix(".version")


@contextmanager
def _own_disk() -> Iterator[None]:
    """Tell what goes wrong on this machine's disk apart from what goes wrong where the file comes from."""
    try:
        with room_on_disk():
            yield
    except OSError as error:
        what = f"cannot be written ({type(error).__name__})"
        raise DiskFault(f"the disk that AMANAH_HOME is on {what}; the file is fetched again after that") from None
