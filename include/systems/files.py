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

__all__ = ["FileRefused", "based", "destroy_files", "destroy_paths", "named_files", "read_file", "write_file"]

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


def read_file(base: str, path: str) -> Iterator[bytes] | None:
    """Give what a file holds, in pieces; None where there is none. Raises FileRefused as `destroy_files` does."""
    from fsspec.core import url_to_fs

    fs, place = url_to_fs(_within(base, path))
    if not fs.exists(place):
        return None
    return _pieces(fs, place)


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

    whole = _within(base, path)
    fs, place = url_to_fs(whole)
    there = _versions(fs, place)
    try:
        for version in there:
            _remove(fs, place, version)
        fs.invalidate_cache()
        if _versions(fs, place):
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


def _versions(fs: Any, place: str) -> list[str | None]:
    """Give every version of a file; one without a name where its storage keeps none.

    Of S3 also the marks of deletion: whoever takes these away brings a file back.
    """
    if not hasattr(fs, "call_s3"):
        return [None] if fs.exists(place) else []
    bucket, key, _ = fs.split_path(place)
    found, more = list[str | None](), dict[str, str]()
    while True:
        listed = _told_by_s3(fs, "list_object_versions", Bucket=bucket, Prefix=key, **more)
        kept = [*listed.get("Versions", ()), *listed.get("DeleteMarkers", ())]
        found += [str(version["VersionId"]) for version in kept if version["Key"] == key]  # others begin with it too
        if not listed.get("IsTruncated"):
            return found
        more = {"KeyMarker": listed["NextKeyMarker"], "VersionIdMarker": listed["NextVersionIdMarker"]}


def _remove(fs: Any, place: str, version: str | None) -> None:
    if version is None:
        fs.rm(place)
        return
    bucket, key, _ = fs.split_path(place)
    _told_by_s3(fs, "delete_object", Bucket=bucket, Key=key, VersionId=version)


def _told_by_s3(fs: Any, call: str, **given: Any) -> dict[str, Any]:
    """Ask S3. Raises NeverRetry where it refuses, naming what it was asked and its code, and no file."""
    from botocore.exceptions import ClientError

    try:
        return dict(fs.call_s3(call, **given))
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        refused = f"the storage of files refused {call} ({code})"
    except OSError as error:  # s3fs says some codes by Python's own errors
        refused = f"the storage of files refused {call} ({type(error).__name__})"
    raise NeverRetry(f"{refused}; its login has to list and delete versions")
