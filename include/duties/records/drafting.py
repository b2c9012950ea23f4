"""Draft the factual parts of the published privacy notice: what is known is written out, what is missing is named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from include.duties.letter.bidi import marked_line
from include.duties.letter.dates import complaint_period, request_period
from include.duties.letter.filling import layout
from include.duties.letter.words import words_in as letter_words
from include.duties.records.gathering import EMPLOYEES, WITHOUT_PURPOSE
from include.duties.records.model import LANGUAGES, Activity, Facts, Finding, Item, Where
from include.duties.records.processing import receivers
from include.duties.records.rules import in_words
from include.duties.records.sheets import (
    basis_words,
    category_words,
    kept_words,
    labelled,
    named,
    people_words,
    purpose_words,
    transfer_lines,
)
from include.duties.records.words import Words, words_in
from include.law.wording import FullWording, Wording

__all__ = ["Draft", "draft"]

FOLDER = Path(__file__).with_name("templates")
LACKING = {
    "controller": (Item.CONTROLLER, Item.OFFICER),
    "purposes": (Item.PURPOSES, Item.CATEGORIES),
    "retention": (Item.RETENTION,),
    "recipients": (Item.RECIPIENTS,),
    "transfers": (Item.TRANSFERS,),
    "storage": (Item.SECURITY,),
}
"""Which items of the record each section is made of: what the record lacks, the section lacks."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the lines under it."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One language of the draft."""

    language: str
    direction: str
    title: str
    note: str
    sections: tuple[Section, ...]

    def marked(self, line: str) -> str:
        """Give a line of plain text the mark that its direction needs."""
        return marked_line(line, self.direction)


@dataclass(frozen=True, slots=True)
class Draft:
    """The draft, in both forms, and how often something is missing in it."""

    text: str
    html: str
    missing: int


def draft(facts: Facts, found: Sequence[Finding], languages: Sequence[str] = LANGUAGES) -> Draft:
    """Draft the notice in these languages from what the registers are made from (Law 12, 13; LAW NOT-01 to NOT-05)."""
    parts = [_page(facts, found, language) for language in languages]
    mark = [words_in(part.language).draft.missing.partition("{{")[0].strip() for part in parts]
    missing = sum(
        line.startswith(sign)
        for part, sign in zip(parts, mark, strict=True)
        for section in part.sections
        for line in section.lines
    )
    return Draft(
        text=layout("draft.txt.j2", FOLDER).render(parts=parts),
        html=layout("draft.html.j2", FOLDER).render(parts=parts, signs=mark) + "\n",
        missing=missing,
    )


def _page(facts: Facts, found: Sequence[Finding], language: str) -> Page:
    words = words_in(language)
    told = words.draft
    legal_name = _said(facts.controller.legal_name, language) or words.say(told.missing, what="legal_name")
    written = {
        "controller": _controller(facts, words, language),
        "sources": _sources(facts, words, language),
        "purposes": _purposes(facts, words, language),
        "retention": _retention(facts, words, language),
        "recipients": _recipients(facts, words, language),
        "transfers": _transfers(facts, words, language),
        "storage": _storage(facts, words, language),
        "destruction": _or_missing(facts.file.destruction, "destruction", words, language),
        "rights": _rights(facts, words, language),
        "contact": _contact(facts, words, language),
    }
    return Page(
        language=language,
        direction=words.direction,
        title=words.say(told.title, name=legal_name),
        note=words.say(told.note, day=facts.day.isoformat()),
        sections=tuple(
            Section(heading, (*written[name], *_lacking(found, name, words))) for name, heading in told.sections.items()
        ),
    )


def _lacking(found: Sequence[Finding], section: str, words: Words) -> Iterator[str]:
    """Name what the section lacks, in the section itself."""
    items = LACKING.get(section, ())
    lacks = (in_words(each, words) for each in found if each.register == "record" and each.item in items)
    for what in dict.fromkeys(lacks):
        yield words.say(words.draft.missing, what=what)


def _activities(facts: Facts) -> Iterator[Activity]:
    """Give the activities that people outside the company are told of."""
    for activity in facts.activities:
        outside = any(table != EMPLOYEES for holding in activity.holdings for table in holding.people)
        if activity.key != WITHOUT_PURPOSE and outside:
            yield activity


def _controller(facts: Facts, words: Words, language: str) -> Iterator[str]:
    profile, told = facts.controller, words.draft.controller
    contacts = profile.contacts
    lines = {
        "legal_name": _said(profile.legal_name, language),
        "registration": profile.registration,
        "address": _said(contacts.address, language) if contacts else None,
        "policy": profile.policy,
    }
    for name, said in lines.items():
        if said:
            yield words.say("{{ name }}: {{ said }}", name=told[name], said=said)


def _sources(facts: Facts, words: Words, language: str) -> Iterator[str]:
    kinds = letter_words(language).source_kinds
    for contract in facts.contracts:
        title = contract.title.ar if language == "ar" else contract.title.en
        case = contract.basis.case
        basis = words.among(words.bases, case) if case else words.say(words.draft.missing, what="basis.case")
        yield words.say(words.draft.source, title=title, kind=kinds[contract.kind], basis=basis)
    direct = [holding for each in facts.activities for holding in each.holdings if holding.where is Where.SYSTEM]
    if direct:
        yield words.say(words.draft.from_you, labels=words.comma.join(category_words(direct, words)))


def _purposes(facts: Facts, words: Words, language: str) -> Iterator[str]:
    for activity in _activities(facts):
        yield words.say(
            words.draft.purpose,
            purpose=purpose_words(facts, activity.key, words, language),
            bases=basis_words(activity.holdings, words) or words.say(words.draft.missing, what=activity.key),
            labels=words.comma.join(category_words(activity.holdings, words)),
            people=words.comma.join(people_words(facts, activity.holdings, words, language)),
        )


def _retention(facts: Facts, words: Words, language: str) -> Iterator[str]:
    for activity in _activities(facts):
        purpose = purpose_words(facts, activity.key, words, language)
        for labels, kept in _kept_of(activity, words, language):
            yield words.say(words.draft.kept, purpose=purpose, labels=words.comma.join(labels), kept=kept)


def _kept_of(activity: Activity, words: Words, language: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give each period of an activity once, with all the categories that are kept so long."""
    found = dict[str, list[str]]()
    for holding in activity.holdings:
        for period in holding.periods:
            kept = kept_words(period.kept, words, language, own=holding.where is Where.OWN)
            found.setdefault(kept, []).extend(labelled(period.categories, words))
    for kept, labels in found.items():
        if kept:
            yield tuple(dict.fromkeys(labels)), kept


def _recipients(facts: Facts, words: Words, language: str) -> Iterator[str]:
    known = receivers(facts)
    if facts.said is not None and not known:
        yield words.draft.nobody
    for each in known.values():
        yield named(each, words, language)


def _transfers(facts: Facts, words: Words, language: str) -> Iterator[str]:
    if said := _said(facts.controller.transfers, language):
        yield said
    yield from transfer_lines(facts, words, language)


def _storage(facts: Facts, words: Words, language: str) -> Iterator[str]:
    yield from _or_missing(facts.file.storage, "storage", words, language)
    yield from (measure.in_(language) for measure in facts.file.security)


def _or_missing(said: FullWording | None, field: str, words: Words, language: str) -> tuple[str, ...]:
    return (said.in_(language) if said else words.say(words.draft.missing, what=f"{field}, AMANAH_RECORDS"),)


def _rights(facts: Facts, words: Words, language: str) -> Iterator[str]:
    yield from words.draft.rights.splitlines()
    requests = facts.edition.requests
    if period := request_period(facts.edition, language):
        extension = bool(requests.extension_days or requests.extension_months)
        yield words.say(words.draft.answer, period=period, extension=extension)
    if said := _said(facts.controller.rights, language):
        yield said


def _contact(facts: Facts, words: Words, language: str) -> Iterator[str]:
    told, profile = words.draft.controller, facts.controller
    channel, officer = profile.privacy_channel, profile.dpo
    for name in ("email", "url", "phone"):
        if channel and (value := getattr(channel, name)):
            yield words.say("{{ name }}: {{ said }}", name=told[name], said=value)
    if officer and officer.appointed:
        said = words.comma.join(line for line in (officer.name, officer.email, officer.phone) if line)
        yield words.say("{{ name }}: {{ said }}", name=told["officer"], said=said)
    elif officer:
        yield words.draft.officer_none
    if not channel or not (channel.email or channel.url):
        yield words.say(words.draft.missing, what="privacy_channel")
    authority, period = facts.edition.authority.name.in_(language), complaint_period(facts.edition, language)
    yield words.say(words.draft.complaint, authority=authority, period=period)


def _said(wording: Wording | FullWording | None, language: str) -> str | None:
    return wording.in_(language) if wording else None
