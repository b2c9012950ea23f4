"""Tell what a file is from its first bytes, and refuse in plain words what cannot be a delivery."""

from __future__ import annotations

import re

from include.intake.contracts.format import TEXT_TYPES, FormatType
from include.intake.reading.compressed import GZIP, ZIP
from include.intake.reading.encoding import marked_encoding
from include.intake.reading.file import File
from include.intake.reading.model import UnreadableFile

__all__ = ["head_of", "refuse_another_kind", "type_by_mark"]

HEAD = 128 << 10
OLE = b"\xd0\xcf\x11\xe0"
MARKS: tuple[tuple[bytes, FormatType], ...] = (
    (ZIP[0], "xlsx"),
    (ZIP[1], "xlsx"),
    (OLE, "xls"),
    (b"PAR1", "parquet"),
)
"""The first bytes of every binary type that is read."""
CALLED: dict[FormatType, str] = {
    "xlsx": "a zip archive or a workbook",
    "xls": "an old XLS workbook, or one locked by a password",
    "parquet": "a Parquet file",
}
ALIKE = frozenset({"xlsx", "xls"})
"""Read alike, whichever of them the contract says."""

NO_DATA = (
    (b"PARE", "a Parquet file that is encrypted; ask for one that is not"),
    (b"%PDF", "a PDF; ask the publisher for the data itself"),
    (GZIP, "a gzip archive inside an archive; unpack it before the intake"),
    (b"SQLite format 3", "a database file; export its table as CSV"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"Rar!", "a RAR archive; ask for a zip or a gzip"),
    (b"7z\xbc\xaf", "a 7z archive; ask for a zip or a gzip"),
    (b"BZh", "a bzip2 archive; ask for a zip or a gzip"),
    (b"\xfd7zXZ", "an xz archive; ask for a zip or a gzip"),
)
WEB_PAGE = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
BLANK = b" \t\r\n\0\xef\xbb\xbf\xff\xfe"
ORDINARY = b"\t\n\r\f\x0b\x1a\x1b\x1c\x1d\x1e\x1f"
"""Control characters that stand in texts."""


def head_of(file: File) -> bytes:
    """Return the file's first bytes. Raises UnreadableFile where it is empty."""
    with file.open() as stream:
        head = stream.read(HEAD)
    if not head.strip(BLANK):
        raise UnreadableFile(f"{file.name}: file is empty; fetch it again, or ask the publisher")
    return head


def type_by_mark(head: bytes) -> FormatType | None:
    """Return the binary type that the first bytes give away."""
    return next((type for mark, type in MARKS if _begins(head, mark)), None)


def _begins(head: bytes, mark: bytes) -> bool:
    """Tell a mark from the same letters at the beginning of a text: `PARE` may begin an encrypted file, or `PARENT`."""
    return head.startswith(mark) and (not mark.isalnum() or any(byte < 9 for byte in head[:512]))


def refuse_another_kind(file: File, declared: FormatType | None) -> None:
    """Raise UnreadableFile where the file is empty, or is not of the declared type or of any that is read."""
    head = head_of(file)
    marked = type_by_mark(head)
    if marked is not None and marked != declared and not {marked, declared} <= ALIKE:
        raise UnreadableFile(f"{file.name}: format.type says {declared}, but it is {CALLED[marked]}; correct it")
    if marked is not None:
        return
    for mark, what in NO_DATA:
        if _begins(head, mark):
            raise UnreadableFile(f"{file.name}: is {what}")
    if WEB_PAGE.match(head):
        raise UnreadableFile(
            f"{file.name}: is a web page and no data: the link asks for a login, or has moved; fetch the file itself"
        )
    if marked_encoding(head) is None:
        strange = sum(head.count(byte) for byte in range(32) if byte not in ORDINARY)
        if strange > max(16, len(head) * 0.01):
            raise UnreadableFile(f"{file.name}: is binary, not text; check whether it is the right file")
    if declared is not None and declared not in TEXT_TYPES:
        raise UnreadableFile(f"{file.name}: format.type says {declared}, but it is text; correct it, or fetch it again")
