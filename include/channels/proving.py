"""What goes into evidence of a message that ended: no recipient, no text, and the Message-ID as a hash."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from include.channels.model import OutgoingMessage
from include.evidence import Kind, learn, record, record_many
from include.law import edition_for

__all__ = ["Proved", "prove", "prove_sent"]

Proved = tuple[OutgoingMessage, str, datetime]
"""A message, its proof, and when it was handed over."""


def prove(
    connection: Connection,
    kind: Kind,
    message: OutgoingMessage,
    moment: datetime,
    known: set[str],
    *,
    proof: str | None = None,
    **codes: str,
) -> None:
    """Record what became of a message. `known` are words that evidence has learned from this relay."""
    _teach(connection, {message.kind, message.template, *codes.values()}, known)
    record(connection, kind, **_said(message, moment, proof, codes))


def prove_sent(connection: Connection, proved: Sequence[Proved], known: set[str]) -> None:
    """Record of several messages that they were sent, each as an event of its own."""
    _teach(connection, {word for message, _, _ in proved for word in (message.kind, message.template)}, known)
    record_many(connection, Kind.NOTICE_SENT, [_said(message, moment, proof, {}) for message, proof, moment in proved])


def _teach(connection: Connection, words: set[str], known: set[str]) -> None:
    if new := words - known:
        learn(connection, *new)
        known |= new


def _said(message: OutgoingMessage, moment: datetime, proof: str | None, codes: dict[str, str]) -> dict[str, Any]:
    return {
        "at": moment,
        "edition": edition_for(message.jurisdiction, moment).name,
        "refs": {"message": message.id} | ({"duty": message.duty_id} if message.duty_id else {}),
        "counts": {"attempts": message.attempts + 1},
        "codes": {
            "kind": message.kind,
            "channel": message.channel.value,
            "template": message.template,
            "language": message.language,
            **codes,
        },
        "hashes": {"message_id": sha256(proof.encode()).digest()} if proof else {},
        "times": {"sent_at": moment} if proof else {},
    }
