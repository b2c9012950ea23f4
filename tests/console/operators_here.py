"""Who is signed in, as a cookie says, and an operator with a browser without scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from builders import START
from fastapi import HTTPException, Request
from httpx import Client, Response

from include.channels import Channel, OutgoingMessage, enqueue
from include.store import Role, begin

NOW = START + timedelta(hours=2)
PLACE = "/amanah"
LETTER = uuid5(NAMESPACE_URL, "letter")
LINK = "https://privacy.example.com/p/" + "abcdefg234" * 4
SHOP = {"id": "8", "name": "شركة الواحة للتجارة المحدودة", "email": "kdzx@alwaha.example", "city": "جدة"}


@dataclass(frozen=True)
class Somebody:
    """Who a cookie says is signed in."""

    login: str
    offices: frozenset[str]


def signed_in(request: Request) -> Somebody:
    """Read `login:office` from the cookie, where Airflow would read its token."""
    login, _, office = request.cookies.get("signed_in", "").partition(":")
    if not login:
        raise HTTPException(401)
    return Somebody(login, frozenset({office}))


def writes(message: UUID, **changes: Any) -> OutgoingMessage:
    """Put a letter to an invented person into the outbox."""
    given: dict[str, Any] = {
        "id": message, "kind": "source_notice", "channel": Channel.EMAIL, "recipient": "kdzx@people.example",
        "subject": "إشعار | Notice", "text": f"إلى السيد كدزكس\nTo Mr Kdzx <script>alert(1)</script>\n{LINK}\n",
        "html": "<p onclick='alert(1)'>kdzx<img src='https://elsewhere.example/x.png'></p>", "language": "ar",
        "template": "source_notice/3", "jurisdiction": "sa", "not_before": NOW,
    }  # fmt: skip
    written = OutgoingMessage(**given | changes)
    with begin(Role.DUTIES) as connection:
        enqueue(connection, written, at=NOW)
    return written


class Visitor:
    """An operator with a browser without scripts."""

    def __init__(self, address: str, login: str, office: str, language: str = "en") -> None:
        self.cookies = {"signed_in": f"{login}:{office}", "amanah_language": language}
        self.http = Client(
            base_url=address + PLACE, cookies=self.cookies, follow_redirects=False, verify=False, timeout=30
        )  # no TLS here

    def get(self, path: str) -> Response:
        """Open a page."""
        return self.http.get(path)

    def form(self, page: str, action: str) -> dict[str, str]:
        """Give the hidden fields of a form as a page shows it."""
        (found,) = re.findall(rf'<form method="post" action="{PLACE}{action}">(.*?)</form>', self.get(page).text, re.S)
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', found))

    def sends(self, page: str, action: str, **fields: str) -> Response:
        """Send a form of a page with what a person adds to it."""
        return self.http.post(action, data=self.form(page, action) | fields)
