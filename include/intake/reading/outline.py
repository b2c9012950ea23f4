"""Find out which elements of an XML document are its records, by what repeats in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from include.intake.reading.elements import local_name

__all__ = ["Outline"]

MANY = 3
"""A group is around so many others at least."""
FEW = 1
"""What has no more texts of its own than this only groups what is inside it, such as a region with its name."""


class Outline:
    """Count, for every path of a document, how often it stands there, how often side by side, and what it holds."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._siblings: list[Counter[str]] = [Counter()]
        self._seen: Counter[str] = Counter()
        self._repeats: set[str] = set()
        self._leaves: dict[str, set[str]] = defaultdict(set)

    def enter(self, element: Any) -> None:
        """Take note of an element that begins."""
        name = local_name(element)
        above = "/".join(self._open)
        self._siblings[-1][name] += 1
        self._open.append(name)
        path = "/".join(self._open)
        self._seen[path] += 1
        if self._siblings[-1][name] > 1:
            self._repeats.add(path)
        self._siblings.append(Counter())
        self._leaves[path].update(f"@{attribute}" for attribute in element.attrib)
        if above:
            self._leaves[above].add(name)

    def leave(self, element: Any) -> None:
        """Take note of an element that ends, and free it."""
        self._siblings.pop()
        path = "/".join(self._open)
        self._open.pop()
        if len(element):
            self._leaves["/".join(self._open)].discard(path.rpartition("/")[2])
        for child in list(element):
            element.remove(child)

    @property
    def records(self) -> str | None:
        """The path of what looks most like records: the outermost elements that repeat and hold texts of their own."""
        paths = [path for path in self._seen if len(self._leaves[path]) > FEW]
        repeated = [path for path in paths if path in self._repeats]
        several = [path for path in paths if self._seen[path] > 1]
        for candidates in (repeated, several, paths):
            if candidates:
                outermost = [path for path in candidates if not self._only_groups(path, candidates)]
                return min(outermost, key=lambda path: (path.count("/"), -self._seen[path]))
        return None

    def _only_groups(self, path: str, others: Sequence[str]) -> bool:
        """Tell whether an element is only around many others that say more, such as a region around its companies."""
        inside = [other for other in others if other.startswith(f"{path}/")]
        held = len(self._leaves[path])
        return any(self._seen[other] >= MANY * self._seen[path] and len(self._leaves[other]) > held for other in inside)
