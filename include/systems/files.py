"""Files that rows name: recordings, pictures, attachments. They go before their rows, for then nobody knows them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from include.errors import MayBeRetried, NeverRetry
from include.systems.emptied import remains
from include.systems.forgetting import Forgetting
from include.systems.keeping import Kept
from include.systems.keysets import SHELL, same
from include.systems.model import System
from include.systems.versions import days_after_deletion, remove, versions

__all__ = [
    "FileRefused",
    "based",
    "days_kept",
    "destroy_files",
    "destroy_paths",
    "named_files",
    "read_file",
    "size_of",
    "write_file",
]

PIECE = 1 << 20
"""So many bytes of a file are in memory at once."""


class FileRefused(NeverRetry):
    """Raised for a path that leads out of the folder in which a system keeps its files. Names no path."""


def destroy_files(staying: Kept, _: Forgetting, base: str | None) -> int:
    """Destroy every file that a row which goes names, each with all its versions; return how many there were.

    Again, it finds none. `base` is the folder, or the address in object storage, that paths are relative to and that
    none may leave. Raises FileRefused for one that does, NeverRetry where rows name files and no base is set, and
    MayBeRetried where a file is still there afterwards.
    """
    return destroy_paths(staying.sets.system, named_files(staying), base)


def destroy_paths(system: System, paths: Iterable[str], base: str | None) -> int:
    """Destroy the files at these paths, as `destroy_files` does; return how many there were."""
    return sum(_destroy(based(system, base), path) for path in paths)


def based(system: System, base: str | None) -> str:
    """Return where a system's files lie. Raises NeverRetry where rows name files and nothing says that."""
    if base is None:
        raise NeverRetry(f"{system.key}: rows name files; let `files` of the map say where they lie")
    return base


def days_kept(base: str) -> int:
    """Say for how many days the storage there keeps what is deleted in it, whoever asks: 0 where it is gone at once.

    Raises NeverRetry where the login may not ask for that, and MayBeRetried where the storage is away.
    """
    from fsspec.core import url_to_fs

    return days_after_deletion(*url_to_fs(base))


def read_file(base: str, path: str) -> Iterator[bytes] | None:
    """Give what a file holds, in pieces; None where there is none. Raises FileRefused as `destroy_files` does."""
    from fsspec.core import url_to_fs

    fs, place = url_to_fs(_within(base, path))
    if not fs.exists(place):
        return None
    return _pieces(fs, place)


def size_of(base: str, path: str) -> int | None:
    """Say how many bytes a file has; None where there is none. Raises FileRefused as `destroy_files` does."""
    from fsspec.core import url_to_fs

    fs, place = url_to_fs(_within(base, path))
    return int(fs.size(place)) if fs.isfile(place) else None


def _pieces(fs: Any, place: str) -> Iterator[bytes]:
    with fs.open(place, "rb") as stream:
        yield stream.read(PIECE)  # of an empty file too, which is a file all the same
        while piece := stream.read(PIECE):
            yield piece


def write_file(base: str, path: str, pieces: Iterable[bytes]) -> None:
    """Write a file anew, with the folders that lead to it. Raises FileRefused as `destroy_files` does."""
    from fsspec.core import url_to_fs

    fs, place = url_to_fs(_within(base, path))
    fs.makedirs(posixpath.dirname(place), exist_ok=True)
    with fs.open(place, "wb") as stream:
        for piece in pieces:
            stream.write(piece)


def named_files(staying: Kept) -> Iterator[str]:
    """Give the paths of the files of rows that go, and of columns that are emptied."""
    sets = staying.sets
    for name in sets.reached:
        mapped, table, rows = sets.system.table(name), sets.tables[name], sets.of(name)
        for column in (column for column in mapped.columns if column.file):
            going = select(table.c[column.name]).join_from(rows, table, same(rows, table, mapped.key))
            yield from _paths(staying, going.where(rows.c.relation < SHELL))
            for columns, which in remains(staying, name):
                if column in columns:
                    yield from _paths(staying, select(table.c[column.name]).where(which))


def _paths(staying: Kept, found: Any) -> Iterator[str]:
    return (str(row[0]) for row in list(staying.sets.connection.execute(found)) if row[0])


def _destroy(base: str, path: str) -> int:
    from fsspec.core import url_to_fs

    fs, place = url_to_fs(_within(base, path))
    there = versions(fs, place)
    try:
        if there:
            remove(fs, place, there)
        fs.invalidate_cache()
        if versions(fs, place):
            raise MayBeRetried("a file is still there after it was destroyed; the storage may keep it for a while")
    except FileNotFoundError:
        pass
    return int(bool(there))


def _within(base: str, path: str) -> str:
    """Join a row's path to the base. A whole address in a row has to begin with the base."""
    root = base.rstrip("/")
    if urlsplit(path).scheme or path.startswith("/"):
        path = path.removeprefix(f"{root}/") if path.startswith(f"{root}/") else "/"
    joined = posixpath.normpath(posixpath.join("/", path)).lstrip("/")
    if not joined or path.startswith("/") or posixpath.normpath(path) != joined:
        raise FileRefused("a row names a file outside of where its system keeps files; nothing was destroyed")
    return f"{root}/{joined}"
