"""What a mailbox is to whoever reads it: letters, each to be removed or kept aside once it was dealt with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Literal, Protocol

from include.channels.returns.bounded import Lines
from include.errors import MayBeRetried

__all__ = ["Folder", "Letter", "Mailbox", "MailboxAway"]

Folder = Literal["people", "unreadable", "unmatched"]
"""Where letters wait for somebody: replies, what cannot be read, and what answers nothing of ours."""


class MailboxAway(MayBeRetried):
    """Raise where a mailbox cannot be read now. Carries a code, never the server's words."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the mailbox of returns cannot be read now ({code}); what was not read waits there")
        self.code = code


class Letter(Protocol):
    """One mail in the mailbox. Neither `remove` nor `keep` fails where the mail is gone already."""

    def opened(self) -> AbstractContextManager[Lines]:
        """Open it to be read line by line; it is never held whole."""
        ...

    def remove(self) -> None:
        """Take it out of the mailbox for good."""
        ...

    def keep(self, folder: Folder) -> None:
        """Put it aside for a person."""
        ...


class Mailbox(Protocol):
    """Somewhere that mail comes back to."""

    def letters(self, limit: int) -> Iterator[Letter]:
        """Yield the letters that lie there, at most `limit`. Raises MailboxAway, or NeverRetry for a wrong login."""
        ...

    def close(self) -> None:
        """Give back the connection, if one is open."""
        ...
