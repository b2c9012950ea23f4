"""What makes a ledger whole: the verifier, a pure reading of a book from its first record to its last.

It needs no database and trusts none: a book is records, leaves, seals and a head, from wherever they come. It holds
one record, one path of a Merkle tree and the seals at a time, however long the ledger is.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from include.evidence import merkle
from include.evidence.model import GENESIS, Event, Fault, Flaw, Head, Seal, Verdict
from include.evidence.payload import has_shape

__all__ = ["Book", "Leaf", "examine"]

Leaf = tuple[int, int, bytes]
"""The number of its event, its position there, its hash."""

SHOWN = 100
"""Faults in a verdict: the first ones say what happened, the count says how much."""


@dataclass(frozen=True, slots=True)
class Book:
    """A ledger opened for reading. Records and leaves come in order, and can be read once."""

    events: Iterable[Event]
    leaves: Iterable[Leaf]
    seals: tuple[Seal, ...]
    head: Head | None
    outside: int = 0
    """How many of the seals were found outside the database."""
    keys: frozenset[bytes] = frozenset()
    """The public keys that the book itself names."""
    faults: Sequence[Fault] = ()
    """What could not be read; it may grow while the book is read."""


def examine(
    book: Book,
    *,
    genuine: Callable[[Seal], bool],
    trusted: Collection[bytes] | None = None,
    on_record: Callable[[int], None] | None = None,
) -> Verdict:
    """Read a book and say whether it is whole.

    `genuine` checks a seal's signature; `trusted` are the raw public keys that may sign, None where the reader knows
    none and has to take those that the book names; `on_record` is told each record's number, for a progress bar.
    """
    signers = book.keys if trusted is None else trusted
    reading = _Reading({seal.seq for seal in book.seals})
    faults = _Faults()
    groups = _Groups(book.leaves)
    for event in book.events:
        if on_record:
            on_record(event.seq)
        faults.add(reading.follow(event))
        faults.add(groups.compare(event))
    faults.add(groups.left_over())
    faults.add(_against_head(reading, book.head))
    sealed = 0
    for seal in book.seals:
        found = list(_against_seal(reading, seal, genuine(seal) and seal.public_key in signers))
        faults.add(found)
        sealed = sealed if found else max(sealed, seal.seq)
    faults.add(book.faults)
    return Verdict(
        events=reading.count,
        head=reading.hash,
        sealed=sealed,
        seals=len(book.seals),
        outside=book.outside,
        keys=tuple(sorted({seal.fingerprint for seal in book.seals})),
        trusted=trusted is not None,
        faults=faults.shown(),
        fault_count=faults.count,
    )


@dataclass(slots=True)
class _Faults:
    kept: list[Fault] = field(default_factory=list)
    count: int = 0

    def add(self, found: Iterable[Fault]) -> None:
        for fault in found:
            self.count += 1
            self.kept.append(fault)
        if len(self.kept) > 4 * SHOWN:
            self.kept = list(self.shown())

    def shown(self) -> tuple[Fault, ...]:
        return tuple(sorted(self.kept, key=lambda fault: fault.seq)[:SHOWN])


@dataclass(slots=True)
class _Reading:
    """Where the reader stands: the last record's number and hash, and the hashes that seals will ask for."""

    wanted: set[int]
    seq: int = 0
    hash: bytes = GENESIS
    count: int = 0
    kept: dict[int, bytes] = field(default_factory=dict)

    def follow(self, event: Event) -> Iterator[Fault]:
        """Take one record and say what is wrong with it. The chain is then read on from what the record claims."""
        if event.seq <= self.seq:
            yield Fault(event.seq, Flaw.RECORD_OUT_OF_ORDER)
        elif event.seq > self.seq + 1:
            yield Fault(self.seq + 1, Flaw.RECORD_MISSING)
        elif event.prev_hash != self.hash:
            yield Fault(event.seq, Flaw.RECORD_UNLINKED)
        if event.digest() != event.hash:
            yield Fault(event.seq, Flaw.RECORD_EDITED)
        elif not has_shape(event.payload):
            yield Fault(event.seq, Flaw.PAYLOAD_MALFORMED)
        self.seq, self.hash, self.count = event.seq, event.hash, self.count + 1
        if event.seq in self.wanted:
            self.kept[event.seq] = event.hash


class _Groups:
    """The leaves of a book, event by event."""

    def __init__(self, leaves: Iterable[Leaf]) -> None:
        self.groups = itertools.groupby(leaves, key=itemgetter(0))
        self.current = next(self.groups, None)

    def compare(self, event: Event) -> Iterator[Fault]:
        """Say whether the stored leaves of an event are those that it recorded."""
        while self.current and self.current[0] < event.seq:
            yield Fault(self.current[0], Flaw.LEAVES_ORPHANED)
            self.current = next(self.groups, None)
        found = (0, merkle.EMPTY, True)
        if self.current and self.current[0] == event.seq:
            found = _tally(self.current[1])
            self.current = next(self.groups, None)
        if has_shape(event.payload):
            told = json.loads(event.payload)["leaves"]
            if found != (told["count"], bytes.fromhex(told["root"]), True):
                yield Fault(event.seq, Flaw.LEAVES_CHANGED)

    def left_over(self) -> Iterator[Fault]:
        """Name the leaves behind the last record."""
        while self.current:
            yield Fault(self.current[0], Flaw.LEAVES_ORPHANED)
            self.current = next(self.groups, None)


def _tally(leaves: Iterable[Leaf]) -> tuple[int, bytes, bool]:
    """Count the leaves of one event, compute their root, and say whether their positions are 0, 1, 2…"""
    count, in_place = 0, True

    def hashes() -> Iterator[bytes]:
        nonlocal count, in_place
        for _, position, leaf in leaves:
            in_place &= position == count
            count += 1
            yield leaf

    top = merkle.root(hashes())
    return count, top, in_place


def _against_head(reading: _Reading, head: Head | None) -> Iterator[Fault]:
    if head is None or head.seq < reading.seq:
        yield Fault(reading.seq, Flaw.HEAD_DIFFERS)
    elif head.seq > reading.seq:
        yield Fault(reading.seq + 1, Flaw.TAIL_MISSING)
    elif head.hash != reading.hash:
        yield Fault(head.seq, Flaw.HEAD_DIFFERS)


def _against_seal(reading: _Reading, seal: Seal, signed: bool) -> Iterator[Fault]:
    if not signed:
        yield Fault(seal.seq, Flaw.SEAL_FORGED)
    elif seal.seq > reading.seq:
        yield Fault(reading.seq + 1, Flaw.TAIL_MISSING)
    elif reading.kept.get(seal.seq) != seal.hash or seal.count != seal.seq:
        yield Fault(seal.seq, Flaw.SEALED_RECORD_REWRITTEN)
