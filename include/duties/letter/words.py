"""The letter's own words, one YAML file per language: everything in it that the controller's profile does not say."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from include.duties.letter.model import Element
from include.law import load_strict

__all__ = ["Section", "Words", "words_in"]

FOLDER = Path(__file__).with_name("words")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Section(_Part):
    """A heading and what stands under it."""

    heading: str
    elements: tuple[Element, ...]
    """Which elements of the law it brings."""
    body: str
    """A Jinja template of lines: each is a paragraph, or an item where it begins with `- `."""


class Words(_Part):
    """One language of the letter."""

    direction: Literal["rtl", "ltr"]
    subject: str
    """Without the reference, which follows both languages."""
    title: str
    opening: str
    """What stands before the first section, as a template of lines."""
    sections: tuple[Section, ...]
    closing: str
    comma: str
    """What stands between the items of an enumeration."""
    short: str
    """The form for SMS and WhatsApp, as a template of lines."""
    categories: dict[str, str]
    source_kinds: dict[str, str]

    @model_validator(mode="after")
    def _nothing_is_left_out(self) -> Words:
        brought = {element for section in self.sections for element in section.elements}
        if left_out := [element for element in Element if element not in brought | {Element.NEUTRALITY}]:
            raise ValueError(f"no section brings {', '.join(left_out)}")
        return self


@cache
def words_in(language: str) -> Words:
    """Return the words of `ar` or `en`. Raises NeverRetry where their file is broken."""
    return load_strict(FOLDER / f"{language}.yml", Words)
