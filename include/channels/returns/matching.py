"""Which of our messages a mail answers: by the token in the address it came to, else by our own Message-ID in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from include.channels.returns.parts import Mail
from include.channels.tokens import message_of

__all__ = ["House", "Match", "match"]

REFERRING = ("in-reply-to", "references", "original-message-id", "x-original-message-id")
LEADING = ("message-id", *REFERRING)


@dataclass(frozen=True, slots=True)
class House:
    """What is ours in a mail that comes back."""

    domain: str
    """Of our Message-IDs."""
    returns: str | None = None
    """The address that returns go to, without a token; None where none is set."""


@dataclass(frozen=True, slots=True)
class Match:
    """The message that a mail answers, if any."""

    message: UUID | None = None
    forged: bool = False
    """Whether it bore a token that we never gave out, and nothing else that leads to a message of ours."""


def match(mail: Mail, house: House) -> Match:
    """Find the message that a mail answers. Another sender's tokens and Message-IDs mean nothing here.

    Beside a token that is none, as all are after a change of the key, our Message-ID counts: it is as hard to guess.
    """
    tokens = _tokens(mail, house)
    for token in tokens:
        if (message := message_of("return", token)) is not None:
            return Match(message)
    own = re.compile(rf"<([0-9a-f]{{32}})@{re.escape(house.domain)}>", re.IGNORECASE)
    spoken = [mail.head.get(name, "") for name in REFERRING]
    spoken += [head.get(name, "") for head in mail.returned for name in LEADING]
    found = next((at for text in (*spoken, *mail.texts) if (at := own.search(text)) is not None), None)
    return Match(UUID(hex=found[1])) if found else Match(forged=bool(tokens))


def _tokens(mail: Mail, house: House) -> list[str]:
    if house.returns is None:
        return []
    local, _, domain = house.returns.rpartition("@")
    ours = re.compile(rf"(?<![\w.+-]){re.escape(local)}\+([\w-]{{1,64}})@{re.escape(domain)}(?![\w.-])", re.IGNORECASE)
    return [found[1] for line in mail.tos for found in ours.finditer(line)]
