"""Records, leaves and seals as lines of JSON: the form in which they leave the database."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from include.errors import NeverRetry
from include.evidence.model import Event, Head, Seal
from include.evidence.payload import canonical, instant
from include.evidence.rules import Leaf

__all__ = [
    "LONGEST",
    "Unreadable",
    "event_line",
    "head_line",
    "leaf_line",
    "read_event",
    "read_head",
    "read_leaf",
    "read_seal",
    "seal_line",
]

LONGEST = 1 << 20
"""Bytes of a line; a reader of somebody else's file gives up beyond it."""


class Unreadable(NeverRetry):
    """Raise for a line that is not of its form. Nothing of the line is in the message."""


def event_line(event: Event) -> str:
    """Write a record; its payload stays the text that was hashed."""
    return canonical(
        {
            "seq": event.seq,
            "kind": event.kind,
            "payload": event.payload,
            "prev_hash": event.prev_hash.hex(),
            "hash": event.hash.hex(),
            "recorded_at": instant(event.recorded_at),
        }
    )


def leaf_line(leaf: Leaf) -> str:
    """Write the leaf of an event."""
    seq, position, digest = leaf
    return canonical({"seq": seq, "position": position, "leaf": digest.hex()})


def seal_line(seal: Seal) -> str:
    """Write a seal."""
    return canonical(
        {
            "seq": seal.seq,
            "hash": seal.hash.hex(),
            "count": seal.count,
            "at": instant(seal.at),
            "public_key": seal.public_key.hex(),
            "signature": seal.signature.hex(),
        }
    )


def head_line(head: Head) -> str:
    """Write the head."""
    return canonical({"seq": head.seq, "hash": head.hash.hex()})


def read_event(line: bytes) -> Event:
    """Read a record back. Raises Unreadable."""
    told = _fields(line, seq=int, kind=str, payload=str, prev_hash=bytes, hash=bytes, recorded_at=datetime)
    return Event(**told)


def read_leaf(line: bytes) -> Leaf:
    """Read a leaf back. Raises Unreadable."""
    told = _fields(line, seq=int, position=int, leaf=bytes)
    return told["seq"], told["position"], told["leaf"]


def read_seal(line: bytes) -> Seal:
    """Read a seal back. Raises Unreadable."""
    told = _fields(line, seq=int, hash=bytes, count=int, at=datetime, public_key=bytes, signature=bytes)
    return Seal(**told)


def read_head(line: bytes) -> Head:
    """Read the head back. Raises Unreadable."""
    return Head(**_fields(line, seq=int, hash=bytes))


def _fields(line: bytes, **kinds: type) -> dict[str, Any]:
    try:
        told = json.loads(line)
        if not isinstance(told, dict) or told.keys() != kinds.keys():
            raise Unreadable(f"a line must hold exactly {', '.join(kinds)}")
        return {name: _value(told[name], kind) for name, kind in kinds.items()}
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise Unreadable(f"a line must be JSON with {', '.join(kinds)}") from None


def _value(value: Any, kind: type) -> Any:
    if kind is bytes:
        return bytes.fromhex(value)
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError
        return moment
    if kind is int and type(value) is int and 0 <= value < 1 << 63:
        return value
    if kind is str and isinstance(value, str):
        value.encode()  # half of a surrogate pair passes JSON, and no hash is made of it
        return value
    raise ValueError
