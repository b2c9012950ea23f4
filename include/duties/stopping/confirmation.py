"""What the confirmation of a stop says, in both languages, the person's first."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path

from include.duties.letter.brief import Brief, Languages, Words, about, brief
from include.law import Controller, load_strict

__all__ = ["TEMPLATE", "confirmation", "words_of_stop"]

TEMPLATE = "stop_confirmation/1"


def confirmation(controller: Controller, asked: datetime, language: str) -> Brief:
    """Write the confirmation of a stop that was asked at `asked`, a moment on the reader's own clock."""
    moment = f"{asked:%Y-%m-%d %H:%M}"
    said = {
        each: (words.subject, [line.format(moment=moment, **about(controller, each)) for line in words.lines])
        for each, words in _words().items()
    }
    return brief(said, language)


def words_of_stop(language: str) -> tuple[str, list[str]]:
    """Give subject and lines of the confirmation, with names in braces where values stand."""
    return _words()[language].said


@cache
def _words() -> dict[str, Words]:
    return load_strict(Path(__file__).with_name("words.yml"), Languages).root
