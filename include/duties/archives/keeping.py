"""Writing archives before their rows go, and seeing afterwards which rows went."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import Connection

from include.duties.archives.gathering import Bundle, gather, root_name
from include.duties.archives.model import Archive, Line, counted, remaining
from include.duties.archives.sealing import destroy_file, open_archive, place_of_archive, write_archive
from include.duties.archives.storing import archives, note, put_down, put_whole, remove, settle
from include.evidence import Kind
from include.law import Edition
from include.store import Role, begin, keyed
from include.systems import Due, Forgetting, System
from include.systems.files import based, destroy_paths, named_files, read_file
from include.systems.keeping import Kept
from include.systems.model import RetentionRule
from include.systems.reflecting import Reflected, reflect
from include.systems.retention import window
from include.systems.whole import read, steady

__all__ = ["Archiving", "bring_in", "lines_of", "see_what_went"]


@dataclass(frozen=True, slots=True)
class Archiving:
    """What an archive is made by: the plan, its rule, and where the system's files lie."""

    plan: UUID
    system: System
    name: str
    """`table:rule`."""
    rule: RetentionRule
    edition: Edition
    due: Due
    at: datetime
    base: str | None


def bring_in(staying: Kept, _: Forgetting, of: Archiving) -> int:
    """Write an archive of each account that goes, on the disk for good before any row goes; return how many.

    Accounts whose window is over already go without one. Files that rows name are inside; of what is in no archive they
    are destroyed here, of the others when the rows went (`see_what_went`). Again, it writes the same archives anew.
    """
    made = list(_kept(gather(staying, of.due, of.rule, of.edition), of))
    with begin(Role.DUTIES) as store:
        for archive, lines in made:
            put_down(store, archive, _soonest(lines, archive))
    inside = set[str]()
    for archive, lines in made:
        inside |= {path for line in lines for path in line.files}
        text = _text(lines, of)
        sha256 = write_archive(place_of_archive(archive.system, archive.file), archive.id, text)
        with begin(Role.DUTIES) as store:
            put_whole(store, archive.id, sha256)
    destroy_paths(of.system, [path for path in named_files(staying) if path not in inside], of.base)
    return len(made)


def _kept(bundles: Iterable[Bundle], of: Archiving) -> Iterator[tuple[Archive, tuple[Line, ...]]]:
    for bundle in bundles:
        span = window(of.rule, of.edition, bundle.event)
        lines = remaining(bundle.lines, lambda line: line.until is not None and _ended(line.until, of.at))
        if span.latest <= of.at or not counted(lines):
            continue
        root = keyed(f"archive {of.system.key}", root_name(of.due.table, bundle.root))
        known = sorted({bytes.fromhex(one) for line in lines for one in line.who})
        archive = uuid5(of.plan, root.hex())
        made = Archive(
            archive, of.system.key, of.name, of.edition.name, of.plan, f"{archive}.archive", None, counted(lines),
            bundle.event, of.at, span.earliest, span.latest, span.due, "writing", tuple(known), root,
        )  # fmt: skip
        yield made, lines


def _ended(until: str, at: datetime) -> bool:
    return datetime.fromisoformat(until) <= at


def _soonest(lines: Iterable[Line], archive: Archive) -> datetime | None:
    """Say when the first row has to go before the archive does."""
    ends = [datetime.fromisoformat(line.until) for line in lines if line.until]
    return min((end for end in ends if end < archive.due_at), default=None)


def _text(lines: tuple[Line, ...], of: Archiving) -> Iterator[str]:
    for line in lines:
        yield line.text()
    for place, line in enumerate(lines):
        for path in line.files:
            for piece in read_file(based(of.system, of.base), path) or ():
                yield json.dumps([place, path, base64.b64encode(piece).decode()])


def lines_of(archive: Archive) -> tuple[Line, ...]:
    """Read the rows of an archive. Raises Unreadable."""
    place = place_of_archive(archive.system, archive.file)
    return tuple(Line.of_text(text) for text in open_archive(place, archive.id) if text.startswith("{"))


def see_what_went(connection: Connection, plan: UUID, system: System, base: str | None, at: datetime) -> int:
    """Keep the archives of a plan whose rows went, and let go of those whose rows are there still; return how many.

    The files that rows named are destroyed now that they are in an archive. To be called when the system has kept its
    work, or has undone it: also after a kill, it looks at the rows themselves.
    """
    with begin(Role.DUTIES) as store:
        waiting = archives(store, "state = 'writing' and plan_id = :plan", {"plan": plan})
    reflected = reflect(connection, system) if waiting else None
    for archive in waiting:
        lines = lines_of(archive) if archive.sha256 else ()
        if reflected is not None and _went(connection, system, reflected, lines):
            destroy_paths(system, [path for line in lines for path in line.files], base)
            with begin(Role.DUTIES) as store:
                settle(store, archive.id, "kept")
                note(store, archive, Kind.ARCHIVE_KEPT, at)
        else:
            destroy_file(place_of_archive(archive.system, archive.file))
            with begin(Role.DUTIES) as store:
                remove(store, archive.id)
    with begin(Role.DUTIES) as store:
        return len(archives(store, "plan_id = :plan", {"plan": plan}))


def _went(connection: Connection, system: System, reflected: Reflected, lines: tuple[Line, ...]) -> bool:
    """Say whether the rows of an archive went; one transaction took all, so one row says it."""
    steady(connection)
    for how in ("gone", "emptied", "lost"):
        for line in lines:
            if line.how == how:
                key = system.table(line.table).key
                there: Mapping[str, object] | None = read(connection, reflected.tables[line.table], key, line.columns)
                return there is None or (how != "gone" and there != line.columns)
    return False
