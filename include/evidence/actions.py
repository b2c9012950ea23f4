"""What is done with evidence: record an event, teach a word, seal the ledger, verify it, take it away as a pack."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, LargeBinary, bindparam, insert, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError

from include.errors import NeverRetry
from include.evidence import pack, reading, seal_file, signing
from include.evidence.model import Head, Kind, Seal, Verdict
from include.evidence.payload import Batch, Refused, checked_word, payload
from include.evidence.rules import Book, examine
from include.evidence.tables import LedgerSeal
from include.store import Role, advisory_lock, begin

__all__ = ["LedgerNotWhole", "export", "learn", "record", "record_many", "seal", "verify"]

REFUSED = "P0E01"
APPEND = text("select evidence.append(:kind, :payload, cast(:leaves as bytea[]))").bindparams(
    bindparam("leaves", type_=ARRAY(LargeBinary))
)
APPEND_BATCH = text("select evidence.append_batch(:kind, :payload, :leaves)").bindparams(
    bindparam("leaves", type_=LargeBinary)
)
LEARN = text("select evidence.learn(word) from unnest(cast(:words as text[])) word")


class LedgerNotWhole(NeverRetry):
    """Raise where a ledger is to be sealed that does not hold as many records as it numbers."""


def record(
    connection: Connection,
    kind: Kind,
    *,
    at: datetime,
    edition: str | None = None,
    refs: Mapping[str, UUID] | None = None,
    counts: Mapping[str, int] | None = None,
    codes: Mapping[str, str] | None = None,
    hashes: Mapping[str, bytes] | None = None,
    times: Mapping[str, datetime] | None = None,
    leaves: Sequence[bytes] | Batch = (),
) -> int:
    """Append one event to the ledger in the caller's unit of work, and return its number.

    The event is there if and only if what it tells of is: both commit together. Writers pass one at a time until they
    commit, so record last in a unit of work. `at` is when it happened, with a time zone; `refs` are ids, `counts`
    whole numbers up to 99,999,999, `codes` words of the vocabulary, `hashes` 32 bytes each (of a value by which a
    person is known: keyed), `times` instants, `leaves` one `leaf(…)` per item of a batch, or a `Batch` of many.

    :raises Refused: the event says what evidence must not say; the unit of work is then lost.
    """
    told = payload(
        at=at, edition=edition, refs=refs, counts=counts, codes=codes, hashes=hashes, times=times, leaves=leaves
    )
    append, given = (APPEND_BATCH, leaves.packed) if isinstance(leaves, Batch) else (APPEND, list(leaves))
    try:
        number: int = connection.execute(append, {"kind": str(kind), "payload": told, "leaves": given}).scalar_one()
    except DBAPIError as error:
        raise _refusal(error) from None
    return number


def record_many(connection: Connection, kind: Kind, events: Sequence[Mapping[str, Any]]) -> None:
    """Append several events of one kind in their order, each said as `record` takes it, in one turn.

    :raises Refused: one of them says what evidence must not say; the unit of work is then lost.
    """
    rows = [{"kind": str(kind), "payload": payload(**event), "leaves": []} for event in events]
    try:
        if rows:
            connection.execute(APPEND, rows)
    except DBAPIError as error:
        raise _refusal(error) from None


def learn(connection: Connection, *words: str) -> None:
    """Add words to the vocabulary: keys of sources, names of purposes and templates. Known ones are passed over.

    A word that code itself uses belongs in a migration.

    :raises Refused: a text that is no word of code; the message does not repeat it.
    """
    told = sorted({checked_word(word) for word in words})  # in one order for all, so that no two wait for each other
    try:
        connection.execute(LEARN, {"words": told})
    except DBAPIError as error:
        raise _refusal(error) from None


def seal(at: datetime) -> Seal | None:
    """Sign the ledger as it stands, in the database and outside it; None if nothing is new since the last seal.

    It bears `at` (UTC), or the instant of the latest event that is new under it: one that happened while the seal
    waited for its turn is not sealed as if it had happened before.

    A seal that reached the file and not the database (the process died between the two) is taken over, not made again.

    :raises LedgerNotWhole: a record is missing already; nothing is signed.
    :raises SealKeyUnreadable: the key is no key, or lies open to others.
    """
    with begin(Role.LEDGER) as connection:
        advisory_lock(connection, "amanah.seal")
        head = reading.head(connection)
        sealed = reading.last_sealed(connection) or 0
        if head is None or head.seq == sealed:
            return None
        made = _kept_outside(head)
        if made is None:
            count = reading.count(connection, head.seq)
            if count != head.seq:
                raise LedgerNotWhole("the ledger lacks records; ask `python -m include evidence verify` which")
            stamp = max(at.astimezone(UTC), reading.latest_instant(connection, sealed, head.seq))
            made = signing.sign(signing.signing_key(), head, count, stamp)
            seal_file.append(made)
        connection.execute(insert(LedgerSeal).values(**_columns(made)))
    return made


def verify(
    source: Connection | Path | None = None,
    *,
    trusted: Collection[bytes] | None = None,
    on_record: Callable[[int], None] | None = None,
) -> Verdict:
    """Read a whole ledger and say whether anything in it was edited, removed, reordered or cut off.

    The source is a pack, or a connection of an auditor's unit of work that has asked nothing yet; by default a new one
    is opened. `trusted` are raw public keys; for a database, those of this installation stand in for them.

    What was recorded after the last seal, and taken back by someone who owns the database, cannot be found out.
    """
    if isinstance(source, Path):
        with pack.opened(source) as book:
            return _examined(book, trusted, on_record)
    if source is None:
        with begin(Role.AUDITOR) as connection:
            return verify(connection, trusted=trusted, on_record=on_record)
    return _examined(reading.book(source), signing.known_keys() if trusted is None else trusted, on_record)


def export(connection: Connection, path: Path) -> bytes:
    """Write the ledger with its leaves, seals and public keys to one file that can be verified without a database.

    The connection is an auditor's and has asked nothing yet. The file is there whole or not at all. Returns its
    SHA-256.
    """
    return pack.write(reading.book(connection), signing.known_keys() or frozenset(), path)


def _examined(book: Book, trusted: Collection[bytes] | None, on_record: Callable[[int], None] | None) -> Verdict:
    return examine(book, genuine=signing.genuine, trusted=trusted, on_record=on_record)


def _kept_outside(head: Head) -> Seal | None:
    """Find the genuine seal of this very head that the file already holds."""
    known = signing.known_keys() or frozenset()
    for kept in seal_file.read()[0]:
        if (kept.seq, kept.hash) == (head.seq, head.hash) and kept.public_key in known and signing.genuine(kept):
            return kept
    return None


def _columns(seal: Seal) -> dict[str, object]:
    names = ("seq", "hash", "count", "at", "fingerprint", "public_key", "signature")
    return {name: getattr(seal, name) for name in names}


def _refusal(error: DBAPIError) -> Exception:
    """Say as ours what the database refused; anything else stays what it is."""
    original = error.orig
    if getattr(original, "sqlstate", None) != REFUSED:
        return error
    return Refused(getattr(original, "diag").message_primary)  # noqa: B009 (the driver's attribute, untyped here)
