"""The report of a pack for people: PDF in Arabic and English, its charts drawn from the same rows as the files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from include.documents import Language, Ltr, printed_from
from include.duties.audit.flows import number_of, section_of
from include.duties.audit.form import TEMPLATE, Form
from include.duties.audit.model import Counted
from include.duties.audit.pack import write_whole
from include.duties.audit.statement import Told

__all__ = ["report", "said", "write_reports"]

CLASSES = ("business", "personal", "undetermined")
STATES = ("open", "overdue", "missed", "done")
SHOWN = 15
"""Bars of a chart; the rest is one bar. The files beside the report have all."""
LANGUAGES: tuple[Language, ...] = ("ar", "en")


def write_reports(draft: Path, told: Told, form: Form) -> None:
    """Print what is told of a day into a pack, in each language."""
    for language in LANGUAGES:
        write_whole(draft / f"report.{language}.pdf", report(told, language, form))


def report(told: Told, language: Language, form: Form) -> bytes:
    """Print what is told of a day as PDF, with the words and templates of a form: the same, the same bytes."""
    templates = {name: content for name, content in form.texts.items() if name.endswith(".typ")}
    return printed_from(templates, TEMPLATE, said(told, language, form), language)


def said(told: Told, language: Language, form: Form) -> dict[str, Any]:
    """Say what a report says, as the template takes it. Whatever alters it for the same form is another PRINTING."""
    say = _Words(language, form.words)
    return {
        "title": say("title").format(day=_kept(told.statement["day"])),
        "about": say("about"),
        "facts": list(_facts(told.statement, say)),
        "checks": list(_checks(told.checks, form, say)),
        "charts": [*_held(told, say), *_flows(told.flows, form, say)],
        "owed-headings": ["", *(say("states", state) for state in STATES)],
        "owed": list(_owed(told.held, say)),
        "owed-nothing": _nothing_held(told, say),
        "promised": [_figure(row, say) for row in told.promised],
        "words": {name: say("headings", name) for name in form.words["headings"]},
    }


class _Words:
    """The words of one language; what has none stands as its code, left to right."""

    def __init__(self, language: Language, words: Mapping[str, Any]) -> None:
        self.language, self.words = language, words

    def __call__(self, *path: str) -> str:
        found: Any = self.words
        for name in path:
            found = found.get(name, {})
        return found.get(self.language) or Ltr(path[-1])


def _facts(told: Mapping[str, Any], say: _Words) -> Iterator[tuple[str, Any]]:
    records, counted = told["records"], told["counted_at"]
    when = say("not_counted") if counted is None else Ltr(_second(counted))
    yield say("facts", "day"), Ltr(told["day"])
    yield say("facts", "zone"), Ltr(told["zone"])
    yield say("facts", "law"), told["law"][say.language]
    yield say("facts", "edition"), Ltr(told["edition"])
    yield say("facts", "counted"), [when, say("late")] if told["counted_late"] else when
    yield say("facts", "events"), Ltr(f"{records['of_the_day']:,}")
    yield say("facts", "records"), Ltr(f"{records['first']:,} – {records['last']:,}")
    yield say("facts", "seal"), Ltr(_second(told["seal"]["at"]))
    key = told["seal"]["key"]
    yield say("facts", "key"), [Ltr(key[:32]), Ltr(key[32:])]


def _checks(rows: Iterable[Mapping[str, Any]], form: Form, say: _Words) -> Iterator[dict[str, Any]]:
    """Tell every check that the form knows, in its order; one that was not counted on the day says so."""
    found = {row["check"]: row for row in rows}
    for name in (*form.articles, *(name for name in found if name not in form.articles)):
        row = found.get(name, {"found": None, "holds": None})
        result = {True: "holds", False: "fails", None: "unknown"}[row["holds"]]
        yield {
            "name": say("checks", name),
            "article": _article(form.articles.get(name, "—"), say),
            "found": None if row["found"] is None else f"{row['found']:,}",
            "holds": row["holds"],
            "result": say("results", result),
        }


def _held(told: Told, say: _Words) -> Iterator[dict[str, Any]]:
    held, legend = told.held, [say("classes", name) for name in CLASSES]
    nothing = {"nothing": _nothing_held(told, say)}
    for title, measure in (("by_source", "contact_points"), ("by_purpose", "purposes")):
        rows = {each.about: _by_class(each.counts) for each in held if each.measure == measure}
        yield _chart(title, rows, say, legend) | nothing
    systems = [each for each in held if each.measure == "systems"]
    chart = _chart("by_system", {each.about: [each.counts.get("rows", 0)] for each in systems}, say, [])
    away = {each.about for each in systems if "rows_away" in each.counts}
    yield (
        chart
        | nothing
        | {"rows": [row | ({"number": say("away")} if row["name"] in away else {}) for row in chart["rows"]]}
    )


def _nothing_held(told: Told, say: _Words) -> str:
    """Say that there was nothing, or that nobody counted what there was."""
    return say("not_counted") if told.statement["counted_at"] is None else say("headings", "nothing")


def _by_class(counts: Mapping[str, int]) -> list[int]:
    summed = Counter[str]()
    for name, count in counts.items():
        summed[name.partition("/")[0]] += count
    return [summed[name] for name in CLASSES]


def _flows(flows: Iterable[Mapping[str, Any]], form: Form, say: _Words) -> Iterator[dict[str, Any]]:
    numbers = Counter[tuple[str, str]]()
    for row in flows:
        numbers[section_of(row, form.sections), row["kind"]] += number_of(row)
    for section, kinds in form.sections.items():
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
    return [say("figures", row["figure"]), say("values", value), _article(row["article"], say)]


def _article(article: str, say: _Words) -> str:
    """Name the laws of an article in the language: `IR 4(3), Law 21` has its numbers left to right in any."""
    names = sorted(say.words.get("laws", ()), key=len, reverse=True)
    parts = re.split(rf"\b({'|'.join(map(re.escape, names))})\b", article)
    strange = parts[0] or any(re.search("[A-Za-z]{3}", places) for places in parts[2::2])
    if say.language == "en" or len(parts) == 1 or strange:
        return Ltr(article)
    told = (
        f"{say('laws', name)} {_kept(places.strip(' ,;'))}"
        for name, places in zip(parts[1::2], parts[2::2], strict=True)
    )
    return "؛ ".join(told)


def _second(moment: str) -> str:
    return moment[:19].replace("T", " ")


def _kept(number: str) -> str:
    """Keep a date, or the number of an article, in its order inside a line of Arabic."""
    return f"\u2066{number}\u2069" if number else ""
