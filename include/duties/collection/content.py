"""What one language of the notice says: the words filled with the facts of map, profile and edition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from include.duties.collection.model import Element, Field, KeptBy
from include.duties.collection.words import Section, Words, words_in
from include.duties.letter.bidi import Link, Number, marked_line
from include.duties.letter.content import Run, about_controller, runs_of
from include.duties.letter.dates import complaint_period, counted, request_period
from include.duties.letter.filling import Form as Shape
from include.duties.letter.filling import filled
from include.law import Controller, Edition
from include.law.controller import Purpose
from include.systems.model import Form, Trigger

__all__ = ["Page", "kept_in_words", "page_of", "period_in_words"]


@dataclass(frozen=True, slots=True)
class Said:
    """A section, filled in."""

    heading: str
    elements: tuple[Element, ...]
    runs: tuple[Run, ...]

    @property
    def of_fields(self) -> bool:
        """Whether a page shows it as the table of fields."""
        return Element.CATEGORIES in self.elements


@dataclass(frozen=True, slots=True)
class Page:
    """One language of the notice, filled in."""

    language: str
    direction: str
    title: str
    opening: tuple[str, ...]
    sections: tuple[Said, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    version: str

    def marked(self, line: str) -> str:
        """Give a line of plain text the mark that its direction needs."""
        return marked_line(line, self.direction)

    @property
    def elements(self) -> dict[str, Any]:
        """The lines of each element, under its code."""
        said: dict[str, Any] = {"title": self.title, "opening": list(self.opening)}
        for section in self.sections:
            lines = [line for run in section.runs for line in run.lines]
            for element in section.elements:
                said.setdefault(str(element), []).extend(lines)
        return said


def page_of(
    controller: Controller,
    edition: Edition,
    form: Form,
    fields: Sequence[Field],
    language: str,
    shape: Shape,
    version: str = "",
) -> Page:
    """Fill in one language. Everything that the gate asks for must be there."""
    words = words_in(language)
    told = _values(controller, edition, form, fields, language)

    def said(template: str, more: dict[str, Any] | None = None) -> str:
        return filled(shape, words.direction, template, told | (more or {})).strip()

    return Page(
        language=language,
        direction=words.direction,
        title=said(words.title),
        opening=tuple(said(words.opening).splitlines()),
        sections=tuple(_sections(words.sections, said)),
        columns=words.columns,
        rows=tuple(tuple(said("{{ value }}", {"value": value}) for value in each.values()) for each in told["fields"]),
        version=said(words.version, {"version": Number(version)}),
    )


def _sections(sections: Iterable[Section], said: Any) -> Iterable[Said]:
    for section in sections:
        runs = runs_of(said(section.body).splitlines())
        if runs:
            yield Said(section.heading, section.elements, runs)


def _values(
    controller: Controller, edition: Edition, form: Form, fields: Sequence[Field], language: str
) -> dict[str, Any]:
    words = words_in(language)
    codes = dict.fromkeys(code for field in fields for code in field.purposes)
    purposes = {code: _purpose(controller.purposes[code], language) for code in codes}
    needed = dict.fromkeys(code for field in fields if field.mandatory for code in field.purposes)
    rows = [_row(field, purposes, words, language) for field in fields]
    kinds = {kind: [row["label"] for row in rows if row["mandatory"] == kind] for kind in words.kinds}
    requests = edition.requests
    return {
        **about_controller(controller, language),
        "form": form.title.in_(language),
        "fields": rows,
        "by_kind": [(kind, words.comma.join(labels)) for kind, labels in kinds.items() if labels],
        "purposes": list(purposes.values()),
        "several": any(len(field.kept) > 1 for field in fields),
        "optional": any(not field.mandatory for field in fields),
        "needed": [purposes[code]["text"] for code in needed],
        "without": (form.without.in_(language) or "") if form.without else "",
        "law": edition.law.in_(language),
        "authority": edition.authority.name.in_(language),
        "authority_url": Link(edition.authority.url or ""),
        "complaint_period": complaint_period(edition, language),
        "answer_period": request_period(edition, language),
        "extension": bool(requests.extension_days or requests.extension_months),
        "free": requests.fee.value == 0,
    }


def _purpose(purpose: Purpose, language: str) -> dict[str, str]:
    basis = purpose.legal_basis
    return {"text": purpose.in_(language) or "", "legal_basis": (basis.in_(language) or "") if basis else ""}


def _row(field: Field, purposes: dict[str, dict[str, str]], words: Words, language: str) -> dict[str, str]:
    assert field.label
    return {
        "label": field.label.in_(language),
        "mandatory": words.mandatory if field.mandatory else words.optional,
        "purpose": words.comma.join(purposes[code]["text"] for code in field.purposes),
        "kept": words.first_of.join(kept_in_words(each, words, language) for each in field.kept),
    }


def kept_in_words(by: KeptBy, words: Words, language: str) -> str:
    """Say how long one rule keeps, from what, and what becomes of it then."""
    told = {
        "event": words.events[by.rule.trigger],
        "lasting": by.rule.trigger is not Trigger.FIXED_AGE,
        "minimum": period_in_words(by.figures.minimum, language),
        "maximum": period_in_words(by.figures.maximum, language),
        "statute": by.rule.statute,
        "article": by.rule.article,
        "fate": words.fates[by.rule.then],
    }
    return filled("short", words.direction, words.kept, told).strip()


def period_in_words(period: tuple[int, str] | None, language: str) -> str:
    """Write so many days, or months; whole years as years."""
    if period is None:
        return ""
    number, unit = period
    if unit == "months" and number % 12 == 0:
        return counted(number // 12, "year", language)
    return counted(number, unit.removesuffix("s"), language)
