"""A relay as the tests run it: within this process, or as a process of its own that can be killed.

python tests/channels/relaying.py PORT INSTANT [together]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from sqlalchemy import Connection, text

from include.channels import Carrier, Channel, OutgoingMessage, RelayReport, Sender, Sent, Together, enqueue, relay
from include.channels.smtp import SmtpCarrier
from include.channels.smtp_server import read_smtp_url
from include.store import Role, begin

SENDER = Sender("notices@example.com", {"ar": "شركة أمانة", "en": "Amanah"}, "privacy@example.com")


AT_TEN = datetime(2026, 2, 3, 7, 0, tzinfo=UTC)
"""A Tuesday, ten in the morning in Riyadh: every window is open."""


MailTo = Callable[[int], Carrier]
"""Opens a carrier to a mail server on this machine."""


def message_number(number: int) -> UUID:
    """The id of a message."""
    return uuid5(NAMESPACE_URL, f"message:{number}")


def written(number: int = 0, **changes: Any) -> OutgoingMessage:
    """A message to a made-up person, different for each number."""
    given: dict[str, Any] = {
        "id": message_number(number),
        "kind": "source_notice",
        "channel": Channel.EMAIL,
        "recipient": f"person{number}@example.org",
        "subject": f"إشعار رقم {number} | Notice {number}",
        "text": f"نص الإشعار {number}\nThe text of notice {number}\n",
        "html": f'<p dir="rtl">نص الإشعار {number}</p>',
        "language": "ar",
        "template": "source_notice/1",
        "jurisdiction": "sa",
        "not_before": AT_TEN,
        "duty_id": uuid4(),
    }
    return OutgoingMessage(**(given | changes))


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

    def together(self) -> Together:
        """Letters about a breach go out together, and this room is asked about and told of a round of them."""

        def may_send(connection: Connection, messages: Sequence[OutgoingMessage]) -> Mapping[UUID, str]:
            found = {message.id: self.may_send(connection, message) for message in messages}
            return {message: code for message, code in found.items() if code}

        def on_sent(connection: Connection, messages: Sequence[OutgoingMessage]) -> None:
            self.sent |= dict.fromkeys((message.id for message in messages), "in a round")

        return Together(frozenset({"breach_notice"}), may_send, on_sent)

    def relays(self, at: datetime, carriers: Mapping[Channel, Carrier], **options: Any) -> RelayReport:
        """Run one relay on behalf of this room."""
        given = {"may_send": self.may_send, "on_sent": self.on_sent, "on_failed": self.on_failed}
        return relay(at, carriers=carriers, **(given | options))


def mail_carrier(port: int) -> SmtpCarrier:
    """A carrier to a mail server on this machine."""
    return SmtpCarrier(read_smtp_url(f"smtp://127.0.0.1:{port}?timeout=10"), SENDER)


def queue(*messages: OutgoingMessage) -> None:
    """Owe messages."""
    with begin(Role.DUTIES) as connection:
        enqueue(connection, *messages, at=AT_TEN)


def rows(query: str = "select * from channels.message order by text_body, id", role: Role = Role.DUTIES) -> list[Any]:
    """The outbox, or what else is asked for."""
    with begin(role) as connection:
        return list(connection.execute(text(query)))


def row(number: int) -> Any:
    """One message as it stands in the outbox."""
    return next(each for each in rows() if each.id == message_number(number))


def events() -> list[Any]:
    """What the ledger tells."""
    return rows("select kind, payload::json as told from evidence.ledger order by seq", Role.AUDITOR)


def wait_for(what: Callable[[], bool], seconds: float = 15.0) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)


if __name__ == "__main__":
    carrier = mail_carrier(int(sys.argv[1]))
    room = Room()
    rounds = {"together": room.together()} if sys.argv[3:] == ["together"] else {}
    print(room.relays(datetime.fromisoformat(sys.argv[2]), {Channel.EMAIL: carrier}, **rounds))
    carrier.close()
