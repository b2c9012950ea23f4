"""The notice to somebody concerned, in their language first: all four parts of IR 24(5), or none of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from include.documents import Language
from include.duties.breach.model import Incident, IncompleteReport, Kind
from include.duties.breach.report import Texts, contacts_of, when_of
from include.duties.breach.scoping import Scope
from include.duties.breach.words import LANGUAGES, label_of, words_in
from include.duties.letter.bidi import DIRECTIONS, Number, in_short, in_text, marked_line, with_numbers
from include.duties.letter.dates import day, moment
from include.law import Controller, Edition

__all__ = ["TEMPLATE", "Notice", "notices"]

TEMPLATE = "breach_notice/1"
NEEDED = ("description", "risks", "measures_taken", "advice")
"""What an officer has to have written; `measures_planned` is told where it is there."""


@dataclass(frozen=True, slots=True)
class Notice:
    """The letter for readers of one language: it names nobody, so that it is the same for all."""

    subject: str = field(repr=False)
    text: str = field(repr=False)
    short: str = field(repr=False)
    """For a text message: that it happened, and where the four parts are read and asked for."""


def notices(
    about: Incident, scope: Scope, said: Texts, controller: Controller, edition: Edition
) -> tuple[dict[str, Notice], bytes]:
    """Write the letters by the language that comes first, and the hash by which an officer allows them.

    Raises IncompleteReport naming what is missing: a description, the risks and measures, the contacts of the
    controller and its officer, advice; each in both languages.
    """
    missing = [element for element in NEEDED if not all(said.get(element, {}).get(each) for each in LANGUAGES)]
    missing += [] if all(contacts_of(controller, each) for each in LANGUAGES) else ["contact"]
    if missing:
        raise IncompleteReport("the notice to people", tuple(missing))
    parts = {each: _part(about, scope, said, controller, edition, each) for each in LANGUAGES}
    subjects = {each: _subject(about, each) for each in LANGUAGES}
    found = dict[str, Notice]()
    pairs: tuple[tuple[Language, Language], ...] = (("ar", "en"), ("en", "ar"))
    for first, second in pairs:
        found[first] = Notice(
            f"{subjects[first]} | {subjects[second]}", f"{parts[first]}\n\n{parts[second]}\n",
            _short(about, controller, edition, first),
        )  # fmt: skip
    whole = "\0".join(
        part for each in sorted(found) for part in (found[each].subject, found[each].text, found[each].short)
    )
    return found, hashlib.sha256(whole.encode()).digest()


def _subject(about: Incident, language: Language) -> str:
    words = words_in(language).notice
    return f"[{words.rehearsal}] {words.subject}" if about.rehearsal else words.subject


def _part(
    about: Incident, scope: Scope, said: Texts, controller: Controller, edition: Edition, language: Language
) -> str:
    words, name = words_in(language), controller.legal_name
    letter, way = words.notice, DIRECTIONS[language]
    tell = {element: with_numbers(texts.get(language, ""), way) for element, texts in said.items()}
    known, when = moment(about.known_at, edition.zone, language), when_of(about, edition.zone, language)
    types = ("، " if language == "ar" else ", ").join(dict.fromkeys(_types(scope, language)))
    lines = [
        letter.rehearsal if about.rehearsal else "",
        letter.opening.format(name=name.in_(language) if name else "", known=known),
        "", f"{letter.happened}:",
        letter.kind.format(kind=words.kinds[Kind(about.kind)], when=when),
        tell["description"], *([letter.data.format(data=types)] if types else []),
        "", f"{letter.risks}:", tell["risks"],
        "", f"{letter.measures}:", tell["measures_taken"], tell.get("measures_planned", ""),
        "", f"{letter.advice}:", tell["advice"],
        "", f"{letter.contact}:", *(_contact(line, language) for line in contacts_of(controller, language) or []),
        letter.own_page.format(authority=edition.authority.name.in_(language)),
    ]  # fmt: skip
    whole = "\n".join(lines).strip().replace("\n\n\n", "\n\n")
    return "\n".join(marked_line(line, way) for line in whole.split("\n"))


def _contact(line: str, language: Language) -> str:
    """Keep a telephone number in its order among Arabic lines."""
    return in_text(Number(line), DIRECTIONS[language]) if line.startswith("+") else line


def _types(scope: Scope, language: Language) -> list[str]:
    words = words_in(language)
    skipped = ("people", "destroyed_since", "unmapped", "away")
    return [label_of(line.category, words) for line in scope.lines if line.category not in skipped]


def _short(about: Incident, controller: Controller, edition: Edition, language: Language) -> str:
    words, name = words_in(language).notice, controller.legal_name
    told = words.short.format(
        name=name.in_(language) if name else "", known=day(about.known_at, edition.zone, language),
        contact=" ".join(_reached(controller)),
    )  # fmt: skip
    return f"{words.rehearsal}: {told}" if about.rehearsal else told


def _reached(controller: Controller) -> Iterator[str]:
    """Give the page where people ask, and the number of the officer, or else the controller's own."""
    channel, dpo, contacts = controller.privacy_channel, controller.dpo, controller.contacts
    if where := (channel and (channel.url or channel.email)) or (contacts and contacts.email):
        yield where
    if number := (dpo and dpo.phone) or (contacts and contacts.phone):
        yield in_short(number)
