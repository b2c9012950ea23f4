"""Set-based SQL that is long lives in a `.sql` file beside its package, in named steps; here it is read and run."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy import Connection, TextClause, text

__all__ = ["Steps"]


class Steps:
    """The steps of one `.sql` file: each a `-- name:` line and the statements below it, run in order."""

    def __init__(self, package: str, file: str) -> None:
        self._package, self._file = package, file

    def run(self, connection: Connection, step: str, values: dict[str, Any] | None = None) -> int:
        """Execute a step; return how many rows its last statement touched."""
        touched = 0
        for statement in _steps(self._package, self._file)[step]:
            touched = connection.execute(statement, values or {}).rowcount
        return touched

    def rows(self, connection: Connection, step: str, values: dict[str, Any] | None = None) -> list[Any]:
        """Execute a step of one query; return its rows."""
        (query,) = _steps(self._package, self._file)[step]
        return list(connection.execute(query, values or {}))

    def one(self, connection: Connection, step: str, values: dict[str, Any] | None = None) -> int:
        """Execute a step of one query that counts; return the number."""
        (query,) = _steps(self._package, self._file)[step]
        return int(connection.execute(query, values or {}).scalar_one())


@cache
def _steps(package: str, file: str) -> dict[str, tuple[TextClause, ...]]:
    whole = files(package).joinpath(file).read_text(encoding="utf-8")
    parts = re.split(r"^-- name: (\w+)\n", whole, flags=re.MULTILINE)[1:]
    return {name: tuple(_each(body)) for name, body in zip(parts[::2], parts[1::2], strict=True)}


def _each(body: str) -> list[TextClause]:
    code = re.sub(r"^\s*--.*\n", "", body, flags=re.MULTILINE)
    return [text(statement) for statement in re.split(r";\s*\n", code + "\n") if statement.strip()]
