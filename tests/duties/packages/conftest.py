"""The fixtures of packages."""

from __future__ import annotations

from told_and_mapped import company, told

__all__ = ["company", "told"]
