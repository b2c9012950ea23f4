"""A delivery's data as a reader opens it: as it lies, or out of the gzip or zip that it came in."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO

from include.intake.contracts.format import Format
from include.intake.reading.compressed import Packing, packing_of
from include.intake.reading.unpacking import share_read, unpacked
from include.store.disk import room_on_disk

__all__ = ["File", "Way", "file_in"]

BLOCK = 1 << 20


class Way:
    """How far into a file its reader is. One that goes to and fro, or reads it whole at once, says nothing."""

    def __init__(self) -> None:
        self._stream: BinaryIO | None = None
        self._size = 0

    def begin(self, stream: BinaryIO, size: int) -> None:
        """Note that the file, of so many bytes on the disk, is read from its beginning."""
        self._stream, self._size = stream, size

    def share(self) -> float | None:
        """Say how much of the file (0 to 1) was read; None where that is not known."""
        return None if self._stream is None else share_read(self._stream, self._size)


@dataclass(frozen=True, slots=True)
class File:
    """Data that can be opened again and again; each time it is read from its beginning, and never whole in memory."""

    path: Path
    """Where the delivery lies, packed or not."""
    packing: Packing | None = None
    called: str = ""
    """How messages call the delivery, where its file bears a name that says nothing."""
    way: Way = field(default_factory=Way, compare=False)
    """How far the last opening of it was read."""

    @property
    def name(self) -> str:
        """How messages call it: the file's own name, and the member's where it is one of a zip."""
        inside = f" ({self.packing.shown})" if self.packing and self.packing.shown else ""
        return f"{self.called or self.path.name}{inside}"

    @property
    def suffix(self) -> str:
        """The ending of the data's own name, in small letters, with its dot: `.csv` of shops.csv.gz."""
        return Path(self.packing.name if self.packing else self.path.name).suffix.lower()

    @property
    def size(self) -> int:
        """How many bytes lie on the disk."""
        return self.path.stat().st_size

    def open(self) -> BinaryIO:
        """Open the bytes, to be read on from their beginning.

        Raises UnreadableFile while they are read, where the packing is damaged, breaks off, or holds more than a
        delivery can.
        """
        stream = self.path.open("rb") if self.packing is None else unpacked(self.path, self.packing)
        self.way.begin(stream, self.size)
        return stream

    def text(self, encoding: str, errors: str = "strict", newline: str | None = None) -> io.TextIOWrapper:
        """Open the text, to be read on from its beginning. Raises as `open`."""
        return io.TextIOWrapper(self.open(), encoding, errors, newline)

    @contextmanager
    def seekable(self) -> Iterator[IO[bytes]]:
        """Open the bytes to be read in any order; packed ones are laid down in a file that has no name."""
        if self.packing is None:
            with self.path.open("rb") as stream:
                yield stream
            return
        beside = os.access(self.path.parent, os.W_OK)
        with tempfile.TemporaryFile(dir=self.path.parent if beside else None) as laid, self.open() as stream:
            with room_on_disk():
                shutil.copyfileobj(stream, laid, BLOCK)
                laid.seek(0)
            yield laid


def file_in(path: Path, format: Format | None = None, called: str = "", way: Way | None = None) -> File:
    """Return the data that a delivery's file holds; `way` is told how far it is read.

    Raises UnreadableFile where it is a zip and `format.member` does not say which of its members is meant.
    """
    packing = packing_of(path, format.member if format else None, called or path.name)
    return File(path, packing, called, way or Way())
