"""From a link to the answer that its last redirect leads to: which way a link may lead, and whom the login is shown."""

from __future__ import annotations

import base64
import ipaddress
import re
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from include.errors import NeverRetry
from include.intake.fetching.answers import asked_for_login
from include.intake.fetching.faults import NotAFile
from include.intake.fetching.model import Login

__all__ = ["answer_of", "credentials"]

HOPS = 5
LAST_PORT = 65_535
TO_LOG_IN = re.compile(
    r"(^|[/._-])(log-?in|log-?on|sign-?in|sso|saml2?|adfs|oauth2?|authorize)([/._-]|$)", re.IGNORECASE
)
"""A host or path that a login lives at."""


def credentials(name: str, url: httpx.URL, login: Login | None) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the headers and the query parameters that a connection adds: a login, a bearer token, a key.

    A login is shown to the host that its connection names, and over TLS. Raises NeverRetry otherwise.
    """
    if login is None:
        return {}, {}
    headers = {str(key): str(value) for key, value in _mapping(login, "headers").items()}
    query = _mapping(login, "query")
    if login.login:
        pair = f"{login.login}:{login.password or ''}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    elif login.password:
        headers["Authorization"] = f"Bearer {login.password}"
    if not _is_for(login, url):
        raise NeverRetry(f"{name}: the connection {login.connection} is another host's; name this one's, or correct it")
    if (headers or query) and url.scheme != "https" and not _own_machine(url.host):
        raise NeverRetry(f"{name}: the login would go over the wire for anybody to read; use https:// in location.url")
    return headers, query


@contextmanager
def answer_of(
    client: httpx.Client, name: str, url: str, headers: Mapping[str, str], login: Login | None
) -> Iterator[httpx.Response]:
    """Ask for a link and follow where it leads, at most five times; the body is not read yet.

    The login goes to the link's own origin and to nobody else. Raises LoginNeeded where the link leads to a login,
    NotAFile where it leads nowhere, from TLS to none, or into this house.
    """
    here = httpx.URL(url)
    secret, query = credentials(name, here, login)
    origin = here
    here = here.copy_merge_params(query) if query else here
    for _ in range(HOPS + 1):
        shown = {**headers, **secret} if _same_origin(here, origin) else dict(headers)
        answer = client.send(client.build_request("GET", here, headers=shown), stream=True)
        try:
            if not answer.has_redirect_location:
                yield answer
                return
            here = next_hop(name, here, answer.headers["location"], login)
        finally:
            answer.close()
    raise NotAFile(f"{name}: the link leads on and on; let location.url name the file itself")


def next_hop(name: str, here: httpx.URL, location: str, login: Login | None) -> httpx.URL:
    """Return where a redirect leads, if a link may lead there."""
    try:
        there = here.join(location)
    except (httpx.InvalidURL, ValueError):
        raise NotAFile(f"{name}: the link leads nowhere; let location.url name the file itself") from None
    if there.scheme not in ("http", "https") or not there.host or there.userinfo or (there.port or 0) > LAST_PORT:
        raise NotAFile(f"{name}: the link leads to what is no web address; let location.url name the file itself")
    if TO_LOG_IN.search(there.host + there.path) and not TO_LOG_IN.search(here.host + here.path):
        what = f"the link leads to a page to log in on, at {there.host}"
        raise asked_for_login(name, what, login.connection if login else None)
    if here.scheme == "https" and there.scheme == "http":
        raise NotAFile(f"{name}: the link leads from https to http, where anybody may change the file; it is refused")
    if _inside(there.host) and not _inside(here.host):
        raise NotAFile(f"{name}: the link leads to an address inside this network; it is refused")
    return there


def _is_for(login: Login, url: httpx.URL) -> bool:
    host = (login.host or "").rpartition("://")[2].partition("/")[0].partition(":")[0].lower()
    port = url.port or {"http": 80, "https": 443}.get(url.scheme)
    return host in ("", url.host.lower()) and login.port in (None, port)


def _mapping(login: Login, field: str) -> dict[str, Any]:
    given = login.extra.get(field) or {}
    if not isinstance(given, Mapping):
        raise NeverRetry(
            f"the Airflow connection {login.connection}: its extra field {field} must hold names and values"
        )
    return dict(given)


def _same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)


def _own_machine(host: str) -> bool:
    return host.lower() == "localhost" or _is(host, lambda address: address.is_loopback)


def _inside(host: str) -> bool:
    """Tell whether a host is of this machine or its network, by its number or by what its name stands for."""
    try:
        numbers = {str(found[4][0]) for found in socket.getaddrinfo(host.strip("[]"), None)}
    except OSError:  # perhaps a proxy knows the name
        numbers = {host}
    return host.lower() == "localhost" or any(_is(number, lambda address: not address.is_global) for number in numbers)


def _is(host: str, so: Callable[[ipaddress.IPv4Address | ipaddress.IPv6Address], bool]) -> bool:
    try:
        return so(ipaddress.ip_address(host.strip("[]").partition("%")[0]))
    except ValueError:
        return False
