"""Lay a nested JSON record out flat: `a.b` for what is inside `a`, `a[].b` for what is inside each item of `a`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

__all__ = ["NestingError", "empty_parents", "flatten"]

DEEPEST = 16


class NestingError(ValueError):
    """The record has more levels than a listing can have."""


def flatten(record: Mapping[str, Any]) -> dict[str, str]:
    """Return every value as text under its path. Several values of one path stand on lines of their own.

    Numbers keep their digits, nothing (null, an empty list or object) is "". Raises NestingError.
    """
    found: dict[str, list[str]] = {}
    for name, value in record.items():
        _lay_out(value, name, found, 1)
    return {path: "\n".join(texts) for path, texts in found.items()}


def _lay_out(value: Any, path: str, found: dict[str, list[str]], depth: int) -> None:
    if depth > DEEPEST:
        raise NestingError
    if isinstance(value, str):
        found.setdefault(path, []).append(value)
    elif isinstance(value, Mapping) and value:
        for name, inner in value.items():
            _lay_out(inner, f"{path}.{name}", found, depth + 1)
    elif isinstance(value, list) and value:
        for item in value:
            inside = f"{path}[]" if isinstance(item, Mapping) else path
            _lay_out(item, inside, found, depth + 1)
    elif value is None or isinstance(value, Mapping | list):
        found.setdefault(path, [])
    else:
        found.setdefault(path, []).append(str(value).lower() if isinstance(value, bool) else str(value))


def empty_parents(columns: Iterable[str], records: Sequence[Mapping[str, str]], nested: set[str]) -> set[str]:
    """Return the columns that are only the empty form of a nested value (`tags: null` where others have `tags.name`).

    `nested` collects the parents that the file has shown so far.
    """
    every = list(columns)
    for column in every:
        parts = column.split(".")
        nested.update(".".join(parts[:size]).removesuffix("[]") for size in range(1, len(parts)))
    return {column for column in every if column in nested and not any(record.get(column) for record in records)}
