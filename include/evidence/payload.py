"""What an event may say: eight sections of ids, counts, codes, hashes and instants, in one canonical JSON form.

There is no room in it for a name, an address, a number or a sentence. The database refuses the same things again
(migration 0002): what stands here gives the clearer message, what stands there cannot be passed by.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from include.errors import NeverRetry
from include.evidence import merkle

__all__ = [
    "LARGEST",
    "Batch",
    "Refused",
    "canonical",
    "checked_word",
    "has_shape",
    "instant",
    "leaf",
    "leaf_form",
    "payload",
]

LARGEST = 99_999_999
"""The largest count: eight digits, so that no telephone number with its area code is one."""

WORD = re.compile(r"[a-z][a-z0-9_.:/-]{0,63}")
EDITION = re.compile(r"[a-z]{2,3}-[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOST_DIGITS = 8
LONGEST_RUN = re.compile(r"[0-9]{7}")
PADDING = bytes(8)
"""A hash does not hold eight zero bytes in a row; a short value that was padded to pass for one does."""


Fact = UUID | int | float | str | bytes | datetime | None


class Refused(NeverRetry):
    """Raise for an event that says what evidence must not say. The message gives the place and never the value."""


def canonical(value: Any) -> str:
    """Write a value as JSON in the one form that is hashed: sorted keys, no spaces, ASCII only."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def payload(
    *,
    at: datetime,
    edition: str | None = None,
    refs: Mapping[str, UUID] | None = None,
    counts: Mapping[str, int] | None = None,
    codes: Mapping[str, str] | None = None,
    hashes: Mapping[str, bytes] | None = None,
    times: Mapping[str, datetime] | None = None,
    leaves: Sequence[bytes] | Batch = (),
) -> str:
    """Write the payload of one event, every section present.

    :raises Refused: a value that is not of its section's kind; the message names the section and the entry's place.
    """
    if isinstance(leaves, Batch):
        leaves.check()
    else:
        for place, item in enumerate(leaves):
            _at("leaves", place, len(leaves), _hash, item)
    return canonical(
        {
            "at": _at("at", 0, 1, instant, at),
            "edition": None if edition is None else _at("edition", 0, 1, _edition, edition),
            "refs": _section("refs", refs, _uuid),
            "counts": _section("counts", counts, _count),
            "codes": _section("codes", codes, checked_word),
            "hashes": _section("hashes", hashes, _hash),
            "times": _section("times", times, instant),
            "leaves": {"count": _count(len(leaves)), "root": merkle.root(leaves).hex()},
        }
    )


@dataclass(frozen=True, slots=True)
class Batch:
    """The leaves of a large event: their hashes one after the other, 32 bytes each."""

    packed: bytes = field(repr=False)

    def __len__(self) -> int:
        return len(self.packed) // 32

    def __iter__(self) -> Iterator[bytes]:
        return (self.packed[at : at + 32] for at in range(0, len(self.packed), 32))

    def check(self) -> None:
        """Hold every leaf to what a single one is held to.

        :raises Refused: a length that is no whole number of hashes, or a short value padded to pass for one.
        """
        if len(self.packed) % 32:
            raise Refused("evidence refuses the leaves: each is the 32 bytes of a hash")
        at = self.packed.find(PADDING)
        while at >= 0:
            if at // 32 == (at + len(PADDING) - 1) // 32:
                _at("leaves", at // 32, len(self), _hash, self.packed[at // 32 * 32 :][:32])
            at = self.packed.find(PADDING, at + 1)


def leaf_form(numbered: str, **facts: Fact | Sequence[Fact]) -> tuple[bytes, bytes]:
    """Give the bytes before and behind the number that tells the leaves of one form apart.

    A leaf is SHA-256 over the one, the number in decimal digits, and the other: the same hash that `leaf` makes with
    the number under the name `numbered`. So a database can hash many.

    :raises Refused: a fact that no leaf holds.
    """
    leaf(**facts)
    told = {name: _fact(fact) for name, fact in facts.items()} | {numbered: HOLE}
    before, _, behind = canonical(told).partition(json.dumps(HOLE))
    return b"\0" + before.encode(), behind.encode()


HOLE = "<number>"
"""No code word has these signs."""


def leaf(**facts: Fact | Sequence[Fact]) -> bytes:
    """Hash one item of a batch event, to be passed in `leaves`.

    A fact is an id or row number, a share from 0 to 1, a code word, 32 bytes of a *keyed* hash, an instant, nothing, or
    several of these: a value by which a person is known would be guessed from its bare hash, and is refused.

    :raises Refused: a fact of another kind; the message names the fact and never its value.
    """
    try:
        return merkle.leaf_hash(canonical({name: _fact(fact) for name, fact in facts.items()}).encode())
    except Refused:
        for name, fact in facts.items():
            _at(f"leaf fact {name}", 0, 1, _fact, fact)
        raise


def instant(value: datetime) -> str:
    """Write an instant in UTC to the microsecond, `2026-11-02T04:00:00.000000Z`.

    :raises Refused: not a datetime, or one without a time zone.
    """
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise Refused("must be a datetime with a time zone")
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def checked_word(value: str) -> str:
    """Give a code word back if it is one: lower case, no spaces, no long runs of digits.

    :raises Refused: anything else.
    """
    if not isinstance(value, str) or not WORD.fullmatch(value):
        raise Refused("must be a code word: a-z first, then a-z 0-9 _ . : / -, at most 64 characters")
    if LONGEST_RUN.search(value) or sum(letter.isdigit() for letter in value) > MOST_DIGITS:
        raise Refused(f"must be a code word with at most {MOST_DIGITS} digits, at most 6 in a row")
    return str(value)


def _section(name: str, entries: Mapping[str, Any] | None, read: Callable[[Any], Any]) -> dict[str, Any]:
    told = {}
    for place, (key, value) in enumerate((entries or {}).items()):
        told[_at(f"{name} key", place, len(entries or {}), checked_word, key)] = _at(
            name, place, len(entries or {}), read, value
        )
    return told


def _at(section: str, place: int, size: int, read: Callable[[Any], Any], value: Any) -> Any:
    try:
        return read(value)
    except Refused as refusal:
        where = section if size == 1 else f"{section}, entry {place + 1} of {size}"
        raise Refused(f"evidence refuses {where}: {refusal}") from None


def _edition(value: str) -> str:
    if not isinstance(value, str) or not EDITION.fullmatch(value):
        raise Refused("must be an edition's name, such as sa-2024-09-14")
    return value


def _uuid(value: UUID) -> str:
    if not isinstance(value, UUID) or value.version is None:
        raise Refused("must be a UUID made as RFC 9562 says, not one filled by hand")
    return str(value)


def _count(value: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST:
        raise Refused(f"must be a whole number from 0 to {LARGEST:,}")
    return int(value)


def _hash(value: bytes) -> str:
    if not isinstance(value, bytes) or len(value) != 32 or PADDING in value:
        raise Refused("must be the 32 bytes of a hash, and no shorter value padded to that length")
    return value.hex()


def _fact(value: object) -> Any:
    for kind, read in FACTS:
        if isinstance(value, kind):
            return read(value)
    if value is None:
        return None
    raise Refused("must be an id, a number, a code word, a keyed hash or an instant")


def _id(value: int) -> int:
    if isinstance(value, bool) or not 0 <= value < 1 << 63:
        raise Refused("must be an id of the database or a row number, not negative")
    return value


def _share(value: float) -> str:
    if not 0 <= value <= 1:
        raise Refused("must be a share from 0 to 1")
    return f"{value:.6f}"


FACTS: tuple[tuple[type | tuple[type, ...], Callable[[Any], Any]], ...] = (
    (int, _id),
    (str, checked_word),
    (float, _share),
    (UUID, _uuid),
    (bytes, _hash),
    (datetime, instant),
    ((list, tuple), lambda several: [_fact(fact) for fact in several]),
)


def _entries(value: str) -> str:
    entry = f'"{WORD.pattern}":{value}'
    return rf"\{{(?:{entry}(?:,{entry})*)?\}}"


INSTANT = (
    r'"(?:19|20|21)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])'
    r'T(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2}\.[0-9]{6}Z"'
)
COUNT = r"(?:0|[1-9][0-9]{0,7})"
CODE = f'"{WORD.pattern}"'
HASH = r'"[0-9a-f]{64}"'
REF = r'"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"'
SHAPE = re.compile(
    rf'\{{"at":{INSTANT},"codes":{_entries(CODE)},"counts":{_entries(COUNT)},'
    rf'"edition":(?:null|"{EDITION.pattern}"),"hashes":{_entries(HASH)},'
    rf'"leaves":\{{"count":{COUNT},"root":{HASH}\}},"refs":{_entries(REF)},"times":{_entries(INSTANT)}\}}',
    re.ASCII,
)


def has_shape(text: str) -> bool:
    """Tell whether a text is of the payload's form, without knowing the vocabulary: what a reader of a pack can see."""
    return SHAPE.fullmatch(text) is not None and PADDING.hex() not in text
