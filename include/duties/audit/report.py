"""The report of a pack for people: PDF in Arabic and English, its charts drawn from the same rows as the files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from include.documents import Language, Ltr, printed
from include.duties.audit.flows import SECTIONS, number_of
from include.duties.audit.model import Counted
from include.duties.audit.pack import write_whole
from include.duties.audit.statement import Told

__all__ = ["report", "write_reports"]

TEMPLATE = Path(__file__).with_name("audit.typ")
CLASSES = ("business", "personal", "undetermined")
STATES = ("open", "overdue", "missed", "done")
SHOWN = 15
"""Bars of a chart; the rest is one bar. The files beside the report have all."""
LANGUAGES: tuple[Language, ...] = ("ar", "en")


def write_reports(draft: Path, told: Told) -> None:
    """Print what is told of a day into a pack, in each language."""
    for language in LANGUAGES:
        write_whole(draft / f"report.{language}.pdf", report(told, language))


def report(told: Told, language: Language) -> bytes:
    """Print what is told of a day as PDF: the same words, the same bytes."""
    say = _Words(language)
    data = {
        "title": say("title").format(day=_kept(told.statement["day"])),
        "about": say("about"),
        "facts": list(_facts(told.statement, say)),
        "checks": [_check(row, say) for row in told.checks],
        "charts": [*_held(told.held, say), *_flows(told.flows, say)],
        "owed-headings": ["", *(say("states", state) for state in STATES)],
        "owed": list(_owed(told.held, say)),
        "promised": [_figure(row, say) for row in told.promised],
        "words": {name: say("headings", name) for name in _words()["headings"]},
    }
    return printed(TEMPLATE, data, language)


class _Words:
    """The words of one language; what has none stands as its code, left to right."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, *path: str) -> str:
        found: Any = _words()
        for name in path:
            found = found.get(name, {})
        return found.get(self.language) or Ltr(path[-1])


@cache
def _words() -> dict[str, Any]:
    return dict(yaml.safe_load(Path(__file__).with_name("words.yml").read_text(encoding="utf-8")))


def _facts(said: Mapping[str, Any], say: _Words) -> Iterator[tuple[str, Any]]:
    records, counted = said["records"], said["counted_at"]
    when = say("not_counted") if counted is None else Ltr(_second(counted))
    yield say("facts", "day"), Ltr(said["day"])
    yield say("facts", "zone"), Ltr(said["zone"])
    yield say("facts", "law"), said["law"][say.language]
    yield say("facts", "edition"), Ltr(said["edition"])
    yield say("facts", "counted"), [when, say("late")] if said["counted_late"] else when
    yield say("facts", "events"), Ltr(f"{records['of_the_day']:,}")
    yield say("facts", "records"), Ltr(f"{records['first']:,} – {records['last']:,}")
    yield say("facts", "seal"), Ltr(_second(said["seal"]["at"]))
    key = said["seal"]["key"]
    yield say("facts", "key"), [Ltr(key[:32]), Ltr(key[32:])]


def _check(row: Mapping[str, Any], say: _Words) -> dict[str, Any]:
    result = {True: "holds", False: "fails", None: "unknown"}[row["holds"]]
    return {
        "name": say("checks", row["check"]),
        "article": Ltr(row["article"]),
        "found": None if row["found"] is None else f"{row['found']:,}",
        "holds": row["holds"],
        "result": say("results", result),
    }


def _held(held: Sequence[Counted], say: _Words) -> Iterator[dict[str, Any]]:
    legend = [say("classes", name) for name in CLASSES]
    for title, measure in (("by_source", "contact_points"), ("by_purpose", "purposes")):
        rows = {each.about: _by_class(each.counts) for each in held if each.measure == measure}
        yield _chart(title, rows, say, legend)
    systems = [each for each in held if each.measure == "systems"]
    chart = _chart("by_system", {each.about: [each.counts.get("rows", 0)] for each in systems}, say, [])
    away = {each.about for each in systems if "rows_away" in each.counts}
    yield chart | {"rows": [row | ({"number": say("away")} if row["name"] in away else {}) for row in chart["rows"]]}


def _by_class(counts: Mapping[str, int]) -> list[int]:
    summed = Counter[str]()
    for name, count in counts.items():
        summed[name.partition("/")[0]] += count
    return [summed[name] for name in CLASSES]


def _flows(flows: Iterable[Mapping[str, Any]], say: _Words) -> Iterator[dict[str, Any]]:
    numbers = Counter[tuple[str, str]]()
    for row in flows:
        numbers[row["section"], row["kind"]] += number_of(row)
    for section, kinds in SECTIONS.items():
        rows = {say("kinds", kind): [numbers[section, kind]] for kind in kinds if numbers[section, kind]}
        yield _chart(section, rows, say, [])


def _chart(title: str, rows: Mapping[str, Sequence[int]], say: _Words, legend: Sequence[str]) -> dict[str, Any]:
    """Give a chart its rows, the longest first; those past SHOWN are one."""
    ordered = sorted(rows.items(), key=lambda row: (-sum(row[1]), row[0]))
    shown, rest = ordered[:SHOWN], ordered[SHOWN:]
    if rest:
        shown.append((say("others"), [sum(parts) for parts in zip(*(parts for _, parts in rest), strict=True)]))
    return {
        "title": say("charts", title),
        "legend": list(legend),
        "nothing": say("headings", "nothing"),
        "most": max((sum(parts) for _, parts in shown), default=0),
        "rows": [_bar(name, parts) for name, parts in shown],
    }


def _bar(name: str, parts: Sequence[int]) -> dict[str, Any]:
    return {"name": Ltr(name) if name.isascii() else name, "parts": list(parts), "number": f"{sum(parts):,}"}


def _owed(held: Iterable[Counted], say: _Words) -> Iterator[list[Any]]:
    for each in held:
        if each.measure == "duties":
            yield [say("duties", each.about), *(Ltr(f"{each.counts.get(state, 0):,}") for state in STATES)]


def _figure(row: Mapping[str, Any], say: _Words) -> list[Any]:
    value = str(row["value"]).lower() if isinstance(row["value"], bool) else str(row["value"])
    return [say("figures", row["figure"]), say("values", value), Ltr(row["article"])]


def _second(moment: str) -> str:
    return moment[:19].replace("T", " ")


def _kept(day: str) -> str:
    """Keep a date in its order inside a line of Arabic."""
    return f"\u2066{day}\u2069"
