"""References of cases, recordings, mails, forms and filings, as people give them: numbers, and no names."""

from __future__ import annotations

import re

__all__ = ["PATTERN", "REFERENCE"]

PATTERN = "[A-Za-z0-9][A-Za-z0-9./_-]{0,39}"
"""The same for a form or a schema, which has its own word for the whole of a text."""
REFERENCE = re.compile(PATTERN)
"""The whole of a reference has to match it."""
