"""The ways in which a page is looked at: on a telephone or at a desk, in Arabic or English, light or dark."""

from __future__ import annotations

from itertools import product

__all__ = ["SCREENS", "ways"]

SCREENS = {"phone": (390, 844), "desk": (1280, 900)}


def ways(*, every: bool = False) -> list[tuple[str, str, str]]:
    """Give size, language and theme: four ways in which each two of them meet once, or every one of the eight."""
    all_ways = list(product(SCREENS, ("ar", "en"), ("light", "dark")))
    return [way for way in all_ways if every or ((way[0] == "phone") + (way[1] == "en") + (way[2] == "dark")) % 2]
