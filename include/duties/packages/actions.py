"""Make the package that answers a request, tell its person where it lies, and let it go when its time is over."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection

from include.channels import Channel, enqueue
from include.channels.tokens import token_of
from include.duties.archives.sealing import destroy_file, write_bytes
from include.duties.notice.actions import phone_channel
from include.duties.notice.calendar import HOME
from include.duties.own_system.model import places
from include.duties.packages.case import Case
from include.duties.packages.elsewhere import of_system
from include.duties.packages.enclosing import Enclosing
from include.duties.packages.letter import told_of
from include.duties.packages.model import Cells, Delivered, Prepared, Sheet
from include.duties.packages.packing import packed
from include.duties.packages.pages import facts_of, pages_of
from include.duties.packages.people import people_in
from include.duties.packages.redacting import Redactor
from include.duties.packages.register import STEPS, of_register
from include.duties.packages.spool import Spool
from include.evidence import Kind, record
from include.intake.progress import Progress
from include.law import Controller, edition_for, load_controller
from include.store import Role, alone, begin, keyed, private_folder
from include.systems.connecting import address_of, connected
from include.systems.maps import all_maps
from include.systems.model import RetentionRule
from include.systems.retention import window

__all__ = ["RULE", "deliver", "file_of", "prepare", "retire"]

RULE = "packaged"
"""The rule of `places.yml` by which a package goes."""
FOLDER = "packages"
NAMESPACE = UUID("7a0b5a4e-4d0c-5d36-9d6a-0f6f2c0f7d11")
"""Ids of packages and their letters are made from their requests': asked twice is asked once."""


@dataclass(slots=True)
class _Making:
    """A package while it is made."""

    case: Case
    package: UUID
    redactor: Redactor
    enclosing: Enclosing
    named: bool
    """Whether a name of theirs is known."""
    unsure: int = 0


def prepare(
    request: UUID, at: datetime, *, controller: Controller | None = None, settings: Mapping[str, str] = os.environ
) -> Prepared | None:
    """Gather all that is held of whoever made a request at `at` (UTC), and keep it encrypted until it is handed over.

    Whole or not at all: a system that is away raises SystemAway, and nothing is ready. Asked again, what is ready is
    given back; what was cut short is made anew. By one at a time: whoever asks meanwhile waits, and is given what the
    first made. None where nothing is held of them, or of whom is not known. Raises NeverRetry for a map that does not
    fit, and what `load_controller` does.
    """
    with alone(f"package:{request}"):
        return _prepare(request, at, controller or load_controller(), settings)


def _prepare(request: UUID, at: datetime, controller: Controller, settings: Mapping[str, str]) -> Prepared | None:
    with begin(Role.DUTIES) as store:
        case = _case(store, request, controller, at)
        made = _ready(store, request)
        if case is None or made is not None:
            return made
        making = _begin(store, case, settings)
    with ExitStack() as stack:
        spool = Spool(file_of(making.package).with_suffix(".rows"), making.package)
        stack.callback(destroy_file, spool.place)
        spool.write(_sheets(making, settings), Progress("gathering a copy"))
        digest = hashlib.sha256()
        sealed = write_bytes(file_of(making.package), making.package, _archive(making, spool, digest))
    files = {"enclosed": len(making.enclosing.files), "not_enclosed": making.enclosing.left_out}
    counts = {"rows": spool.rows, "sheets": spool.sheets, "withheld": making.redactor.taken, "unsure": making.unsure}
    counts |= {name: count for name, count in files.items() if count}
    with begin(Role.DUTIES) as store:
        STEPS.run(store, "ready", {"id": making.package, "sha256": sealed, "counts": json.dumps(counts)})
        _note(
            store, Kind.PACKAGE_MADE, making.package, case.edition.name, at, counts, case=case, archive=digest.digest()
        )
    return Prepared(making.package, spool.rows, making.redactor.taken)


def deliver(
    request: UUID, controller: Controller, at: datetime, settings: Mapping[str, str] = os.environ
) -> Delivered | None:
    """Tell the person of a request where their package lies: a link that expires, and opens with a code alone.

    The letter goes to a contact that is theirs alone, or to where their guardian asked to be answered, and so does the
    code; nothing of the package is in it. Twice is once. None where there is no package, or no contact that nobody
    shares and a carrier reaches: then somebody hands it over another way.
    """
    with begin(Role.DUTIES) as store:
        row = lying_ready(store, request)
        if row is None or row.subject_id is None or not controller.portal:
            return None
        if row.state == "delivered":
            return Delivered(row.id, row.expires_at)
        case, asked = _case(store, request, controller, at), STEPS.rows(store, "asked_by", {"request": request})[0]
        guardian = asked.capacity == "guardian"
        to = _guardian(asked) if guardian else _person(store, row.subject_id, settings)
        if to is None or case is None:
            return None
        expires, (value, channel) = _expiry(at), to
        link = f"{controller.portal}/d/{token_of('package', row.id)}"
        given = {"recipient": value, "channel": channel.value} if guardian else {"recipient": None, "channel": None}
        letter = told_of(case, uuid5(NAMESPACE, f"letter {row.id}"), link, to, expires, asked.due_at)
        STEPS.run(store, "deliver", {"id": row.id, "at": at, "expires": expires, "letter": letter.id} | given)
        enqueue(store, letter, at=at)
        _note(store, Kind.PACKAGE_DELIVERED, row.id, row.edition, at, {}, case=case)
        return Delivered(row.id, expires)


def retire(at: datetime) -> int:
    """Destroy the packages whose time is over at `at` (UTC), or whose person is gone; return how many.

    Overwritten and removed, whoever was still to fetch them. Killed in between, the next run does the rest.
    """
    with begin(Role.DUTIES) as store:
        over, gone = STEPS.rows(store, "over", {"at": at}), 0
    for row in over:
        destroy_file(file_of(row.id).with_suffix(".rows"))
        destroy_file(file_of(row.id))
        with begin(Role.DUTIES) as store:
            if STEPS.run(store, "destroyed", {"id": row.id, "at": at}):  # and not by another run meanwhile
                _note(store, Kind.PACKAGE_DESTROYED, row.id, row.edition, at, {"downloads": row.downloads})
                gone += 1
    return gone


def _guardian(asked: Any) -> tuple[str, Channel] | None:
    """Give where a guardian asked to be answered: never a contact of their ward's."""
    return (asked.reply_to, Channel(asked.channel)) if asked.reply_to is not None else None


def _person(store: Connection, subject: UUID, settings: Mapping[str, str]) -> tuple[str, Channel] | None:
    """Give the first contact by which a person alone is known and that a carrier reaches."""
    channels = {"email": Channel.EMAIL, "phone": phone_channel(settings)}
    for way in STEPS.rows(store, "reachable", {"subject": subject}):
        if (channel := channels[way.kind]) is not None:
            return way.value, channel
    return None


def lying_ready(store: Connection, request: UUID) -> Any | None:
    """Give the package of a request, held until the unit of work ends; None where it is not made, or destroyed."""
    row = next(iter(STEPS.rows(store, "of_request", {"request": request})), None)
    return row if row is not None and row.state in ("ready", "delivered") else None


def file_of(package: UUID) -> Path:
    """Return where a package lies: its name says nothing of anybody."""
    return private_folder(FOLDER) / f"{package}.package"


def _case(store: Connection, request: UUID, controller: Controller, at: datetime) -> Case | None:
    row = next(iter(STEPS.rows(store, "request", {"request": request})), None)
    if row is None or row.subject_id is None or row.jurisdiction is None:
        return None
    edition = edition_for(row.jurisdiction, at)
    return Case(
        row.id, row.reference, row.right, row.subject_id, row.language, row.received_at, at, edition, controller
    )


def _ready(store: Connection, request: UUID) -> Prepared | None:
    row = lying_ready(store, request)
    return row and Prepared(row.id, int(row.counts["rows"]), int(row.counts["withheld"]))


def _begin(store: Connection, case: Case, settings: Mapping[str, str]) -> _Making:
    package = uuid5(NAMESPACE, f"package {case.request}")
    values = {"id": package, "request": case.request, "subject": case.subject, "language": case.language}
    STEPS.run(store, "open", values | {"edition": case.edition.name, "at": case.at, "expires": _expiry(case.at)})
    own = STEPS.rows(store, "own_values", {"subject": case.subject})
    redactor = Redactor([row.value for row in own], case.words.mark)
    named = any(row.kind == "person" for row in own)
    return _Making(case, package, redactor, Enclosing(case.words, settings), named)


def _sheets(making: _Making, settings: Mapping[str, str]) -> Iterator[tuple[Sheet, Iterator[Cells]]]:
    case, redactor = making.case, making.redactor
    with begin(Role.DUTIES) as store:
        yield from of_register(store, case, redactor)
        known = [(row.kind, row.value) for row in STEPS.rows(store, "reachable", {"subject": case.subject})]
    for system in all_maps(settings):
        with connected(address_of(system, settings)) as connection:
            people = people_in(connection, system, known, redactor.is_own, named=making.named)
            making.unsure += people.unsure
            if people.rows:
                yield from of_system(connection, system, list(people.rows), case, redactor, making.enclosing)


def _archive(making: _Making, spool: Spool, digest: Any) -> Iterator[bytes]:
    case = making.case
    day = case.at.astimezone(case.edition.zone).date()
    for part in packed(spool, pages_of(case, spool), facts_of(case), day, making.enclosing.files):
        digest.update(part)
        yield part


def _expiry(at: datetime) -> datetime:
    """Say until when a package that is handed over now is kept: so many days, as the rule says."""
    rule = places().rules[RULE]
    terms = RetentionRule(trigger=rule.trigger, column="event", minimum=rule.period, article=rule.article)
    return window(terms, edition_for(HOME, at), at).earliest


def _note(
    store: Connection,
    kind: Kind,
    package: UUID,
    edition: str,
    at: datetime,
    counts: Mapping[str, int],
    *,
    case: Case | None = None,
    archive: bytes | None = None,
) -> None:
    """Tell the ledger of a package: what was in it by its keyed hash, for the hash of a small one could be guessed."""
    record(
        store,
        kind,
        at=at,
        edition=edition,
        refs={"package": package} | ({"request": case.request} if case else {}),
        codes={"right": case.right} if case else {},
        counts=counts,
        hashes={"archive": keyed("package", archive.hex())} if archive else {},
    )
