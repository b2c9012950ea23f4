"""Why a person may decide so: a closed list of codes, in Arabic and English."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

__all__ = ["REASONS", "TEXTS"]


def _read() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    with Path(__file__).with_name("reasons.yml").open(encoding="utf-8") as file:
        found: Mapping[str, Mapping[str, Mapping[str, str]]] = yaml.safe_load(file)
    return found


_KNOWN = _read()
REASONS = {klass: _KNOWN[klass] for klass in ("business", "personal")}
"""What a person may decide, to the codes of why, to their texts by language."""
TEXTS = {code: texts for codes in _KNOWN.values() for code, texts in codes.items()}
"""Every code, also that of the day on which doubt ends, to its texts by language."""
