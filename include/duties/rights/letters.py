"""What a person is told of their request, in both languages, theirs first: extension, refusal, answer (LAW 6.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, RootModel

from include.channels import Channel, OutgoingMessage
from include.duties.letter.brief import about, brief
from include.duties.letter.dates import complaint_period, day
from include.duties.notice.calendar import HOME
from include.duties.requests.actions import name_of_right
from include.duties.rights.grounds import Ground
from include.duties.rights.model import Kept, Standing
from include.law import Controller, edition_named, load_strict

__all__ = ["OUTCOMES", "Address", "answer_letter", "extension_letter", "lines_of", "refusal_letter"]

Address = tuple[str, Channel]
"""Where a letter goes, and over which channel."""


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    greeting: str
    about: str
    privacy: str
    complaint: str
    within: str
    extension: dict[str, str]
    refusal: dict[str, str]
    answer: dict[str, str]
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

    return _letter("request_extended", request, say, controller, to, at, expires=request.first_due_at)


def refusal_letter(
    request: Standing, ground: Ground, controller: Controller, to: Address, at: datetime
) -> OutgoingMessage:
    """Write a refusal: on which ground, by which article, and where to complain (IR 3(2), Law 34)."""

    def say(words: _Words, language: str) -> tuple[str, list[str]]:
        text = words.refusal["text"].format(reason=ground.in_(language), article=ground.article)
        return words.refusal["subject"], [text]

    return _letter("request_refused", request, say, controller, to, at)


def answer_letter(
    request: Standing, outcome: str, kept: Iterable[Kept], controller: Controller, to: Address, at: datetime
) -> OutgoingMessage:
    """Write the answer: what was done, what was kept, by which article and until when."""
    stays = tuple(kept)

    def say(words: _Words, language: str) -> tuple[str, list[str]]:
        left = [words.kept, *(_kept(each, words, request, language) for each in stays)] if stays else []
        return words.answer["subject"], [words.outcomes[outcome], *left]

    return _letter("request_answered", request, say, controller, to, at)


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
    expires: datetime | None = None,
) -> OutgoingMessage:
    said = {language: _whole(request, say, controller, language) for language in ("ar", "en")}
    written, (recipient, channel) = brief(said, request.language), to
    by_mail = channel is Channel.EMAIL
    return OutgoingMessage(
        id=uuid4(),
        kind=kind,
        channel=channel,
        recipient=recipient,
        subject=written.subject if by_mail else None,
        text=written.text,
        html=written.html if by_mail else None,
        language=written.language,
        template=f"{kind}/1",
        jurisdiction=HOME,
        not_before=at,
        expires_at=expires,
    )


def _whole(
    request: Standing,
    say: Callable[[_Words, str], tuple[str, list[str]]],
    controller: Controller,
    language: str,
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
    return subject.format(**values), [words.greeting, words.about.format(**values), *lines, *ends]


def lines_of(letter: str, language: str) -> tuple[str, list[str]]:
    """Give subject and lines of `extension`, `refusal` or `answer`, with names in braces where values stand."""
    words = _words()[language]
    said: dict[str, str] = getattr(words, letter)
    complaint = words.complaint.replace("{within}", words.within)
    text = said.get("text", "{outcome}")
    return said["subject"], [words.greeting, words.about, text, complaint, words.privacy, "{name}"]


OUTCOMES: tuple[str, ...] = tuple(_words()["en"].outcomes)
"""What can become of a request that is answered, as codes."""
