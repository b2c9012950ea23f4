"""Servers that files come from, and a place to bring them to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from web_server import WebServer, running

from include.intake.fetching import Fetched, Login, fetch
from include.intake.fetching.model import Place
from include.intake.fetching.web import WebLink


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.fixture
def web() -> Iterator[WebServer]:
    with running(WebServer()) as server:
        yield server


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where the file is to lie; its folder is closed to others, as staging is."""
    folder = tmp_path / "staging"
    folder.mkdir(mode=0o700)
    return folder / "3f0e6d0c-4a52-4d53-8d6f-5c1c2a710001.raw"


@pytest.fixture
def bring(target: Path) -> Callable[..., Fetched]:
    """Fetch from a place, or from a link, into the target."""

    def fetched(place: Place | str, *, login: Login | None = None, limit: int | None = None, **more: Any) -> Fetched:
        place = WebLink("source guide: link", place, login) if isinstance(place, str) else place
        return fetch(place, target, limit=limit, **more)

    return fetched
