"""An outbox of calls: written from what stands in the register, made one at a time, put off where nobody takes them."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
from sqlalchemy import Connection

from include.channels.rules import gives_up, retry_at
from include.errors import NeverRetry
from include.law import now
from include.law.now import has_development_key
from include.store import Role, begin, keyed
from include.store.sql import Steps

__all__ = ["add_webhook", "call_webhooks", "signature"]

STEPS = Steps("include.duties.webhooks", "webhooks.sql")
AT_ONCE = 1000
PATIENCE = 10.0
"""Seconds that an address has to answer."""


def add_webhook(recipient: str, url: str, at: datetime) -> str:
    """Tell a recipient's address of stops and removals from `at` (UTC) on; return the secret that signs the calls.

    The secret is derived from AMANAH_KEY and stored nowhere; the same address has the same one. Raises NeverRetry for
    an address that is not https (http is for drills, beside a development key).
    """
    parts = urlsplit(url)
    if not parts.hostname or parts.scheme not in (("https", "http") if has_development_key() else ("https",)):
        raise NeverRetry("a webhook's address starts with https://")
    with begin(Role.DUTIES) as connection:
        webhook = STEPS.rows(connection, "add", {"recipient": recipient, "url": url, "at": at})[0].id
    return _secret(webhook).hex()


def call_webhooks(at: datetime, *, limit: int = AT_ONCE) -> dict[str, int]:
    """Tell what is to be told at `at` (UTC), at most `limit` calls; return counts of calls taken and put off.

    A call holds numbers of contact points and codes. It is repeated until an answer of 2xx, up to some three days; so
    it may come twice, under one id. An address that did not take one is left alone until the next time: it holds up
    nobody else's.
    """
    counts, resting = {"taken": 0, "put_off": 0, "given_up": 0}, set[UUID]()
    with begin(Role.DUTIES) as connection:
        STEPS.run(connection, "stops", {"at": at})
        STEPS.run(connection, "removals", {"at": at})
    with httpx.Client(timeout=PATIENCE, follow_redirects=False, trust_env=False) as client:
        for _ in range(limit):
            with begin(Role.DUTIES) as connection:
                call = next(iter(STEPS.rows(connection, "next", {"at": at, "resting": sorted(resting)})), None)
                outcome = _call_one(connection, client, call, at) if call else None
            if call is None or outcome is None:
                break
            counts[outcome] += 1
            if outcome != "taken":
                resting.add(call.webhook_id)
    return counts


def signature(secret: bytes, moment: datetime, body: bytes) -> str:
    """Sign a call: `t=<seconds since 1970>,v1=<HMAC-SHA-256 over t, a full stop and the body, in hexadecimal>`."""
    seconds = int(moment.timestamp())
    return f"t={seconds},v1={hmac.digest(secret, f'{seconds}.'.encode() + body, hashlib.sha256).hex()}"


def _call_one(connection: Connection, client: httpx.Client, call: Any, at: datetime) -> str:
    body = json.dumps({"id": str(call.id), "kind": call.kind, **_about(connection, call)}).encode()
    headers = {"Content-Type": "application/json", "Amanah-Signature": signature(_secret(call.webhook_id), now(), body)}
    code = _told(client, call.url, body, headers)
    if code is None:
        STEPS.run(connection, "taken", {"call": call.id, "at": at})
        return "taken"
    over = gives_up(call.attempts)
    until = retry_at(call.attempts, at)
    STEPS.run(connection, "put_off", {"call": call.id, "code": code, "until": until, "over": over})
    return "given_up" if over else "put_off"


def _about(connection: Connection, call: Any) -> dict[str, Any]:
    values = {"about": call.about, "recipient": call.recipient}
    row = STEPS.rows(connection, call.kind, values)[0]
    if call.kind == "stop":
        asked = row.asked_at.astimezone(UTC).isoformat()
        return {"purpose": row.purpose, "asked_at": asked, "points": row.points}
    told = {"audience": str(row.audience_id), "removal": str(call.about), "contact_points": row.contact_points}
    return told | {"made_at": row.made_at.astimezone(UTC).isoformat()}


def _told(client: httpx.Client, url: str, body: bytes, headers: dict[str, str]) -> str | None:
    """Return None where it was taken over, else a code: never the other server's words."""
    try:
        answer = client.post(url, content=body, headers=headers)
    except httpx.TimeoutException:
        return "timeout"
    except httpx.HTTPError:
        return "away"
    return None if answer.is_success else f"http_{answer.status_code}"


def _secret(webhook: Any) -> bytes:
    return keyed("webhook", webhook.hex)
