"""A customer's own restore: asked, quoted, hindered or done inside the window, and refused after it."""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from include.duties.archives.keeping import lines_of
from include.duties.archives.model import Archive, Line
from include.duties.archives.sealing import Unreadable, destroy_file, hash_of, open_archive, place_of_archive
from include.duties.archives.storing import archives, note, settle
from include.errors import NeverRetry
from include.evidence import Kind
from include.store import Role, advisory_lock, begin, keyed
from include.systems import System
from include.systems.connecting import address_of, connected
from include.systems.files import based, destroy_paths, read_file, write_file
from include.systems.forgetting import whole_order
from include.systems.maps import all_maps
from include.systems.masking import unmasked
from include.systems.reflecting import Reflected, reflect
from include.systems.whole import change, put_back, read, stands, steady

__all__ = ["Asked", "Hindered", "ask_restore", "find_archives", "refused", "restore"]


class Hindered(NeverRetry):
    """Raised where a restore is refused or hindered, with the codes of what stands against it; nothing was changed."""

    def __init__(self, told: str, hindrances: tuple[str, ...]) -> None:
        super().__init__(told)
        self.hindrances = hindrances


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to restore as it is answered: its reference, what it costs, and what stands against it."""

    reference: str
    quote: int | None
    """In minor units of the product's currency; None where it is free."""
    until: datetime
    """Until when it can be done, UTC."""
    hindrances: tuple[str, ...]


REASONS = {
    "window_over": "the time in which it could be restored is over",
    "archive_gone": "the archive was destroyed",
    "already_restored": "it was restored already",
    "unreadable": "the archive's file is gone, was changed, or is of another AMANAH_KEY",
    "rows_there": "other rows stand where its rows were",
    "row_gone": "a row of it that had stayed is not there any more",
    "reference_missing": "what its rows point at is not there any more, or a value is taken",
    "file_there": "another file stands where one of its files was",
}
FINAL = ("window_over", "archive_gone", "already_restored")


def find_archives(contacts: Mapping[str, str], system: str | None = None) -> list[Archive]:
    """Give the archives in which a person with any of these identities is (kind `email` or `phone`, and value)."""
    keys = [keyed(kind, value.strip().casefold()) for kind, value in contacts.items()]
    with begin(Role.DUTIES) as store:
        return archives(
            store,
            "state = 'kept' and identities && :keys and system = coalesce(:system, system)",
            {"system": system},
            keys,
        )


def ask_restore(archive: UUID, at: datetime, *, quote: int | None = None, by_right: bool = False) -> Asked:
    """Write a wish to restore down, and say what it costs and what stands against it now (`at`, UTC).

    The fee is the product's matter, in minor units. Whoever asks by right pays nothing, whatever the product asks
    (Law 4, LAW RET-09). Raises NeverRetry for an archive that is none, and for a fee below nothing.
    """
    if quote is not None and quote < 0:
        raise NeverRetry("a fee is nothing or more, in minor units of the product's currency")
    reference = f"R-{secrets.token_hex(4).upper()}"
    with begin(Role.DUTIES) as store:
        found = _archive(store, archive)
        told = Asked(reference, None if by_right else quote, found.latest, refused(found, at))
        store.execute(
            text("""
                insert into duties.restore_request (reference, archive_id, asked_at, basis, quote, hindrances)
                values (:reference, :archive, :at, :basis, :quote, :hindrances)
            """),
            {"reference": reference, "archive": archive, "at": at, "basis": "right" if by_right else "product",
             "quote": told.quote, "hindrances": list(told.hindrances)},
        )  # fmt: skip
        note(store, found, Kind.RESTORE_ASKED, at, codes={"basis": "right" if by_right else "product"})
    return told


def refused(archive: Archive, at: datetime) -> tuple[str, ...]:
    """Say what stands against a restore at `at` (UTC) for good."""
    if archive.state == "restored":
        return ("already_restored",)
    if archive.state == "destroyed":
        return ("window_over", "archive_gone") if at >= archive.latest else ("archive_gone",)
    return ("window_over",) if at >= archive.latest else ()


def restore(reference: str, at: datetime, settings: Mapping[str, str] = os.environ) -> dict[str, int]:
    """Put the rows of a request's archive back as they were, all or none; return how many of each table.

    Files that they name are back with them, and the archive goes: nothing is held twice. Again after a kill, what is
    back already stays. Raises Hindered, with its codes, and NeverRetry for an unknown or closed request.
    """
    with begin(Role.DUTIES) as store:
        advisory_lock(store, "destruction")
        archive, hindrances = _asked(store, reference), tuple[str, ...]()
        try:
            if codes := refused(archive, at):
                raise Hindered(_told(archive, codes), codes)
            rows = _put_back(archive, settings)
        except Hindered as error:
            hindrances = error.hindrances
        if hindrances:
            _close(store, reference, "refused" if hindrances[0] in FINAL else "hindered", hindrances, at)
            note(store, archive, Kind.RESTORE_REFUSED, at, codes={"why": hindrances[0]})
        else:
            destroyed = place_of_archive(archive.system, archive.file)
            settle(store, archive.id, "restored", at)
            _close(store, reference, "restored", (), at)
            note(store, archive, Kind.ARCHIVE_RESTORED, at)
    if hindrances:
        raise Hindered(_told(archive, hindrances), hindrances)
    destroy_file(destroyed)
    return rows


def _archive(store: Connection, archive: UUID) -> Archive:
    for found in archives(store, "id = :id and state <> 'writing'", {"id": archive}):
        return found
    raise NeverRetry("no archive has this id; `python -m include archive list` names them")


def _asked(store: Connection, reference: str) -> Archive:
    row = store.execute(
        text("select archive_id from duties.restore_request where reference = :reference and closed_at is null"),
        {"reference": reference},
    ).one_or_none()
    if row is None:
        raise NeverRetry("no open request has this reference; `python -m include archive quote` opens one")
    return _archive(store, row.archive_id)


def _told(archive: Archive, codes: tuple[str, ...]) -> str:
    why = "; ".join(REASONS[code] for code in codes)
    return (
        f"archive {archive.id} of {archive.system} (until {archive.latest:%Y-%m-%d %H:%M} UTC) is not restored: {why}"
    )


def _close(store: Connection, reference: str, result: str, codes: tuple[str, ...], at: datetime) -> None:
    store.execute(
        text("""
            update duties.restore_request set result = :result, hindrances = :codes, closed_at = :at
             where reference = :reference
        """),
        {"reference": reference, "result": result, "codes": list(codes), "at": at},
    )


def _put_back(archive: Archive, settings: Mapping[str, str]) -> dict[str, int]:
    system = next((one for one in all_maps(settings) if one.key == archive.system), None)
    if system is None:
        raise NeverRetry(f"no data map is of {archive.system} any more: put it back, then restore")
    place, made = place_of_archive(archive.system, archive.file), list[str]()
    base = settings.get(system.files or "")
    try:
        if hash_of(place) != archive.sha256:
            raise Unreadable("another file stands in its place")
        lines = lines_of(archive)
    except Unreadable:
        raise _hindered(archive, "unreadable") from None
    try:
        with connected(address_of(system, settings)) as connection:
            try:
                rows = _rows_back(connection, system, archive, lines)
            except IntegrityError:
                raise _hindered(archive, "reference_missing") from None
            _files_back(system, archive, base, made)
        return rows
    except BaseException:
        destroy_paths(system, made, base)
        raise


def _hindered(archive: Archive, code: str) -> Hindered:
    return Hindered(_told(archive, (code,)), (code,))


def _rows_back(connection: Connection, system: System, archive: Archive, lines: tuple[Line, ...]) -> dict[str, int]:
    steady(connection)
    reflected, rows = reflect(connection, system), dict[str, int]()
    back = list(_missing(connection, system, reflected, archive, lines))
    for name in reversed(whole_order(system, reflected)):
        given = [line.columns for line in back if line.table == name and line.how == "gone"]
        for _, some in groupby(given, key=tuple):
            alike = list(some)
            put_back(connection, reflected.tables[name], alike)
            rows[name] = rows.get(name, 0) + len(alike)
    for line in back:
        if line.how != "gone":
            change(connection, reflected.tables[line.table], system.table(line.table).key, line.columns)
            rows[line.table] = rows.get(line.table, 0) + 1
    return rows


def _missing(
    connection: Connection, system: System, reflected: Reflected, archive: Archive, lines: tuple[Line, ...]
) -> Iterator[Line]:
    """Give the lines that are to be put back. Raises Hindered where something else stands in their place."""
    for line in lines:
        if line.how == "stays":
            continue
        shape, mapped = reflected.tables[line.table], system.table(line.table)
        there = read(connection, shape, mapped.key, line.columns)
        if there == line.columns:
            continue
        if line.how == "gone":
            if there is not None:
                raise _hindered(archive, "rows_there")
            yield line
            continue
        emptied = [mapped.column(name) for name in line.columns if name not in mapped.key]
        still = there is not None and not stands(connection, shape, mapped.key, line.columns, unmasked(shape, emptied))
        if still:
            yield line
        elif line.how == "emptied":
            raise _hindered(archive, "row_gone" if there is None else "rows_there")


def _files_back(system: System, archive: Archive, base: str | None, made: list[str]) -> None:
    """Write the files that rows name, and name each in `made` before it is there."""
    pieces = _pieces(archive)
    for path, some in groupby(pieces, key=lambda piece: piece[0]):
        whole = based(system, base)
        there = read_file(whole, path)
        if there is not None:
            if b"".join(there) != b"".join(piece for _, piece in some):
                raise _hindered(archive, "file_there")
            continue
        made.append(path)
        write_file(whole, path, (piece for _, piece in some))


def _pieces(archive: Archive) -> Iterator[tuple[str, bytes]]:
    for line in open_archive(place_of_archive(archive.system, archive.file), archive.id):
        if line.startswith("["):
            _, path, piece = json.loads(line)
            yield path, base64.b64decode(piece)
