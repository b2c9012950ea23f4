"""People of a directory who were told, and of whom two have accounts in another system of the company's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import books
import pytest
from builders import Held, person
from people_told import tells
from sqlalchemy import Connection

__all__ = ["company", "three_told", "told"]


@pytest.fixture
def company(
    database: str, other_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Connection]:
    """A mapped database of the company's in which two people of the directory have accounts."""
    with books.mapped(other_database, tmp_path, monkeypatch) as connection:
        books.fill_with_people(connection)
        yield connection


@pytest.fixture
def told(begins: Callable[..., Held], source: Callable[..., Held], company: Connection) -> Held:
    """Three people of a directory were told where their data came from."""
    return begins(lambda: three_told(source()), "three people who were told")


def three_told(held: Held) -> Held:
    """Deliver three people, and tell them where their data came from."""
    held.delivers([person(number) for number in range(1, 4)])
    tells()
    return held
