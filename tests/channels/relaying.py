"""A relay as the tests run it: within this process, or as a process of its own that can be killed.

python tests/channels/relaying.py PORT INSTANT
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from include.channels import Carrier, Channel, OutgoingMessage, RelayReport, Sender, Sent, relay
from include.channels.smtp import SmtpCarrier
from include.channels.smtp_server import read_smtp_url

SENDER = Sender("notices@example.com", {"ar": "شركة أمانة", "en": "Amanah"}, "privacy@example.com")


@dataclass
class Room:
    """Whoever owes the messages: remembers what it was told."""

    forbidden: dict[UUID, str] = field(default_factory=dict)
    asked: list[UUID] = field(default_factory=list)
    sent: dict[UUID, str] = field(default_factory=dict)
    failed: dict[UUID, str] = field(default_factory=dict)

    def may_send(self, connection: Connection, message: OutgoingMessage) -> str | None:
        self.asked.append(message.id)
        return self.forbidden.get(message.id)

    def on_sent(self, connection: Connection, message: OutgoingMessage, proof: Sent) -> None:
        self.sent[message.id] = proof.message_id

    def on_failed(self, connection: Connection, message: OutgoingMessage, code: str) -> None:
        self.failed[message.id] = code

    def relays(self, at: datetime, carriers: Mapping[Channel, Carrier], **options: Any) -> RelayReport:
        """Run one relay on behalf of this room."""
        given = {"may_send": self.may_send, "on_sent": self.on_sent, "on_failed": self.on_failed}
        return relay(at, carriers=carriers, **(given | options))


def mail_carrier(port: int) -> SmtpCarrier:
    """A carrier to a mail server on this machine."""
    return SmtpCarrier(read_smtp_url(f"smtp://127.0.0.1:{port}?timeout=10"), SENDER)


if __name__ == "__main__":
    carrier = mail_carrier(int(sys.argv[1]))
    print(Room().relays(datetime.fromisoformat(sys.argv[2]), {Channel.EMAIL: carrier}))
    carrier.close()
