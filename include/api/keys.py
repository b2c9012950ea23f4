"""The API's keys: shown once, kept as hashes, ending by themselves."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from sqlalchemy import Connection, text

from include.duties.notice.calendar import HOME
from include.errors import NeverRetry
from include.evidence import Kind, learn, record
from include.law import edition_for

__all__ = ["BY_ITSELF", "LONGEST", "SCOPES", "Holder", "Scope", "end_key", "holder_of", "issue_key"]

Scope = Literal["may_use", "stops", "consents", "removals", "requests", "breaches"]
SCOPES: tuple[str, ...] = get_args(Scope)
BY_ITSELF = ("may_use", "stops", "removals")
"""What a key may do where nothing is said. What people say is told by a system that hears them: it destroys; and a
breach by a processor, for it starts the authority's clock."""

LONGEST = 365
"""Days that a key lasts at most (house)."""
CODE = re.compile(r"[a-z][a-z_]{1,30}")


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose key it is."""

    name: str
    recipient: str
    scopes: frozenset[str]


def issue_key(
    connection: Connection,
    name: str,
    recipient: str,
    *,
    days: int,
    at: datetime,
    scopes: Collection[str] = BY_ITSELF,
) -> str:
    """Make a key for a recipient of audiences, from `at` (UTC) on for so many days; return it, for the only time.

    Raises NeverRetry for a name that is no code or is taken, for too long a life, and for scopes that there are not.
    """
    if not scopes or not {*scopes} <= {*SCOPES}:
        raise NeverRetry(f"a key has one or more of the scopes {', '.join(SCOPES)}")
    if not (CODE.fullmatch(name) and CODE.fullmatch(recipient)) or not 1 <= days <= LONGEST:
        raise NeverRetry(f"a key needs codes such as mailer for name and recipient, and lasts 1 to {LONGEST} days")
    key = f"amanah_{secrets.token_urlsafe(32)}"
    values = {"hash": _hash(key), "name": name, "recipient": recipient, "at": at, "end": at + timedelta(days=days)}
    values["scopes"] = sorted({*scopes})
    if not connection.execute(ISSUE, values).rowcount:
        raise NeverRetry(f"there is a key named {name} already: end it, and give the new one another name")
    _tell(connection, Kind.KEY_ISSUED, name, recipient, at)
    return key


def end_key(connection: Connection, name: str, at: datetime) -> None:
    """End a key at `at` (UTC). Raises NeverRetry where there is none of this name."""
    ended = connection.execute(END, {"name": name, "at": at}).one_or_none()
    if ended is None:
        raise NeverRetry(f"there is no key {name} that has not ended")
    _tell(connection, Kind.KEY_ENDED, name, ended.recipient, at)


def holder_of(connection: Connection, key: str, at: datetime) -> Holder | None:
    """Say whose key this is; None for one that is unknown, ended or past its time. It is found by its hash alone."""
    found = connection.execute(FIND, {"hash": _hash(key), "at": at}).one_or_none()
    return Holder(found.name, found.recipient, frozenset(found.scopes)) if found else None


def _hash(key: str) -> bytes:
    """A key is 256 random bits: no guessing makes a plain hash weaker than a slow one."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


def _tell(connection: Connection, kind: Kind, name: str, recipient: str, at: datetime) -> None:
    learn(connection, name, recipient)
    codes = {"key": name, "recipient": recipient}
    record(connection, kind, at=at, edition=edition_for(HOME, at).name, codes=codes)


ISSUE = text("""
    insert into duties.api_key (hash, name, recipient, scopes, made_at, expires_at)
    values (:hash, :name, :recipient, cast(:scopes as text[]), :at, :end) on conflict (name) do nothing
""")
END = text("update duties.api_key set ended_at = :at where name = :name and ended_at is null returning recipient")
FIND = text("""
    select name, recipient, scopes from duties.api_key
     where hash = :hash and made_at <= :at and expires_at > :at and (ended_at is null or ended_at > :at)
""")
