"""Where carriers and other systems are reached, as whoever mounts the console tells it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

__all__ = ["Settings", "environment"]

Settings = Callable[[], Mapping[str, str]]
"""Gathers them anew for each deed that needs them: a connection may have changed."""


def environment() -> Mapping[str, str]:
    """Give what this process was started with."""
    return os.environ
