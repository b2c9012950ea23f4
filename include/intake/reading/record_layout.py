"""Guess how a text lays its records out over several lines, from how its lines begin."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from include.intake.reading.indented import level_of
from include.intake.reading.pairs import is_between, pair_in

__all__ = ["layout_of"]

FEWEST = 3
"""So many records at least have to look alike."""
MOST_LINES = 0.8
MOST_STARTS = 0.7
"""Above the records there may be groups of lines that are none, and in a short file they count."""
NEARLY_ALL = 0.98
SOME = 0.05
DEEPEST = 12
STARTS = (r"\d+", r"\d+[.)]", r"[A-Z]{1,5}[-/ ]?\d+", r"[#№]\s?\d+", r"\[\d+\]")
"""What begins a record, where it is more than a name."""
SEPARATING = ",;|\t"

Group = list[tuple[int, str]]


def layout_of(text: str) -> Mapping[str, Any] | None:
    """Return the options of a `records` format in which the text can be read; None where it is laid out otherwise.

    They are `layout`, and `fields`, `indent`, `starts` and `optional`, or `delimiter` and `starts`. Fields are named as
    a legend above the records does (`| Organization`), or else by their place (`column 2`).
    """
    lines = [line.rstrip() for line in text.splitlines()]
    return _indented(lines) or _pairs(lines)


def _indented(lines: Sequence[str]) -> Mapping[str, Any] | None:
    indent = _step(lines)
    if indent is None:
        return None
    filled = [(min(level_of(line, indent), DEEPEST), line.strip()) for line in lines if line]
    groups = [group for group in _groups(filled) if len(group) > 1]
    starts = next(
        (form for form in STARTS if _share(re.fullmatch(form, group[0][1]) for group in groups) > MOST_STARTS), None
    )
    alike = [group for group in groups if starts is None or re.fullmatch(starts, group[0][1])]
    if len(alike) < FEWEST or not _are_records(alike, filled):
        return None
    counted = Counter(level for group in alike for level in {level for level, _ in group})
    depth = max(level for level, count in counted.items() if count >= SOME * len(alike))
    if any(not counted[level] for level in range(depth)):
        return None
    names = _legend(filled[: filled.index(alike[0][0])], depth) or [f"column {at}" for at in range(1, depth + 2)]
    found: dict[str, Any] = {"layout": "indented", "fields": tuple(names), "indent": indent, "starts": starts}
    missing = [names[level] for level in range(1, depth + 1) if counted[level] < NEARLY_ALL * len(alike)]
    return found | ({"optional": tuple(missing)} if missing else {})


def _step(lines: Sequence[str]) -> int | None:
    """Return by how many spaces lines are indented; None where hardly any is."""
    margins = [line[: len(line) - len(line.lstrip(" \t"))] for line in lines if line]
    deep = [margin for margin in margins if margin]
    if len(deep) < FEWEST or len(deep) < 0.3 * len(margins):
        return None
    widths = Counter(len(margin) for margin in deep if "\t" not in margin)
    usual = [width for width, count in widths.items() if count >= SOME * len(deep)]
    return min(usual, default=1)


def _groups(filled: Group) -> list[Group]:
    """Part lines into groups that begin at the margin."""
    groups: list[Group] = []
    for line in filled:
        if line[0] == 0:
            groups.append([line])
        elif groups:
            groups[-1].append(line)
    return groups


def _are_records(groups: Sequence[Group], filled: Group) -> bool:
    """Tell records from a text that has indented lines in it: nearly all lines are in them, and they go down in steps.

    Records of a table have their delimiter in every first line: their deeper lines only go on with a cell.
    """
    below = len(filled) - filled.index(groups[0][0])
    in_steps = _share([level for level, _ in group] == sorted({level for level, _ in group}) for group in groups)
    firsts = [group[0][1] for group in groups]
    table = any(
        _share(text.count(sign) == max(firsts[0].count(sign), 1) for text in firsts) > 0.9 for sign in SEPARATING
    )
    return sum(map(len, groups)) >= MOST_LINES * below and in_steps >= 0.7 and not table


def _legend(above: Group, depth: int) -> list[str] | None:
    """Return the names that a legend gives to the levels: `Decimal`, `| Organization`, or as deep as they are."""
    barred = [(text, text.lstrip("| "), level) for level, text in above]
    names = [(line[: len(line) - len(text)].count("|") or level, text) for line, text, level in barred if text]
    for at in range(len(names) - depth):
        part = names[at : at + depth + 1]
        texts = [text for _, text in part]
        if [level for level, _ in part] == list(range(depth + 1)) and len(set(texts)) == len(texts):
            return texts
    return None


def _pairs(lines: Sequence[str]) -> Mapping[str, Any] | None:
    for delimiter in (":", "=", "\t"):
        pairs = [pair_in(line, delimiter) if line else None for line in lines]
        keys = Counter(pair[0] for pair in pairs if pair)
        known = {key for key, count in keys.items() if count >= FEWEST}
        at_margin = [line for line in lines if not is_between(line.strip()) and line[0] not in " \t"]
        blocks = _blocks(lines, [pair if pair and keys[pair[0]] > 1 else None for pair in pairs])
        with_key = sum(map(len, blocks))
        if len(known) < 2 or with_key < 0.6 * len(at_margin) or with_key < 1.5 * len(blocks):
            continue
        once = _share(max(Counter(keys).values()) == 1 for keys in blocks)
        if len(blocks) >= FEWEST and once >= 0.7:
            return {"layout": "pairs", "delimiter": delimiter}
        first = next(pair[0] for pair in pairs if pair and pair[0] in known)
        if keys[first] >= 0.9 * max(keys.values()):
            return {"layout": "pairs", "delimiter": delimiter, "starts": rf"{re.escape(first)}\s*{delimiter}.*"}
    return None


def _blocks(lines: Sequence[str], pairs: Sequence[tuple[str, str] | None]) -> list[list[str]]:
    blocks: list[list[str]] = [[]]
    for line, pair in zip(lines, pairs, strict=True):
        if is_between(line.strip()):
            blocks.append([])
        elif pair:
            blocks[-1].append(pair[0])
    return [block for block in blocks if block]


def _share(hits: Any) -> float:
    counted = [bool(hit) for hit in hits]
    return sum(counted) / len(counted) if counted else 0.0
