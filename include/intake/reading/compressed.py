"""Tell what a delivery's file is packed in, and which member of a zip is its data."""

from __future__ import annotations

import contextlib
import fnmatch
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from include.intake.contracts.headings import shown_heading
from include.intake.reading.model import UnreadableFile

__all__ = [
    "GZIP",
    "HARMLESS",
    "MOST_MEMBERS",
    "MOST_RATIO",
    "MOST_UNPACKED",
    "ZIP",
    "Packing",
    "directory",
    "packing_of",
]

GZIP, ZIP = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06")
MOST_UNPACKED = 64 << 30
"""More bytes than this are no delivery, however they were packed."""
MOST_RATIO = 250
"""Directories pack to a tenth or a thirtieth; what grows by more than this is made to fill a disk."""
HARMLESS = 64 << 20
"""As many bytes may come out of any archive, whatever the ratio."""
MOST_MEMBERS = 10_000
LONGEST_END = (64 << 10) + 200
"""Bytes at the end of a zip among which its last record stands."""
LONGEST_ENTRY = 1 << 10
"""Bytes that a member takes in the list, for names of any use."""
READABLE = frozenset({"csv", "tsv", "txt", "xlsx", "xls", "json", "jsonl", "ndjson", "parquet", "xml", "vcf", "vcard"})
"""Endings of the members that may be a delivery's data; the others are read only where format.member names them."""
LEADS_OUT = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)")
OFFICE = frozenset({"[Content_Types].xml", "xl/workbook.xml", "xl/workbook.bin", "mimetype"})
"""A workbook is a zip as well: it is known by these members."""


@dataclass(frozen=True, slots=True)
class Packing:
    """What a delivery's data lies in."""

    kind: str
    """gzip or zip."""
    name: str
    """The data's own name, as far as the packing tells."""
    member: str | None = None
    """The zip's member."""
    file: str = ""
    """How messages call the delivery."""
    shown: str = ""
    """The member as a message may show it: its name, or its place in the zip where the name may be a person's."""


def packing_of(path: Path, member: str | None, called: str) -> Packing | None:
    """Tell whether a file is packed and where its data is inside; None where it lies there as it is.

    Raises UnreadableFile where a zip has no or more than one member that fits, and where `member` names what is none.
    """
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith(GZIP):
        _refuse_member(called, member)
        return Packing("gzip", path.name.removesuffix(".gz"), file=called)
    if not head.startswith(ZIP):
        _refuse_member(called, member)
        return None
    with directory(path, called) as archive:
        infos = archive.infolist()
        if member is None and not OFFICE.isdisjoint(info.filename for info in infos):
            return None
        return _chosen(called, infos, member)


def directory(source: Path | IO[bytes], called: str) -> zipfile.ZipFile:
    """Open a zip with the list of its members. Raises UnreadableFile where it is damaged, or the list is endless."""
    try:
        _refuse_endless(source, called)
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, NotImplementedError):
        raise UnreadableFile(
            f"{called}: is a zip archive or a workbook that is damaged or breaks off: a truncated download; fetch the "
            "file again"
        ) from None
    if len(archive.infolist()) > MOST_MEMBERS:
        archive.close()
        raise _endless(called)
    return archive


def _refuse_endless(source: Path | IO[bytes], called: str) -> None:
    """Look how long the list of members is before it is read: all of it would lie in memory."""
    with source.open("rb") if isinstance(source, Path) else contextlib.nullcontext(source) as stream:
        stream.seek(0, io.SEEK_END)
        stream.seek(max(0, stream.tell() - LONGEST_END))
        end = stream.read()
    at, far = end.rfind(b"PK\x05\x06"), end.rfind(b"PK\x06\x06")
    length = int.from_bytes(end[at + 12 : at + 16], "little") if at >= 0 else 0
    if length == 0xFFFFFFFF and far >= 0:
        length = int.from_bytes(end[far + 40 : far + 48], "little")
    if length > MOST_MEMBERS * LONGEST_ENTRY:
        raise _endless(called)


def _endless(called: str) -> UnreadableFile:
    return UnreadableFile(f"{called}: the archive has more than {MOST_MEMBERS:,} members (MOST_MEMBERS)")


def _chosen(called: str, infos: Sequence[zipfile.ZipInfo], member: str | None) -> Packing:
    numbered = [(number, info) for number, info in enumerate(infos, start=1) if _is_data(info)]
    fitting = [(number, info) for number, info in numbered if member is None or _fits(info.filename, member)]
    if member is None and len(fitting) > 1:
        fitting = [(number, info) for number, info in fitting if _ending(info.filename) in READABLE]
    if len(fitting) != 1:
        raise UnreadableFile(f"{called}: {_which(fitting, numbered, member)}")
    number, info = fitting[0]
    shown = _shown(number, info)
    if LEADS_OUT.search(info.filename):
        raise UnreadableFile(
            f"{called}: {shown} has a path that leads out of the archive; nothing of it is read. "
            "Ask the publisher for an archive without such paths"
        )
    if info.flag_bits & 1:
        raise UnreadableFile(f"{called}: {shown} is locked by a password; ask the publisher for one without")
    return Packing("zip", info.filename, info.filename, called, shown)


def _is_data(info: zipfile.ZipInfo) -> bool:
    parts = info.filename.split("/")
    return not info.is_dir() and "__MACOSX" not in parts and not parts[-1].startswith("._") and parts[-1] != ".DS_Store"


def _fits(name: str, member: str) -> bool:
    return name == member or fnmatch.fnmatchcase(name, member)


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()


def _shown(number: int, info: zipfile.ZipInfo) -> str:
    return shown_heading(info.filename, number, "member")


def _which(
    fitting: Sequence[tuple[int, zipfile.ZipInfo]], every: Sequence[tuple[int, zipfile.ZipInfo]], member: str | None
) -> str:
    if not every:
        return "the archive holds no file"
    listed = fitting or every
    shown = ", ".join(_shown(number, info) for number, info in listed[:10])
    more = f" and {len(listed) - 10:,} more" if len(listed) > 10 else ""
    if fitting:
        return f"the archive has {len(fitting):,} files to read; name one in format.member: {shown}{more}"
    if member is None:
        return f"no file of the archive is known by its ending; name one in format.member: {shown}{more}"
    return f"format.member: no file of the archive is so named; it has {shown}{more}"


def _refuse_member(called: str, member: str | None) -> None:
    if member is not None:
        raise UnreadableFile(f"{called}: format.member names a file of a zip, but this is no zip; remove it")
