"""Read through a gzip or a zip as a stream: nothing is laid down under a name from inside, and no bomb is unpacked."""

from __future__ import annotations

import gzip
import io
import lzma
import zipfile
import zlib
from pathlib import Path
from typing import IO, BinaryIO

from include.intake.reading.compressed import HARMLESS, MOST_RATIO, MOST_UNPACKED, Packing, directory
from include.intake.reading.model import UnreadableFile

__all__ = ["share_read", "unpacked"]

BUFFER = 256 << 10


def unpacked(path: Path, packing: Packing) -> BinaryIO:
    """Open what is packed as a stream of its bytes.

    Opening it or reading on raises UnreadableFile where it is damaged, packed by an unknown method, or too much.
    """
    try:
        return io.BufferedReader(_Unpacking(path, packing), BUFFER)
    except NotImplementedError:
        raise UnreadableFile(
            f"{packing.file or path.name}: {packing.shown} is packed by a method that is not read; pack it again as an "
            "ordinary zip (deflate) or gzip"
        ) from None
    except zipfile.BadZipFile:
        raise _damaged(packing.file or path.name) from None


def share_read(stream: BinaryIO, size: int) -> float | None:
    """Say how much (0 to 1) was read of a stream that `unpacked` opened, or of a plain file of so many bytes."""
    if stream.closed or not size:
        return None
    raw = getattr(stream, "raw", None)
    return raw.share if isinstance(raw, _Unpacking) else stream.tell() / size


class _Unpacking(io.RawIOBase):
    """The bytes of a packing, counted as they come."""

    def __init__(self, path: Path, packing: Packing) -> None:
        self._called = packing.file or path.name
        self._archive = directory(path, self._called) if packing.member is not None else None
        if self._archive is not None and packing.member is not None:
            info = self._archive.getinfo(packing.member)
            self._stream: IO[bytes] | gzip.GzipFile = self._archive.open(info)
            self._packed, self._whole = min(info.compress_size, path.stat().st_size), info.file_size
        else:
            self._stream = gzip.open(path)  # noqa: SIM115 (closed with this stream)
            self._packed, self._whole = path.stat().st_size, 0
        self._out = 0

    @property
    def share(self) -> float | None:
        """How much was read: of a zip's member by its whole length, of a gzip by what went in."""
        packed = getattr(self._stream, "fileobj", None)
        if packed is not None:
            return float(packed.tell() / max(self._packed, 1))
        return self._out / self._whole if self._whole else None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            block = self._stream.read(len(buffer))
        except EOFError:
            raise UnreadableFile(
                f"{self._called}: the archive breaks off before its end: a truncated download; fetch the file again"
            ) from None
        except (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError):
            raise _damaged(self._called) from None
        buffer[: len(block)] = block
        self._out += len(block)
        self._refuse_bomb()
        return len(block)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
            if self._archive is not None:
                self._archive.close()
        super().close()

    def _refuse_bomb(self) -> None:
        if self._out > MOST_UNPACKED:
            raise UnreadableFile(
                f"{self._called}: unpacks to more than {MOST_UNPACKED >> 30} GiB (MOST_UNPACKED); "
                "ask the publisher for it in parts"
            )
        if self._out > HARMLESS and self._out > MOST_RATIO * self._packed:
            raise UnreadableFile(
                f"{self._called}: unpacks to more than {MOST_RATIO} times its size (MOST_RATIO), as a zip bomb "
                "does; nothing of it is read. If it is no bomb, unpack it before the intake"
            )


def _damaged(called: str) -> UnreadableFile:
    return UnreadableFile(f"{called}: the archive is damaged; fetch the file again")
