"""People of a directory who were told, and of whom two have accounts in another system of the company's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import books
import pytest
from builders import Held
from sqlalchemy import Connection
from told_and_mapped import three_told


@pytest.fixture
def people(begins: Callable[..., Held], source: Callable[..., Held]) -> Held:
    """Three people of a directory were told where their data came from."""
    return begins(lambda: three_told(source()), "three people who were told")


@pytest.fixture
def company(people: Held, other_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    """A mapped database of the company's in which two of them have accounts."""
    del people
    with books.mapped(other_database, tmp_path, monkeypatch) as connection:
        books.fill_with_people(connection, invoiced="2015-01-01")
        yield connection
