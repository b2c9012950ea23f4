"""Lay a nested JSON record out flat: `a.b` for what is inside `a`, `a[].b` for what is inside each item of `a`.

Items that are labelled get columns of their own: `phones: [{type: mobile, value: …}]` becomes `phones[mobile].value`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from include.intake.reading.labels import key_of, label_of

__all__ = ["NestingError", "empty_parents", "flatten"]

DEEPEST = 16
ITEM = re.compile(r"\[[^\]]*\]$")


_Found = dict[str, str | list[str]]


class NestingError(ValueError):
    """The record has more levels than a listing can have."""


def flatten(record: Mapping[str, Any]) -> dict[str, str]:
    """Return every value as text under its path. Several values of one path stand on lines of their own.

    Numbers keep their digits, nothing (null, an empty list or object) is "". Raises NestingError.
    """
    found: _Found = {}
    for name, value in record.items():
        if value.__class__ is str and name not in found:  # most are
            found[name] = value
        else:
            _lay_out(value, name, found, 1)
    return {path: texts if isinstance(texts, str) else "\n".join(texts) for path, texts in found.items()}


def _lay_out(value: Any, path: str, found: _Found, depth: int) -> None:
    if depth > DEEPEST:
        raise NestingError
    if isinstance(value, str):
        _texts(found, path).append(value)
    elif isinstance(value, Mapping) and value:
        for name, inner in value.items():
            _lay_out(inner, f"{path}.{name}", found, depth + 1)
    elif isinstance(value, list) and value:
        for item in value:
            _lay_out_item(item, path, found, depth + 1)
    elif value is None or isinstance(value, Mapping | list):
        _texts(found, path)
    else:
        _texts(found, path).append(str(value).lower() if isinstance(value, bool) else str(value))


def _lay_out_item(item: Any, path: str, found: _Found, depth: int) -> None:
    if not isinstance(item, Mapping):
        _lay_out(item, path, found, depth)
        return
    key, value = key_of(item)
    if key is not None:
        _lay_out(value, f"{path}.{key}", found, depth + 1)
        return
    label, keys = label_of(item)
    unlabelled = {name: inner for name, inner in item.items() if name not in keys} if keys else item
    _lay_out(unlabelled, f"{path}[{label}]", found, depth)


def _texts(found: _Found, path: str) -> list[str]:
    texts = found.get(path)
    if not isinstance(texts, list):
        found[path] = texts = [] if texts is None else [texts]
    return texts


def empty_parents(columns: Iterable[str], records: Sequence[Mapping[str, str]], nested: set[str]) -> set[str]:
    """Return the columns that are only the empty form of a nested value (`tags: null` where others have `tags.name`).

    `nested` collects the parents that the file has shown so far.
    """
    every = list(columns)
    for column in every:
        parts = column.split(".")
        nested.update(ITEM.sub("", ".".join(parts[:size])) for size in range(1, len(parts)))
    return {column for column in every if column in nested and not any(record.get(column) for record in records)}
