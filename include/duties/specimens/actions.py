"""Write a specimen: the words of the recorded template, with blanks where a person's own values stood."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from pydantic import RootModel

from include.duties.letter import TEMPLATE as SOURCE_NOTICE
from include.duties.letter import NoticeFacts
from include.duties.letter.brief import about, brief
from include.duties.letter.dates import complaint_period
from include.duties.letter.rendering import with_blanks
from include.duties.notice.calendar import HOME
from include.duties.packages.letter import TEMPLATE as PACKAGE_READY
from include.duties.packages.letter import words_of_letter
from include.duties.requests.actions import TEMPLATE as REQUEST_RECEIVED
from include.duties.requests.actions import words_of_receipt
from include.duties.rights.letters import WORDED, lines_of
from include.duties.stopping.confirmation import TEMPLATE as STOP_CONFIRMATION
from include.duties.stopping.confirmation import words_of_stop
from include.errors import NeverRetry
from include.law import Controller, edition_for, edition_named, load_strict

__all__ = ["Told", "specimen"]

Said = tuple[str, list[str]]
"""A subject and lines, with names in braces where values stand."""
BOTH = ("ar", "en")
UNKNOWN = {"ar": "-", "en": "-"}
NOTICES_OWN = ("reference", "page")
"""What a notice tells one reader alone, beside the categories of their data."""
SOURCES_OWN = ("source_title", "source_kind", "received_on", "answer_by")
"""What it tells of a source and its clock, where nothing is known any more of the notices that it fulfilled."""


class _Blanks(RootModel[dict[str, dict[str, str]]]):
    """What stands in place of values, by language and name."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a source notice beside its text: codes and days of the notices that it fulfilled."""

    purposes: tuple[str, ...]
    titles: Mapping[str, str]
    """The source's name by language."""
    source_kind: str
    edition: str
    received_at: datetime
    due_at: datetime


def specimen(
    template: str, language: str, controller: Controller, at: datetime, *, short: bool = False, told: Told | None = None
) -> str | None:
    """Write what a template of that name and version says, in both languages, the reader's first; no value in it.

    `told` is what a source notice was about, where that is known; `short` the form for a telephone. The controller is
    named as its profile has it at `at` (UTC). None for a template that is not written here in that version.
    """
    if template == SOURCE_NOTICE:
        return _notice(language, controller, at, told, short=short)
    if (words := _LETTERS.get(template)) is None:
        return None
    said = {each: _filled(words(each), controller, each, at) for each in BOTH}
    return brief(said, language).text


def _notice(language: str, controller: Controller, at: datetime, told: Told | None, *, short: bool) -> str | None:
    edition = edition_named(told.edition) if told else edition_for(HOME, at)
    about = told or Told(tuple(sorted(controller.purposes)), UNKNOWN, "public_directory", edition.name, at, at)
    facts = NoticeFacts(
        reference="-", source_title=about.titles, source_kind=about.source_kind, received_at=about.received_at,
        categories=("email",), purposes=about.purposes, due_at=about.due_at, language=language,
    )  # fmt: skip
    blanks = {each: _blanked(each, known=told is not None) for each in BOTH}
    try:
        return with_blanks(controller, edition, facts, blanks, short=short)
    except NeverRetry:  # the profile does not say any more all that a notice has to say
        return None


def _blanked(language: str, *, known: bool) -> dict[str, Any]:
    lists = {name: [_blank(name, language)] for name in ("categories", "asked")}
    if known:
        return {name: _blank(name, language) for name in NOTICES_OWN} | lists
    purpose = {name: _blank(name, language) for name in ("text", "legal_basis")}
    return {name: _blank(name, language) for name in (*NOTICES_OWN, *SOURCES_OWN)} | lists | {"purposes": [purpose]}


def _filled(said: Said, controller: Controller, language: str, at: datetime) -> Said:
    edition = edition_for(HOME, at)
    period = complaint_period(edition, language)
    known = {**about(controller, language), "authority": edition.authority.name.in_(language), "period": period or ""}
    values = _OrBlank(language, known)
    return said[0].format_map(values), [line.format_map(values) for line in said[1]]


class _OrBlank(dict[str, Any]):
    """Values by name; a blank in place of what is not known."""

    def __init__(self, language: str, known: Mapping[str, Any]) -> None:
        super().__init__(known)
        self._language = language

    def __missing__(self, name: str) -> str:
        return _blank(name, self._language)


def _blank(name: str, language: str) -> str:
    return f"[{_blanks()[language].get(name, name)}]"


@cache
def _blanks() -> dict[str, dict[str, str]]:
    return load_strict(Path(__file__).with_name("blanks.yml"), _Blanks).root


_LETTERS: dict[str, Callable[[str], Said]] = {
    REQUEST_RECEIVED: words_of_receipt,
    PACKAGE_READY: words_of_letter,
    STOP_CONFIRMATION: words_of_stop,
    **{template: partial(lines_of, letter) for template, letter in WORDED.items()},
}
"""The short letters by template, each as its own room words it."""
