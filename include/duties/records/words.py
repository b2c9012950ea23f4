"""The words of the registers, one YAML file per language: everything in them that no contract, map or file says."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

from babel import Locale
from pydantic import BaseModel, ConfigDict

from include.duties.letter.filling import filled
from include.law import load_strict
from include.systems.model import Trigger

__all__ = ["SheetWords", "Words", "words_in"]

FOLDER = Path(__file__).with_name("words")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SheetWords(_Part):
    """One register."""

    title: str
    intro: str
    columns: dict[str, str]
    """The headings, by what stands under each."""
    none: str
    """What is said where it has no row."""


class DraftWords(_Part):
    """The draft of the published notice's factual parts."""

    title: str
    note: str
    missing: str
    sections: dict[str, str]
    source: str
    purpose: str
    kept: str
    officer_none: str
    nobody: str
    from_you: str
    controller: dict[str, str]
    rights: str
    answer: str
    complaint: str


class Words(_Part):
    """One language."""

    direction: Literal["rtl", "ltr"]
    comma: str
    first_of: str
    """What joins two periods: whichever ends first."""
    either: str
    """What joins two periods of which each has its own case."""
    title: str
    made_for: str
    missing: str
    nothing_missing: str
    ended: str
    yes: str
    no: str
    kept: str
    retention: str
    place: str
    purpose: str
    unworded: str
    receiver: str
    sub_processor: str
    transfer: str
    transfers_told: str
    contract: str
    instructions: str
    nothing_abroad: str
    nobody: str
    sheets: dict[str, SheetWords]
    events: dict[Trigger, str]
    own_purposes: dict[str, str]
    people: dict[str, str]
    bases: dict[str, str]
    grounds: dict[str, str]
    safeguards: dict[str, str]
    kinds: dict[str, str]
    elements: dict[str, str]
    clauses: dict[str, str]
    outcomes: dict[str, str]
    states: dict[str, str]
    methods: dict[str, str]
    categories: dict[str, str]
    findings: dict[str, str]
    draft: DraftWords

    def say(self, template: str, **told: Any) -> str:
        """Fill a template of one line; what runs the other way is kept from turning the line around."""
        return filled("text", self.direction, template, told).strip()

    def label(self, categories: tuple[str, ...]) -> str | None:
        """Call data by the most special of its categories that has a name."""
        fitting = [known for known in self.categories for given in categories if f"{given}.".startswith(f"{known}.")]
        return self.categories[max(fitting, key=len)] if fitting else None

    def country(self, code: str) -> str:
        """Name a country by its code; the code itself where it is none."""
        language = "ar" if self.direction == "rtl" else "en"
        return str(Locale.parse(language).territories.get(code, code))

    def among(self, known: dict[str, str], code: str) -> str:
        """Give a code's words; the code itself where it has none."""
        return known.get(code, code)


@cache
def words_in(language: str) -> Words:
    """Return the words of `ar` or `en`. Raises NeverRetry where their file is broken."""
    return load_strict(FOLDER / f"{language}.yml", Words)
