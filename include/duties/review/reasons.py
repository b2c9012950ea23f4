"""Why a person may decide so: a closed list of codes, in Arabic and English."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

__all__ = ["REASONS"]


def _read() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    with Path(__file__).with_name("reasons.yml").open(encoding="utf-8") as file:
        found: Mapping[str, Mapping[str, Mapping[str, str]]] = yaml.safe_load(file)
    return found


REASONS = _read()
"""Class to code to language to text."""
