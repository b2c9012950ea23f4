"""What a web server's answer means: a file, the rest of one, nothing new, a fault of its own, or a wish to be asked.

RFC 9110: which validators are strong (8.8), when a range may be trusted (13.1.5, 14.4), Retry-After (10.2.3).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from include.intake.fetching.faults import LoginNeeded, NotAFile, NothingDelivered, PlaceAway
from include.intake.fetching.model import Version

__all__ = ["asked_for_login", "judge", "nothing_there", "range_of", "refuse_page", "version_of"]

BUSY = frozenset({408, 425, 429})
LONGEST_VALIDATOR = 300
SETTLED = timedelta(seconds=60)
"""A date of change that is older than this when the answer is written stands for one version of the bytes only."""
PAGE = re.compile(rb"\A(?:\xef\xbb\xbf|\s|<\?xml[^>]*\?>|<!--.*?-->)*<(?:!doctype\s+html|html)\b", re.I | re.S)
PASSWORD_FIELD = re.compile(rb"<input[^>]*\btype\s*=\s*[\"']?password", re.I)


def judge(name: str, status: int, headers: Mapping[str, str], connection: str | None) -> None:
    """Raise what an answer that brings no bytes means; return for 200, 206 and 304."""
    if status in (200, 206, 304):
        return
    if status in (401, 403, 407):
        raise asked_for_login(name, f"the server refuses to hand it out ({status})", connection)
    if status in (204, 404, 410):
        raise nothing_there(name)
    if status in BUSY or status >= 500:
        raise PlaceAway(f"{name}: the server cannot answer now ({status}){_asked_to_wait(headers)}; it is tried again")
    raise NotAFile(f"{name}: the server refuses the request ({status}); look whether location.url is right")


def nothing_there(name: str) -> NothingDelivered:
    """Say that the place has no such file."""
    return NothingDelivered(f"{name}: there is no file; it may come later, or location.url is wrong")


def asked_for_login(name: str, what: str, connection: str | None) -> LoginNeeded:
    """Say that a login is needed, and in which setting it belongs."""
    if connection is None:
        return LoginNeeded(f"{name}: {what}: put a login into an Airflow connection, named in location.connection")
    return LoginNeeded(f"{name}: {what}: correct the login in the Airflow connection {connection}")


def refuse_page(name: str, beginning: bytes, connection: str | None) -> None:
    """Raise LoginNeeded or NotAFile where the first bytes are those of a web page, whatever its media type says."""
    plain = beginning.replace(b"\0", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    if not PAGE.match(plain):
        return
    if PASSWORD_FIELD.search(plain):
        raise asked_for_login(name, "a page to log in on came in place of the file", connection)
    raise NotAFile(f"{name}: a web page came in place of the file: let location.url name the file itself")


def version_of(headers: Mapping[str, str], size: int | None) -> Version:
    """Read which version of the file an answer speaks of."""
    etag, modified = (_short(headers.get(name)) for name in ("etag", "last-modified"))
    strong = etag is not None and not etag.startswith("W/") if etag else _settled(modified, headers.get("date"))
    return Version(etag, modified, size, strong)


def range_of(headers: Mapping[str, str]) -> tuple[int, int | None] | None:
    """Read Content-Range: the first byte, and the length of the whole if it is told. None where there is no range."""
    match = re.fullmatch(r"\s*bytes\s+(\d+)-\d+/(\d+|\*)\s*", headers.get("content-range", ""), re.I)
    return None if match is None else (int(match[1]), None if match[2] == "*" else int(match[2]))


def _asked_to_wait(headers: Mapping[str, str]) -> str:
    wait = headers.get("retry-after", "").strip()
    if wait.isdecimal():
        return f" and asks to be left alone for {int(wait):,} s"
    moment = _moment(wait)
    return f" and asks to be left alone until {moment:%Y-%m-%d %H:%M} UTC" if moment else ""


def _short(validator: str | None) -> str | None:
    return validator if validator and len(validator) <= LONGEST_VALIDATOR and validator.isprintable() else None


def _settled(modified: str | None, answered: str | None) -> bool:
    changed, written = _moment(modified), _moment(answered)
    return changed is not None and written is not None and written - changed >= SETTLED


def _moment(date: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(date or "")
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
