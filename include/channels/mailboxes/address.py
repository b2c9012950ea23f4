"""Which mailbox to read, from one URL, and how to reach it safely."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from include.channels.mailboxes.imap import Imap, ImapServer
from include.channels.mailboxes.maildir import Maildir
from include.channels.mailboxes.model import Mailbox
from include.errors import NeverRetry

__all__ = ["SETTING", "open_mailbox", "read_url"]

SETTING = "AMANAH_RETURNS_URL"
FORM = "imaps://user:password@host:port/folder or maildir:///path"
PORTS = {"imap": 143, "imaps": 993}


@contextmanager
def open_mailbox(settings: Mapping[str, str]) -> Iterator[Mailbox | None]:
    """Open the mailbox that the settings name, for as long as the block runs; None where they name none."""
    url = settings.get(SETTING)
    if not url:
        yield None
        return
    box = read_url(url)
    try:
        yield box
    finally:
        box.close()


def read_url(url: str) -> Mailbox:
    """Read the URL of a mailbox. Raises NeverRetry naming the setting, and never the URL, which holds the password.

    Without TLS it may only be on this machine: neither a password nor anybody's mail crosses a network in the clear.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NeverRetry(f"{SETTING} is not readable; write {FORM}") from None
    if parts.scheme == "maildir" and parts.path:
        return Maildir(Path(unquote(parts.path)))
    if parts.scheme not in PORTS or not (parts.hostname and parts.username and parts.password):
        raise NeverRetry(f"{SETTING} is not readable; write {FORM}")
    encrypted = parts.scheme == "imaps"
    if not encrypted and not _is_this_machine(parts.hostname):
        raise NeverRetry(f"{SETTING} would send its password in the clear; use imaps://")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    user, password = unquote(parts.username), unquote(parts.password)
    return Imap(ImapServer(parts.hostname, port or PORTS[parts.scheme], encrypted, user, password, folder))


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
