"""What a person is told of their request, in both languages, theirs first: extension, refusal, answer (LAW 6.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, RootModel

from include.channels import OutgoingMessage
from include.duties.letter.brief import about, brief, message_of
from include.duties.letter.dates import complaint_period, day
from include.duties.requests.actions import name_of_right
from include.duties.rights.grounds import Ground
from include.duties.rights.model import Address, Kept, Standing
from include.law import Controller, edition_named, load_strict

__all__ = [
    "OUTCOMES", "WORDED", "answer_letter", "extension_letter", "lift_letter", "lines_of", "outcome_in_words",
    "refusal_letter", "withdrawal_letter",
]  # fmt: skip


VERSIONS = {"request_refused": 2, "request_answered": 2}
"""Versions of templates; of the others the first."""


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    greeting: str
    about: str
    about_shared: str
    shared: dict[str, str]
    page: str
    privacy: str
    complaint: str
    within: str
    extension: dict[str, str]
    refusal: dict[str, str]
    answer: dict[str, str]
    withdrawal: dict[str, str]
    lift: dict[str, str]
    ways: dict[str, str]
    kept: str
    kept_until: str
    kept_open: str
    codes: dict[str, str]
    outcomes: dict[str, str]


class _Languages(RootModel[dict[str, _Words]]):
    """The words by language."""


@cache
def _words() -> dict[str, _Words]:
    return load_strict(Path(__file__).with_name("words.yml"), _Languages).root


def extension_letter(
    request: Standing, reason: Ground, due: datetime, controller: Controller, to: Address, at: datetime
) -> OutgoingMessage:
    """Write the notice of an extension: the new day and why. After the first period it does not go out any more."""

    def say(words: _Words, language: str) -> tuple[str, list[str]]:
        until = day(due, edition_named(request.edition).zone, language)
        text = words.extension["text"].format(due=until, reason=reason.in_(language), article=reason.article)
        return words.extension["subject"], [text]

    first = request.first_due_at
    return _letter("request_extended", request, say, controller, to, at, expires=first, owed_by=first)


def refusal_letter(
    request: Standing, ground: Ground, controller: Controller, to: Address, at: datetime, *, freed: bool = False
) -> OutgoingMessage:
    """Write a refusal: on which ground, by which article, and where to complain (IR 3(2), Law 34).

    `freed`: what the request held back is used again afterwards.
    """

    def say(words: _Words, language: str) -> tuple[str, list[str]]:
        text = words.refusal["text"].format(reason=ground.in_(language), article=ground.article)
        return words.refusal["subject"], [text, *([words.refusal["freed"]] if freed else [])]

    return _letter("request_refused", request, say, controller, to, at, whole=not to.shared, owed_by=request.due_at)


def withdrawal_letter(
    request: Standing, through: str, controller: Controller, to: Address, at: datetime
) -> OutgoingMessage:
    """Write that a request was taken back, how that was heard, and what to do if it is not so."""

    def say(words: _Words, language: str) -> tuple[str, list[str]]:
        heard = day(at, edition_named(request.edition).zone, language)
        text = words.withdrawal["text"].format(through=words.ways[through], heard=heard)
        mistake = words.withdrawal["mistake"].format(reference=request.reference, **about(controller, language))
        return words.withdrawal["subject"], [text, mistake]

    return _letter("request_withdrawn", request, say, controller, to, at)


def lift_letter(
    request: Standing, reason: Ground, controller: Controller, to: Address, at: datetime
) -> OutgoingMessage:
    """Write that what the request held back is used again from now on, and why (IR 7(1))."""

    def say(words: _Words, language: str) -> tuple[str, list[str]]:
        text = words.lift["text"].format(reason=reason.in_(language), article=reason.article)
        return words.lift["subject"], [text, words.lift["again"]]

    return _letter("restriction_lifted", request, say, controller, to, at, whole=not to.shared)


def outcome_in_words(outcome: str, language: str) -> str | None:
    """Say what became of an answered request; None for what has no words."""
    return _words()["en" if language == "en" else "ar"].outcomes.get(outcome)


def answer_letter(
    request: Standing, outcome: str, kept: Iterable[Kept], controller: Controller, to: Address, at: datetime
) -> OutgoingMessage:
    """Write the answer: what was done, what was kept, by which article and until when."""
    stays = tuple(kept)

    def say(words: _Words, language: str) -> tuple[str, list[str]]:
        left = [words.kept, *(_kept(each, words, request, language) for each in stays)] if stays else []
        return words.answer["subject"], [words.outcomes[outcome], *left]

    return _letter("request_answered", request, say, controller, to, at, whole=not to.shared, owed_by=request.due_at)


def _kept(kept: Kept, words: _Words, request: Standing, language: str) -> str:
    what = words.codes[kept.code].format(count=kept.count)
    if kept.until is None:
        return words.kept_open.format(what=what, article=kept.article)
    until = day(kept.until, edition_named(request.edition).zone, language)
    return words.kept_until.format(what=what, article=kept.article, until=until)


def _letter(
    kind: str,
    request: Standing,
    say: Callable[[_Words, str], tuple[str, list[str]]],
    controller: Controller,
    to: Address,
    at: datetime,
    *,
    whole: bool = True,
    expires: datetime | None = None,
    owed_by: datetime | None = None,
) -> OutgoingMessage:
    """Write a letter, `owed_by` the end of the clock that asks for it.

    A contact that is somebody else's too is told no right, and where it is not `whole` nothing.
    """

    def sayable(words: _Words, language: str) -> tuple[str, list[str]]:
        if whole:
            return say(words, language)
        read = words.page.format(portal=controller.portal) if controller.portal else ""
        lines = [words.shared["text"], *([read] if read else []), words.shared["ask"]]
        return words.shared["subject"], [line.format(**about(controller, language)) for line in lines]

    said = {language: _whole(request, sayable, controller, language, to) for language in ("ar", "en")}
    written, recipient = brief(said, request.language), (to.value, to.channel)
    template = f"{kind}/{VERSIONS.get(kind, 1)}"
    return message_of(written, uuid4(), kind, recipient, template, at=at, until=expires, owed_by=owed_by)


def _whole(
    request: Standing,
    say: Callable[[_Words, str], tuple[str, list[str]]],
    controller: Controller,
    language: str,
    to: Address,
) -> tuple[str, list[str]]:
    words, edition = _words()[language], edition_named(request.edition)
    subject, lines = say(words, language)
    period = complaint_period(edition, language)
    values = {
        "reference": request.reference,
        "right": name_of_right(request.right, language),
        "received": day(request.received_at, edition.zone, language),
        "authority": edition.authority.name.in_(language),
        "within": words.within.format(period=period) if period else "",
        **about(controller, language),
    }
    ends = [words.complaint.format(**values), words.privacy.format(**values), values["name"]]
    opening = words.about_shared if to.shared else words.about
    return subject.format(**values), [words.greeting, opening.format(**values), *lines, *ends]


def lines_of(letter: str, language: str) -> tuple[str, list[str]]:
    """Give subject and lines of a letter of `WORDED`, with names in braces where values stand."""
    words = _words()[language]
    said: dict[str, str] = getattr(words, letter)
    complaint = words.complaint.replace("{within}", words.within)
    text = said.get("text", "{outcome}")
    after = [said[name] for name in ("mistake", "again") if name in said]
    return said["subject"], [words.greeting, words.about, text, *after, complaint, words.privacy, "{name}"]


WORDED = {
    f"{kind}/{VERSIONS.get(kind, 1)}": letter
    for kind, letter in {
        "request_extended": "extension", "request_refused": "refusal", "request_answered": "answer",
        "request_withdrawn": "withdrawal", "restriction_lifted": "lift",
    }.items()
}  # fmt: skip
"""Which words a template has, in the version in which it is written here."""


OUTCOMES: tuple[str, ...] = tuple(_words()["en"].outcomes)
"""What can become of a request that is answered, as codes."""
