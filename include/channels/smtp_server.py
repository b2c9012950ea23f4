"""Which mail server to use, read from one URL, and how to reach it safely."""

from __future__ import annotations

import ipaddress
import smtplib
import ssl
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from include.errors import NeverRetry

__all__ = ["SmtpServer", "read_smtp_url"]

SETTING = "AMANAH_SMTP_URL"
FORM = "smtp://user:password@host:port?starttls=1 or smtps://user:password@host:port"
PORTS = {"smtp": 587, "smtps": 465}
OPTIONS = frozenset({"starttls", "timeout", "connections"})
SECONDS = 30.0
NUMBERS = {"timeout": " of seconds", "connections": ""}
CONNECTIONS = 4
"""So many at once are asked of the server for what hurries; Postfix takes 50 of one client unless told otherwise."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """A mail server and how to speak with it. Its repr shows no credentials."""

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    timeout: float = SECONDS
    connections: int = CONNECTIONS

    def connect(self, hello: str) -> smtplib.SMTP:
        """Open a connection, encrypted and logged in as the URL asks, and greet as `hello`.

        The certificate is checked against the system's authorities (or those of SSL_CERT_FILE). Raises smtplib's
        own errors, which the caller must not let out.
        """
        if self.security == "tls":
            context = ssl.create_default_context()
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, local_hostname=hello, timeout=self.timeout, context=context
            )
        else:
            connection = smtplib.SMTP(self.host, self.port, local_hostname=hello, timeout=self.timeout)
        try:
            if self.security == "starttls":
                connection.starttls(context=ssl.create_default_context())
            if self.user is not None:
                connection.login(self.user, self.password or "")
            connection.ehlo_or_helo_if_needed()
        except BaseException:
            connection.close()
            raise
        return connection


def read_smtp_url(url: str) -> SmtpServer:
    """Read the URL of a mail server.

    Without `starttls=` a connection to this same machine is plain and every other one is encrypted: personal data
    does not cross a network in the clear unless someone wrote `starttls=0`, and a password never does.
    Raises NeverRetry naming the setting, and never the URL, which holds the password.
    """
    parts, port = _split(url)
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    if unknown := sorted(set(options) - OPTIONS):
        raise NeverRetry(f"{SETTING} has the unknown option {unknown[0]!r}; known are {', '.join(sorted(OPTIONS))}")
    host = parts.hostname or ""
    security = _security(parts.scheme, options.get("starttls"), host)
    user = unquote(parts.username) if parts.username else None
    if user and security == "none" and not _is_this_machine(host):
        raise NeverRetry(f"{SETTING} would send its password in the clear; set starttls=1 or use smtps://")
    password = unquote(parts.password) if parts.password else None
    seconds, connections = (_number(options.get(name), name) for name in ("timeout", "connections"))
    return SmtpServer(
        host, port or PORTS[parts.scheme], security, user, password, float(seconds or SECONDS),
        connections or CONNECTIONS,
    )  # fmt: skip


def _split(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = None, None
    if parts is None or parts.scheme not in PORTS or not parts.hostname:
        raise NeverRetry(f"{SETTING} is not readable; write {FORM}")
    return parts, port


def _security(scheme: str, starttls: str | None, host: str) -> Literal["tls", "starttls", "none"]:
    if scheme == "smtps":
        return "tls"
    if starttls not in (None, "0", "1"):
        raise NeverRetry(f"{SETTING}: starttls must be 0 or 1")
    wanted = not _is_this_machine(host) if starttls is None else starttls == "1"
    return "starttls" if wanted else "none"


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _number(text: str | None, option: str) -> int | None:
    if text is None:
        return None
    if not text.isdecimal() or int(text) == 0:
        raise NeverRetry(f"{SETTING}: {option} must be a whole number{NUMBERS[option]} above 0")
    return int(text)
