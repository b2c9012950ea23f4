"""The end of archives: at their time, or because a person asks; a legal hold keeps them, and a second look follows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from sqlalchemy import text

from include.duties.archives.journalled import note_state
from include.duties.archives.keeping import lines_of
from include.duties.archives.model import Archive, Line, counted, remaining
from include.duties.archives.plans import begun, mark, write_down
from include.duties.archives.sealing import (
    Unreadable,
    destroy_file,
    is_there,
    place_of_archive,
)
from include.duties.archives.shortening import Drop, write_shorter
from include.duties.archives.storing import archives, note, put_shorter, settle
from include.duties.destruction.actions import Unverified
from include.duties.holds import Hold, see_that_nothing_stands_still, standing
from include.evidence import Kind
from include.store import Role, begin, keyed

__all__ = ["Ended", "end_archives", "end_archives_of"]

DUE = """state = 'kept' and end_plan is null and (due_at <= :at or shorten_at <= :at)"""
OF_PEOPLE = """state in ('writing', 'kept') and end_plan is null and system = :system and identities && :keys"""
BEGUN = """state in ('writing', 'kept') and end_plan = :plan"""


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of archives: how many were destroyed, went on without some of their rows, or are held."""

    destroyed: int = 0
    shortened: int = 0
    held: int = 0


def end_archives(at: datetime) -> dict[str, int]:
    """Destroy the archives whose time is over at `at` (UTC), and rows in others that a shorter rule reaches.

    Each system's are planned, written down, destroyed and looked at again; what was cut short ends first. Returns
    counts. Raises Standstill where destruction stands still, and Unverified.
    """
    done = Counter[str](archives_destroyed=0, archives_shortened=0)
    for cut_short, planned_at in begun("archive_end"):
        done.update(_counts(_carry_out(cut_short, at, Drop(planned_at))))
    _let_go_of_restored(at)
    with begin(Role.DUTIES) as store:
        holds = standing(store)
        due = [one for one in archives(store, DUE, {"at": at}) if not _is_held(one, holds)]
    drop, unread = Drop(at), list[Archive]()
    going = [one for one in due if _is_readable(one, drop, unread)]
    for some in _of_a_system(going):
        if plan := write_down(some, at, partial(_goes, drop=drop), trigger="archive_end"):
            done.update(_counts(_carry_out(plan, at, drop)))
    if unread:
        raise Unreadable(
            f"{len(unread)} archive(s) of {unread[0].system} cannot be read, and rows in them have to go: "
            "see that AMANAH_KEY is the one that they were written under"
        )
    return dict(done)


def end_archives_of(system: str, identities: Iterable[tuple[str, str]], request: UUID, at: datetime) -> Ended:
    """Destroy what archives of a system hold of a person who asked (kind and value of each identity), at once.

    An account of theirs goes whole. From one that is another's their own rows go, with what hangs on these alone.
    """
    keys = {keyed(kind, value) for kind, value in identities}
    ended, theirs = Ended(), Drop(keys=frozenset(key.hex() for key in keys))
    for cut_short, _ in begun("request", str(request), system):
        ended = _together(ended, _carry_out(cut_short, at, theirs))
    with begin(Role.DUTIES) as store:
        holds, found = standing(store), archives(store, OF_PEOPLE, {"system": system}, keys)
    free = [one for one in found if not _is_held(one, holds)]
    for some in _of_a_system(free):
        if plan := write_down(some, at, partial(_goes, drop=theirs), trigger="request", request=request):
            ended = _together(ended, _carry_out(plan, at, theirs))
    return replace(ended, held=len(found) - len(free))


def _let_go_of_restored(at: datetime) -> None:
    """Destroy the files of restored accounts where a kill left one, and forget which they were after their window."""
    with begin(Role.DUTIES) as store:
        restored = archives(store, "state = 'restored' and root <> ''", {})
    for archive in restored:
        if is_there(place := place_of_archive(archive.system, archive.file)):
            destroy_file(place)
    with begin(Role.DUTIES) as store:
        forgotten = text("update duties.archive set root = '' where state = 'restored' and latest <= :at")
        store.execute(forgotten, {"at": at})


def _of_a_system(given: Iterable[Archive]) -> Iterator[list[Archive]]:
    """Part archives by their system and edition: each part is one plan."""
    part = attrgetter("system", "edition")
    return (list(some) for _, some in groupby(sorted(given, key=part), part))


def _is_readable(archive: Archive, drop: Drop, unread: list[Archive]) -> bool:
    try:
        _goes(archive, drop)
    except Unreadable:
        unread.append(archive)
        return False
    return True


def _goes(archive: Archive, drop: Drop) -> dict[str, int]:
    """Count what goes of an archive, by table. Raises Unreadable where only some of it goes and it cannot be read."""
    which = drop.of(archive)
    if which is None or archive.sha256 is None:
        return archive.rows
    left = counted(remaining(lines_of(archive), which))
    return {name: count - left.get(name, 0) for name, count in archive.rows.items() if count > left.get(name, 0)}


def _counts(ended: Ended) -> dict[str, int]:
    return {"archives_destroyed": ended.destroyed, "archives_shortened": ended.shortened}


def _together(one: Ended, other: Ended) -> Ended:
    return Ended(one.destroyed + other.destroyed, one.shortened + other.shortened)


def _is_held(archive: Archive, holds: Iterable[Hold]) -> bool:
    """Say whether a legal hold keeps an archive: by a person in it, its system, or a table of which it has rows."""
    for hold in holds:
        if hold.system not in (None, archive.system):
            continue
        if hold.people or hold.keys:
            theirs = {keyed(kind, value) for kind, value in hold.people} | set(hold.keys)
            if theirs & set(archive.identities):
                return True
        elif hold.table is None or hold.table in archive.rows:
            return True
    return False


def _carry_out(plan: UUID, at: datetime, drop: Drop) -> Ended:
    """Destroy what a plan over archives names, and look again. Raises Unverified."""
    with begin(Role.DUTIES) as store:
        see_that_nothing_stands_still(store)
        holds, given = standing(store), archives(store, BEGUN, {"plan": plan})
    destroyed = shortened = 0
    for archive in given:
        if _is_held(archive, holds):
            _let_be(archive)
        elif _end(archive, drop, at):
            destroyed += 1
        else:
            shortened += 1
    with begin(Role.DUTIES) as store:
        mark(store, plan, "destroyed", at)
        gone = archives(store, "end_plan = :plan and state = 'destroyed'", {"plan": plan})
    if left := [one for one in gone if is_there(place_of_archive(one.system, one.file))]:
        raise Unverified(f"plan {plan}: a second look still found {len(left)} archive(s) of {left[0].system}")
    with begin(Role.DUTIES) as store:
        mark(store, plan, "verified", at)
    return Ended(destroyed, shortened)


def _let_be(archive: Archive) -> None:
    with begin(Role.DUTIES) as store:
        store.execute(text("update duties.archive set end_plan = null where id = :id"), {"id": archive.id})


def _end(archive: Archive, drop: Drop, at: datetime) -> bool:
    """Destroy an archive, or write it anew without the rows that go; return whether all of it went."""
    which = drop.of(archive)
    left = remaining(lines_of(archive), which) if which and archive.sha256 else ()
    place = place_of_archive(archive.system, archive.file)
    if not counted(left):
        destroy_file(place)
        with begin(Role.DUTIES) as store:
            settle(store, archive.id, "destroyed", at)
        return True
    _write_shorter(archive, left, drop, at)
    _let_be(archive)
    return False


def _write_shorter(archive: Archive, left: tuple[Line, ...], drop: Drop, at: datetime) -> None:
    sha256 = write_shorter(archive, left)
    ends = [datetime.fromisoformat(line.until) for line in left if line.until]
    known = tuple(sorted({bytes.fromhex(one) for line in left for one in line.who}))
    now = replace(archive, sha256=sha256, rows=counted(left), identities=known)
    with begin(Role.DUTIES) as store:
        put_shorter(store, now, min((end for end in ends if at < end < archive.due_at), default=None))
        note_state(store, archive.id, drop)
        note(store, now, Kind.ARCHIVE_SHORTENED, at)
