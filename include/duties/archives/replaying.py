"""Archives that ended, or lost rows, since a copy was made: an older store and an older folder of files learn it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from include.duties.archives.journalled import STEPS
from include.duties.archives.keeping import lines_of
from include.duties.archives.model import Archive, counted, remaining
from include.duties.archives.sealing import destroy_file, hash_of, is_there, place_of_archive
from include.duties.archives.shortening import Drop, write_shorter
from include.duties.archives.storing import archives, put_whole

__all__ = ["archives_left", "end_again"]


def end_again(connection: Connection) -> None:
    """Let the archives stand as the journal in the unit of work says, and destroy again what it says of their files.

    A file that an older folder brought back goes; one with rows that had to go is written anew without them. Raises
    Unreadable where such a one cannot be read: see that AMANAH_KEY is the one that it was written under.
    """
    STEPS.run(connection, "told_archives")
    STEPS.run(connection, "put_back")
    for told in _wrong_files(connection):
        place = place_of_archive(told.system, told.file)
        known = archives(connection, "id = :id", {"id": told.id})
        if told.state != "kept" or not known:
            destroy_file(place)
        else:
            _cut_short_again(connection, known[0], told.dropped)
    STEPS.run(connection, "forget")


def archives_left(connection: Connection) -> dict[str, int]:
    """Count the archives that do not stand as the journal says, and the files that hold what had to go."""
    STEPS.run(connection, "told_archives")
    left = {"archives": STEPS.one(connection, "left"), "archive_files": sum(1 for _ in _wrong_files(connection))}
    STEPS.run(connection, "forget")
    return left


def _wrong_files(connection: Connection) -> Iterator[Any]:
    """Give, of the archives that ended or lost rows, those whose file is there, or is an older one."""
    for told in STEPS.rows(connection, "files"):
        place = place_of_archive(told.system, told.file)
        if is_there(place) and (told.state != "kept" or hash_of(place).hex() not in told.hashes):
            yield told


def _cut_short_again(connection: Connection, archive: Archive, dropped: list[dict[str, Any]]) -> None:
    lines = lines_of(archive)
    for drop in map(Drop.of_told, dropped):
        lines = remaining(lines, drop.goes)
    if counted(lines):
        put_whole(connection, archive.id, write_shorter(archive, lines))
    else:
        destroy_file(place_of_archive(archive.system, archive.file))
