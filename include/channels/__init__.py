"""How people are reached: the outbox, the relay that empties it, and the carriers e-mail, SMS and WhatsApp."""

from include.channels.carriers import carriers_of, sender_of
from include.channels.model import (
    Carrier,
    CarrierAway,
    CarrierMisconfigured,
    Channel,
    OutgoingMessage,
    Refused,
    RelayReport,
    Sender,
    Sent,
    TryAgain,
)
from include.channels.outbox import destroy, enqueue
from include.channels.relay import relay
from include.channels.together import Together
from include.channels.window import is_open, next_sending

__all__ = [
    "Carrier",
    "CarrierAway",
    "CarrierMisconfigured",
    "Channel",
    "OutgoingMessage",
    "Refused",
    "RelayReport",
    "Sender",
    "Sent",
    "Together",
    "TryAgain",
    "carriers_of",
    "destroy",
    "enqueue",
    "is_open",
    "next_sending",
    "relay",
    "sender_of",
]
