"""A mailbox on an IMAP server (RFC 3501), over TLS unless it is on this machine; no mail is ever fetched whole."""

from __future__ import annotations

import contextlib
import imaplib
import ssl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from include.channels.mailboxes.model import Folder, Letter, MailboxAway
from include.errors import NeverRetry

__all__ = ["Imap", "ImapServer"]

AT_ONCE = 256 * 1024
"""Octets of a mail that are asked for at once (RFC 3501 6.4.5, partial fetch)."""


@dataclass(frozen=True, slots=True)
class ImapServer:
    """A mailbox and how it is reached. Its repr shows no credentials."""

    host: str
    port: int
    encrypted: bool
    user: str = field(repr=False)
    password: str = field(repr=False)
    folder: str = "INBOX"
    timeout: float = 30.0


class _Pieces:
    """A mail, fetched piece by piece while its lines are read."""

    def __init__(self, connection: imaplib.IMAP4, uid: str) -> None:
        self._connection, self._uid = connection, uid
        self._held, self._offset, self._ended = b"", 0, False

    def readline(self, size: int = -1, /) -> bytes:
        """Return the next line or, where it is longer than `size`, that much of it."""
        while not self._ended and b"\n" not in self._held and (size < 0 or len(self._held) < size):
            self._fetch()
        end = self._held.find(b"\n") + 1 or len(self._held)
        end = end if size < 0 else min(end, size)
        line, self._held = self._held[:end], self._held[end:]
        return line

    def _fetch(self) -> None:
        part = f"(BODY.PEEK[]<{self._offset}.{AT_ONCE}>)"
        with _talking():
            answers = _said(self._connection.uid("FETCH", self._uid, part))
        got = next((bytes(each[1]) for each in answers if isinstance(each, tuple)), b"")
        self._offset += len(got)
        self._held += got
        self._ended = len(got) < AT_ONCE


class _Mail:
    """One mail of the folder, by its UID."""

    def __init__(self, connection: imaplib.IMAP4, uid: str) -> None:
        self._connection, self._uid = connection, uid

    def opened(self) -> AbstractContextManager[_Pieces]:
        return contextlib.nullcontext(_Pieces(self._connection, self._uid))

    def remove(self) -> None:
        with _talking():
            _said(self._connection.uid("STORE", self._uid, "+FLAGS.SILENT", r"(\Deleted)"))
            if "UIDPLUS" in self._connection.capabilities:
                _said(self._connection.uid("EXPUNGE", self._uid))

    def keep(self, folder: Folder) -> None:
        """Move it where the server can (RFC 6851); else copy it and mark it deleted."""
        with _talking():
            self._connection.create(folder)  # refused where it is there already
            if "MOVE" in self._connection.capabilities:
                _said(self._connection.uid("MOVE", self._uid, folder))
                return
            _said(self._connection.uid("COPY", self._uid, folder))
        self.remove()


class Imap:
    """Letters of one folder of an IMAP server."""

    def __init__(self, server: ImapServer) -> None:
        self._server = server
        self._connection: imaplib.IMAP4 | None = None

    def letters(self, limit: int) -> Iterator[Letter]:
        """Yield the letters that lie there, at most `limit`. Raises MailboxAway, or NeverRetry for a wrong login."""
        with _talking():
            connection = self._connection = self._connected()
            _said(connection.select(_quoted(self._server.folder)))
            found = _said(connection.uid("SEARCH", "UNDELETED"))
        for uid in (found[0] or b"").split()[:limit]:
            yield _Mail(connection, uid.decode("ascii"))

    def close(self) -> None:
        """Take out what was marked deleted, and say goodbye, as far as the server still listens."""
        if self._connection is not None:
            with contextlib.suppress(imaplib.IMAP4.error, OSError):
                if self._connection.state == "SELECTED":
                    self._connection.close()
                self._connection.logout()
            self._connection = None

    def _connected(self) -> imaplib.IMAP4:
        server = self._server
        connection: imaplib.IMAP4
        if server.encrypted:
            context = ssl.create_default_context()
            connection = imaplib.IMAP4_SSL(server.host, server.port, ssl_context=context, timeout=server.timeout)
        else:
            connection = imaplib.IMAP4(server.host, server.port, timeout=server.timeout)
        try:
            connection.login(_quoted(server.user), server.password)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            connection.shutdown()
            raise _WrongLogin from None
        return connection


@contextmanager
def _talking() -> Iterator[None]:
    """Let what goes wrong with the server be told by a code: the library's errors quote the server."""
    try:
        yield
    except (imaplib.IMAP4.error, OSError) as error:
        raise _meaning_of(error) from None


class _WrongLogin(imaplib.IMAP4.error):
    """The server refused the name or password."""


def _meaning_of(error: Exception) -> MailboxAway | NeverRetry:
    match error:
        case _WrongLogin():
            return NeverRetry("the mailbox of returns refused the name or password; correct them")
        case ssl.SSLCertVerificationError():
            return NeverRetry("the certificate of the mailbox of returns is not trusted; correct it or the address")
        case TimeoutError():
            return MailboxAway("timeout")
        case imaplib.IMAP4.error():
            return MailboxAway("refused")
        case _:
            return MailboxAway("connection_lost")


def _said(answer: tuple[str, list[Any]]) -> list[Any]:
    """Return what the server answered. Raises the library's error, without the server's words, where it said no."""
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error("the server said no")
    return data


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
