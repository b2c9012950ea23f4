"""What is known of numbers, conditions and faiths: words and tables that are data, each in its own YAML file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

__all__ = ["knowledge"]


@cache
def knowledge(name: str) -> dict[str, Any]:
    """Load one file. Every scalar is text: the country `NO` and the word `no` are no truth values here."""
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    with (Path(__file__).parent / "knowledge" / f"{name}.yml").open(encoding="utf-8") as file:
        return dict(yaml.load(file, Loader=loader))
