"""The registers as a page for people and as a workbook: both from the same rows, the same bytes for the same facts."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from markupsafe import Markup, escape

from include.documents.workbook import Leaf, workbook
from include.duties.letter.filling import layout
from include.duties.records.model import LANGUAGES, Facts, Finding, Sheet
from include.duties.records.registers import all_sheets
from include.duties.records.words import words_in

__all__ = ["line_in_order", "page", "spreadsheet"]

FOLDER = Path(__file__).with_name("templates")


@dataclass(frozen=True, slots=True)
class Part:
    """One language of the page."""

    language: str
    direction: str
    title: str
    made_for: str
    missing: str
    nothing_missing: str
    sheets: tuple[Sheet, ...]


def page(facts: Facts, found: Sequence[Finding], languages: Sequence[str] = LANGUAGES) -> str:
    """Write every register as one page, in each language after the other: no script, nothing fetched."""
    parts = [_part(facts, found, language) for language in languages]
    return layout("records.html.j2", FOLDER).render(parts=parts, cell=_cell, line=line_in_order) + "\n"


def _part(facts: Facts, found: Sequence[Finding], language: str) -> Part:
    words = words_in(language)
    legal_name = facts.controller.legal_name
    name = (legal_name.in_(language) if legal_name else None) or f"[{words.missing}]"
    law, edition = facts.edition.law.in_(language), facts.edition.name
    return Part(
        language=language,
        direction=words.direction,
        title=words.say(words.title, name=name),
        made_for=words.say(words.made_for, day=facts.day.isoformat(), law=law, edition=edition),
        missing=words.missing,
        nothing_missing=words.nothing_missing,
        sheets=all_sheets(facts, found, language),
    )


def _cell(lines: Sequence[str], missing: str) -> Markup:
    """Write a cell: one line as it is, several as a list; what is missing stands out."""
    mark = Markup('<strong class="warn">{}</strong>').format(f"[{missing}]")
    told = [Markup(str(line_in_order(line)).replace(str(escape(f"[{missing}]")), str(mark))) for line in lines]
    if len(told) < 2:
        return Markup("").join(told)
    return Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(line) for line in told))


def line_in_order(line: str) -> Markup:
    """Let a line without an Arabic letter run from left to right, a number or an address; others as their page."""
    arabic = any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in line)
    return escape(line) if arabic else Markup('<bdi dir="ltr">{}</bdi>').format(line)


def spreadsheet(facts: Facts, found: Sequence[Finding], languages: Sequence[str] = LANGUAGES) -> bytes:
    """Write every register as a sheet of one workbook, in each language; Arabic sheets run from right to left."""
    return workbook(_leaf(sheet) for language in languages for sheet in all_sheets(facts, found, language))


def _leaf(sheet: Sheet) -> Leaf:
    shared = [(heading, "\n".join(lines)) for heading, lines in sheet.shared]
    headings = (sheet.columns[0], *(heading for heading, _ in shared), *sheet.columns[1:])
    rows = [(_text(row[0]), *(told for _, told in shared), *(_text(cell) for cell in row[1:])) for row in sheet.rows]
    language = cast(Literal["ar", "en"], sheet.language)
    return Leaf(name=sheet.title, language=language, headings=headings, rows=rows)


def _text(lines: Sequence[str]) -> str:
    return "\n".join(lines)
