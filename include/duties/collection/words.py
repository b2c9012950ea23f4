"""The notice's own words, one YAML file per language: everything in it that neither map nor profile says."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from include.duties.collection.model import Element
from include.law import load_strict
from include.systems.model import Fate, Trigger

__all__ = ["Section", "Words", "words_in"]

FOLDER = Path(__file__).with_name("words")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Section(_Part):
    """A heading and what stands under it."""

    heading: str
    elements: tuple[Element, ...]
    body: str
    """A Jinja template of lines: each is a paragraph, or an item where it begins with `- `."""


class Words(_Part):
    """One language of the notice."""

    direction: Literal["rtl", "ltr"]
    title: str
    opening: str
    columns: tuple[str, str, str, str]
    """Headings of the table of fields: field, mandatory, purpose, kept."""
    mandatory: str
    optional: str
    kept: str
    """How long a rule keeps: a template of one line."""
    first_of: str
    """What joins two rules: whichever ends first."""
    comma: str
    events: dict[Trigger, str]
    fates: dict[Fate, str]
    sections: tuple[Section, ...]
    version: str
    labels: dict[str, str]
    """What a field is called, by its data category; the longest that fits."""

    @model_validator(mode="after")
    def _nothing_is_left_out(self) -> Words:
        brought = {element for section in self.sections for element in section.elements}
        if left_out := [*set(Element) - brought, *set(Trigger) - set(self.events), *set(Fate) - set(self.fates)]:
            raise ValueError(f"nothing brings {', '.join(sorted(left_out))}")
        return self

    @property
    def kinds(self) -> tuple[str, str]:
        """What a field is, in the order in which they are told."""
        return self.mandatory, self.optional

    def label(self, categories: tuple[str, ...]) -> str | None:
        """Call a field by the most special of its data categories that has a name."""
        fitting = [
            known for known in self.labels for given in categories if given == known or given.startswith(f"{known}.")
        ]
        return self.labels[max(fitting, key=len)] if fitting else None


@cache
def words_in(language: str) -> Words:
    """Return the words of `ar` or `en`. Raises NeverRetry where their file is broken."""
    return load_strict(FOLDER / f"{language}.yml", Words)
