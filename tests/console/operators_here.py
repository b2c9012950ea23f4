"""Who is signed in, as a cookie says, and an operator with a browser without scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from builders import START
from fastapi import HTTPException, Request
from httpx import Client, Response

NOW = START + timedelta(hours=2)
PLACE = "/amanah"
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


class Visitor:
    """An operator with a browser without scripts."""

    def __init__(self, address: str, login: str, office: str, language: str = "en") -> None:
        self.cookies = {"signed_in": f"{login}:{office}", "amanah_language": language}
        self.http = Client(base_url=address + PLACE, cookies=self.cookies, follow_redirects=False)

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
