"""What a column probably holds: by its name, in English and Arabic, and by a sample of its values, never kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

__all__ = ["FREE_TEXT", "guess", "words_of"]

FREE_TEXT = "user.content.private"
SHAPES = {
    "user.contact.email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "user.device.ip_address": re.compile(r"(?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F]*:[0-9a-fA-F:]{3,}"),
    "user.contact.phone_number": re.compile(r"(?:\+|00)[\d\s\-()]{8,17}|0\d{8,10}"),
    "user.financial.bank_account": re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}"),
}
"""Values that say of themselves what they are."""
ENOUGH = 0.8
LONG = 60
"""So long, on average, is what people write and not what a program does."""


def words_of(name: str) -> tuple[str, ...]:
    """Split a column's name into its words, however it is written: `firstName`, `first_name`, `FIRST NAME`."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    folded = apart.casefold().translate(str.maketrans("أإآى", "اااي"))
    return tuple(word for word in re.split(r"[\W_]+", folded) if word)


def guess(name: str, values: Sequence[Any]) -> tuple[str | None, str]:
    """Give the likeliest data category of a column, and by what: `values` or `name`; none where nothing speaks."""
    texts = [str(value).strip() for value in values if value is not None and str(value).strip()]
    for category, shape in SHAPES.items():
        if texts and sum(bool(shape.fullmatch(text)) for text in texts) >= ENOUGH * len(texts):
            return category, "values"
    if (named := _by_name(words_of(name))) is not None:
        return named, "name"
    if texts and sum(map(len, texts)) > LONG * len(texts):
        return FREE_TEXT, "values"
    return None, "nothing"


def _by_name(words: tuple[str, ...]) -> str | None:
    best: tuple[int, str] | None = None
    for run, category in _headings():
        found = any(words[start : start + len(run)] == run for start in range(len(words)))
        if found and (best is None or len(run) > best[0]):
            best = (len(run), category)
    return best[1] if best else None


@cache
def _headings() -> tuple[tuple[tuple[str, ...], str], ...]:
    known = yaml.safe_load(files("include.systems").joinpath("headings.yml").read_text(encoding="utf-8"))
    return tuple((words_of(run), category) for category, runs in known.items() for run in runs)
