"""Why a person may decide so: a closed list of codes, in Arabic and English."""

from __future__ import annotations

from include.intake.classification.wording import unweighed

__all__ = ["REASONS", "TEXTS"]

REASONS = {klass: unweighed(klass) for klass in ("business", "personal")}
"""What a person may decide, to the codes of why, to their texts by language."""
TEXTS = {code: texts for part in (*REASONS.values(), unweighed("undecided")) for code, texts in part.items()}
"""Every code, also that of the day on which doubt ends, to its texts by language."""
