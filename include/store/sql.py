"""Set-based SQL that is long lives in a `.sql` file beside its package, in named steps; here it is read and run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy import Connection, TextClause, text

__all__ = ["Steps", "watched"]

_watching: ContextVar[Callable[[str], None] | None] = ContextVar("watching", default=None)


@contextmanager
def watched(begins: Callable[[str], None]) -> Iterator[None]:
    """Be told the name of each step that begins while the block runs."""
    token = _watching.set(begins)
    try:
        yield
    finally:
        _watching.reset(token)


class Steps:
    """The steps of one `.sql` file: each a `-- name:` line and the statements below it, run in order."""

    def __init__(self, package: str, file: str) -> None:
        self._package, self._file = package, file

    def run(self, connection: Connection, step: str, values: dict[str, Any] | None = None) -> int:
        """Execute a step; return how many rows its last statement touched."""
        touched = 0
        for statement in self._statements(step):
            touched = connection.execute(statement, values or {}).rowcount
        return touched

    def rows(self, connection: Connection, step: str, values: dict[str, Any] | None = None) -> list[Any]:
        """Execute a step of one query; return its rows."""
        (query,) = self._statements(step)
        return list(connection.execute(query, values or {}))

    def one(self, connection: Connection, step: str, values: dict[str, Any] | None = None) -> int:
        """Execute a step of one query that counts; return the number."""
        (query,) = self._statements(step)
        return int(connection.execute(query, values or {}).scalar_one())

    def texts(self, step: str) -> tuple[str, ...]:
        """Give a step's statements as they are written, for a COPY."""
        return tuple(str(statement.text) for statement in self._statements(step))

    def _statements(self, step: str) -> tuple[TextClause, ...]:
        if (begins := _watching.get()) is not None:
            begins(step)
        return _steps(self._package, self._file)[step]


@cache
def _steps(package: str, file: str) -> dict[str, tuple[TextClause, ...]]:
    whole = files(package).joinpath(file).read_text(encoding="utf-8")
    parts = re.split(r"^-- name: (\w+)\n", whole, flags=re.MULTILINE)[1:]
    return {name: tuple(_each(body)) for name, body in zip(parts[::2], parts[1::2], strict=True)}


def _each(body: str) -> list[TextClause]:
    code = re.sub(r"^\s*--.*\n", "", body, flags=re.MULTILINE)
    return [text(statement) for statement in re.split(r";\s*\n", code + "\n") if statement.strip()]
