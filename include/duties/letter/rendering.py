"""How the letter is written: words filled with values, once as HTML and once as plain text, both languages in each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from include.duties.letter.content import Part, SectionText, runs_of, values
from include.duties.letter.filling import Form, filled, layout
from include.duties.letter.model import Letter, NoticeFacts
from include.duties.letter.rules import missing_elements
from include.duties.letter.words import Words, words_in
from include.errors import NeverRetry
from include.law import Controller, Edition

__all__ = ["SHORT_AT_MOST", "TEMPLATE", "IncompleteNotice", "render", "short_text", "with_blanks"]

TEMPLATE = "source_notice/3"
"""Changes with every change of the words or the layout: the proof of sending says which text a person was given."""
SHORT_AT_MOST = 600
SHORTEST_NAME = 24


class IncompleteNotice(NeverRetry):
    """Raise for a notice that lacks elements of the law: it is not to be sent."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__("the notice lacks elements, fill them in in the controller's profile: " + "; ".join(missing))
        self.missing = missing


def render(controller: Controller, edition: Edition, facts: NoticeFacts) -> Letter:
    """Write the notice about data from elsewhere, in both languages, the subject's first (IR 4(3), LAW 6.1).

    Raises IncompleteNotice (a NeverRetry) naming every element that is missing.
    """
    _refuse_incomplete(controller, edition, facts)
    told = {language: values(controller, edition, facts, language) for language in facts.languages}
    subjects = " | ".join(words_in(language).subject for language in facts.languages)
    return Letter(
        subject=f"{subjects} [{facts.reference}]",
        text=layout("source_notice.txt.j2").render(parts=_parts(told, "text")),
        html=layout("source_notice.html.j2").render(parts=_parts(told, "html")),
        template=TEMPLATE,
        language=facts.languages[0],
    )


def short_text(controller: Controller, edition: Edition, facts: NoticeFacts) -> str:
    """Write the form for SMS and WhatsApp: who, whence, what for, and where the whole notice stands; both languages.

    At most 600 characters; names that are too long for that are cut, addresses and the reference never.
    Raises IncompleteNotice (a NeverRetry) for whatever the whole notice would lack.
    """
    _refuse_incomplete(controller, edition, facts)
    for longest in range(SHORT_AT_MOST, SHORTEST_NAME - 1, -4):
        text = "\n\n".join(_short(controller, edition, facts, language, longest) for language in facts.languages)
        if len(text) <= SHORT_AT_MOST:
            break
    return text


def with_blanks(
    controller: Controller,
    edition: Edition,
    facts: NoticeFacts,
    blanks: Mapping[str, Mapping[str, Any]],
    *,
    short: bool = False,
) -> str:
    """Write a notice's text with blanks, by language, in place of what only its reader was told: it is sent to nobody.

    Raises IncompleteNotice (a NeverRetry) naming every element that is missing.
    """
    _refuse_incomplete(controller, edition, facts)
    told = {each: {**values(controller, edition, facts, each), **blanks[each]} for each in facts.languages}
    if short:
        return "\n\n".join(_short_of(said, language, SHORT_AT_MOST) for language, said in told.items())
    return layout("source_notice.txt.j2").render(parts=_parts(told, "text"))


def _refuse_incomplete(controller: Controller, edition: Edition, facts: NoticeFacts) -> None:
    if missing := missing_elements(controller, edition, facts):
        raise IncompleteNotice(missing)


def _short(controller: Controller, edition: Edition, facts: NoticeFacts, language: str, longest: int) -> str:
    return _short_of(values(controller, edition, facts, language), language, longest)


def _short_of(told: Mapping[str, Any], language: str, longest: int) -> str:
    words = words_in(language)
    purpose = words.comma.join(each["text"] for each in told["purposes"])
    cut = {
        "legal_name": _cut(told["legal_name"], longest),
        "source_title": _cut(told["source_title"], longest),
        "purpose": _cut(purpose, longest),
        "privacy": told["page"] or told["privacy"]["url"] or told["privacy"]["email"],
    }
    return _filled("short", words, words.short, {**told, **cut}).strip()


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _parts(told: Mapping[str, dict[str, Any]], form: Form) -> list[Part]:
    return [_part(said, language, form) for language, said in told.items()]


def _part(told: dict[str, Any], language: str, form: Form) -> Part:
    words = words_in(language)
    return Part(
        language=language,
        direction=words.direction,
        title=words.title,
        opening=tuple(line for run in runs_of(_lines(form, words, words.opening, told)) for line in run.lines),
        sections=tuple(section for section in _sections(told, words, form) if section.runs),
        closing=_filled(form, words, words.closing, told).strip(),
    )


def _sections(told: dict[str, Any], words: Words, form: Form) -> Iterator[SectionText]:
    for section in words.sections:
        yield SectionText(section.heading, runs_of(_lines(form, words, section.body, told)))


def _lines(form: Form, words: Words, template: str, told: dict[str, Any]) -> list[str]:
    return list(_filled(form, words, template, told).splitlines())


def _filled(form: Form, words: Words, template: str, told: dict[str, Any]) -> str:
    return filled(form, words.direction, template, told)
