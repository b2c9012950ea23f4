"""The fixtures of journeys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from journeys_house import house, mailbox
from two_deliveries import given, morning, today, undisturbed, yesterday
from worlds import Worlds

from include.store.server import ServerInfo

__all__ = ["given", "house", "mailbox", "morning", "today", "undisturbed", "yesterday"]


@pytest.fixture(scope="session")
def worlds(server: ServerInfo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    """Installations that can be copied and compared."""
    with closing(Worlds(server, tmp_path_factory.mktemp("worlds"))) as made:
        yield made
