"""Weigh a workbook before it is opened: a few hundred bytes of one can ask for all the memory there is."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from functools import lru_cache
from typing import IO

from include.intake.reading.compressed import HARMLESS, MOST_RATIO, directory
from include.intake.reading.file import File
from include.intake.reading.model import UnreadableFile

__all__ = ["MOST_MEMORY", "MOST_WORKBOOK", "weigh"]

MOST_WORKBOOK = 2 << 30
"""Bytes of a workbook, unpacked. A full sheet (1,048,576 rows) of twelve columns has about one GiB."""
MOST_MEMORY = 2 << 30
"""Bytes of memory that opening a sheet may take."""
LONGEST = 600
"""Seconds after which a workbook is given up."""
AS_CSV = "export its sheets as CSV, which is read in any size"
OPEN_ALL = """
import resource, sys
from python_calamine import CalamineWorkbook, SheetTypeEnum
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
try:
    book = CalamineWorkbook.from_filelike(sys.stdin.buffer)
    for sheet in book.sheets_metadata:
        if sheet.typ == SheetTypeEnum.WorkSheet:
            book.get_sheet_by_name(sheet.name)
except MemoryError:
    sys.exit(4)
"""
TOO_MUCH = 4
LOCKED = re.compile(
    "EncryptedPackage".encode("utf-16-le") + rb"|\x09\x08\x10\x00.{16}(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL
)
"""What a password leaves open to see: the name of the part that is locked, or the record that the key is needed for."""


def weigh(file: File) -> None:
    """Raise UnreadableFile where a workbook cannot be opened within the limits of this module.

    Cells far apart make a sheet of billions of empty ones, under which its reader dies together with its process. So
    every sheet is opened once in a process of its own that may not take more than MOST_MEMORY.
    """
    stat = file.path.stat()
    _weigh(file, (stat.st_ino, stat.st_mtime_ns, stat.st_size))


@lru_cache(maxsize=16)
def _weigh(file: File, _version: tuple[int, int, int]) -> None:
    with file.seekable() as stream:
        _refuse_bomb(file, stream)
        stream.seek(0)
        code = _opened_apart(file, stream)
        stream.seek(0)
        locked = code != 0 and LOCKED.search(stream.read(HARMLESS)) is not None
    if locked:
        raise UnreadableFile(f"{file.name}: is locked by a password; save it without one, or ask the publisher")
    if code == TOO_MUCH or code < 0:  # the reader has no word for a memory that is full: its process is ended
        raise UnreadableFile(
            f"{file.name}: opening it takes more than {MOST_MEMORY >> 30} GiB of memory (MOST_MEMORY); {AS_CSV}"
        )
    if code != 0:
        raise UnreadableFile(
            f"{file.name}: is not a readable workbook: damaged, breaking off, or of another type; fetch it again, save "
            "it as XLSX again, or correct format.type"
        )


def _refuse_bomb(file: File, stream: IO[bytes]) -> None:
    if not zipfile.is_zipfile(stream):
        return
    with directory(stream, file.name) as archive:
        members = archive.infolist()
    unpacked, packed = (sum(sizes) for sizes in zip(*((m.file_size, m.compress_size) for m in members), strict=True))
    if unpacked > MOST_WORKBOOK:
        raise UnreadableFile(f"{file.name}: unpacks to more than {MOST_WORKBOOK >> 30} GiB (MOST_WORKBOOK); {AS_CSV}")
    if unpacked > HARMLESS and unpacked > MOST_RATIO * packed:
        raise UnreadableFile(
            f"{file.name}: unpacks to more than {MOST_RATIO} times its size (MOST_RATIO), as a zip bomb does; {AS_CSV}"
        )


def _opened_apart(file: File, stream: IO[bytes]) -> int:
    command = [sys.executable, "-c", OPEN_ALL, str(MOST_MEMORY)]
    try:
        done = subprocess.run(command, stdin=stream, capture_output=True, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired:
        raise UnreadableFile(
            f"{file.name}: opening it takes more than {LONGEST // 60} minutes (LONGEST); {AS_CSV}"
        ) from None
    return done.returncode
