"""Read a file of knowledge: words and tables that are data, each in its own YAML file."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

__all__ = ["HERE", "lexicon", "words_of"]

HERE = Path(__file__).parent / "knowledge"


@cache
def lexicon(path: Path) -> dict[str, Any]:
    """Load one file of knowledge. Call it inside functions: nothing is read when a module is imported.

    Every scalar stays text: the word `no` and the country `NO` are words here, not a truth value.
    """
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    with path.open(encoding="utf-8") as file:
        return dict(yaml.load(file, Loader=loader))


def words_of(entry: str | Iterable[str]) -> tuple[str, ...]:
    """Give the words of an entry: a list as it stands, or one text of words between spaces."""
    return tuple(entry.split()) if isinstance(entry, str) else tuple(entry)
