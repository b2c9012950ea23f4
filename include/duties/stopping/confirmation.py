"""What the confirmation of a stop says, in both languages, the person's first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from html import escape
from pathlib import Path

from pydantic import BaseModel, ConfigDict, RootModel

from include.duties.letter.bidi import marked_line
from include.law import Controller, load_strict

__all__ = ["TEMPLATE", "Confirmation", "confirmation"]

TEMPLATE = "stop_confirmation/1"
DIRECTIONS = {"ar": "rtl", "en": "ltr"}


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str
    lines: tuple[str, ...]


class _Languages(RootModel[dict[str, _Words]]):
    """The words by language."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One confirmation, ready to be sent."""

    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)


def confirmation(controller: Controller, asked: datetime, language: str) -> Confirmation:
    """Write the confirmation of a stop that was asked at `asked`, a moment on the reader's own clock."""
    words, order = _words(), ("en", "ar") if language == "en" else ("ar", "en")
    lines = {each: [line.format(**_values(controller, asked, each)) for line in words[each].lines] for each in order}
    text = "\n\n".join("\n".join(marked_line(line, DIRECTIONS[each]) for line in lines[each]) for each in order)
    return Confirmation(" | ".join(words[each].subject for each in order), text + "\n", _html(lines))


def _values(controller: Controller, asked: datetime, language: str) -> dict[str, str]:
    privacy, name = controller.privacy_channel, controller.legal_name
    return {
        "moment": f"{asked:%Y-%m-%d %H:%M}",
        "name": (name.in_(language) if name else None) or "",
        "privacy": (privacy.email if privacy else None) or "",
    }


def _html(lines: dict[str, list[str]]) -> str:
    parts = "".join(
        f'<div lang="{language}" dir="{DIRECTIONS[language]}">'
        + "".join(f"<p>{escape(line)}</p>" for line in said)
        + "</div>"
        for language, said in lines.items()
    )
    first = next(iter(lines))
    return (
        f'<!DOCTYPE html><html lang="{first}" dir="{DIRECTIONS[first]}"><head><meta charset="utf-8"></head>'
        f'<body style="font-family:sans-serif;line-height:1.6">{parts}</body></html>'
    )


@cache
def _words() -> dict[str, _Words]:
    return load_strict(Path(__file__).with_name("words.yml"), _Languages).root
