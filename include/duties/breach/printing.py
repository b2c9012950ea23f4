"""A report as it leaves the house: PDF in either language, and JSON with both."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from include.documents import Language, Ltr, printed
from include.duties.breach.model import Block, Deferral, Delay, Element
from include.duties.breach.rules import BLOCKS
from include.duties.breach.words import Words, words_in
from include.duties.letter.bidi import DIRECTIONS, with_numbers
from include.duties.letter.dates import moment
from include.law import edition_named

__all__ = ["as_json", "as_pdf"]

TEMPLATE = Path(__file__).with_name("report.typ")
LATIN = re.compile(r"[ -~]+")
"""A line that holds a number or an address alone: it runs from left to right in any language."""


def as_json(content: Mapping[str, Any], hashed: bytes) -> str:
    """Give a report as JSON, with the hash that it was approved by; the same for the same content."""
    whole = {"hash": hashed.hex(), **content}
    return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def as_pdf(content: Mapping[str, Any], hashed: bytes, language: Language) -> bytes:
    """Print a report; the same bytes for the same content."""
    words = words_in(language)
    elements: Mapping[str, Mapping[str, Any]] = content["elements"]
    said = {name: _rows(value[language], language) for name, value in elements.items()}
    blocks = [
        {
            "title": words.blocks[block],
            "rows": [[words.elements[name], said[name]] for name in Element if name in said and BLOCKS[name] is block],
        }
        for block in Block
    ]
    told = {
        "title": words.supplement.format(number=content["number"]) if content["number"] else words.title,
        "rehearsal": words.rehearsal if content["rehearsal"] else None,
        "headings": words.headings,
        "head": _head(content, hashed, words, language),
        "blocks": [block for block in blocks if block["rows"]],
        "supplied": [words.elements[name] for name in content["supplied"]],
        "deferred": [
            [words.elements[name], words.deferrals[Deferral(why)]] for name, why in content["deferred"].items()
        ],
        "late": [words.delays[Delay(why)] for why in content["delays"]]
        + ([with_numbers(content["delay"][language], DIRECTIONS[language])] if content["delay"] else []),
    }
    return printed(TEMPLATE, told, language)


def _head(content: Mapping[str, Any], hashed: bytes, words: Words, language: Language) -> list[list[Any]]:
    zone = edition_named(content["edition"]).zone
    rows: list[list[Any]] = [
        [words.headings["authority"], content["authority"][language]],
        [words.headings["reference"], Ltr(content["report"])],
        [words.headings["number"], _which(content["number"], words)],
        [words.headings["law"], content["law"][language]],
        [words.headings["edition"], Ltr(content["edition"])],
        [words.headings["known"], moment(datetime.fromisoformat(content["known_at"]), zone, language)],
    ]
    for filed in content["filed"]:
        at = moment(datetime.fromisoformat(filed["at"]), zone, language)
        said = words.filed_as.format(number=_which(filed["number"], words), at=at)
        rows.append([words.headings["filed"], [said, Ltr(filed["reference"])]])
    if content["due_at"]:
        due = moment(datetime.fromisoformat(content["due_at"]), zone, language)
        rows.append([words.headings["due"], due])
    rows.append([words.headings["hash"], [Ltr(hashed.hex()[:32]), Ltr(hashed.hex()[32:])]])
    return rows


def _which(number: int, words: Words) -> str:
    return words.supplement_no.format(number=number) if number else words.first


def _rows(value: str | list[str], language: Language) -> list[Any]:
    lines = [value] if isinstance(value, str) else list(value)
    return [Ltr(line) if LATIN.fullmatch(line) else with_numbers(line, DIRECTIONS[language]) for line in lines]
