"""What the documents of a breach say by themselves, in both languages: neither may lack a word that the other has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from include.documents import Language
from include.duties.breach.model import Block, Deferral, Delay, Element, Kind, Reason
from include.law import load_strict

__all__ = ["LANGUAGES", "Words", "label_of", "words_in"]

FOLDER = Path(__file__).with_name("words")
LANGUAGES: tuple[Language, ...] = ("ar", "en")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Notice(_Part):
    """The letter to somebody concerned (IR 24(5)), heading by heading."""

    subject: str
    rehearsal: str
    opening: str
    happened: str
    kind: str
    data: str
    risks: str
    measures: str
    advice: str
    contact: str
    own_page: str
    short: str


class Words(_Part):
    """One language."""

    title: str
    supplement: str
    rehearsal: str
    headings: dict[str, str]
    first: str
    supplement_no: str
    filed_as: str
    blocks: dict[Block, str]
    elements: dict[str, str]
    kinds: dict[Kind, str]
    when: str
    when_open: str
    known: str
    at_processor: str
    categories: dict[str, str]
    subjects: str
    destroyed: dict[str, str]
    estimated: str
    unmapped: str
    data_type: str
    own_register: str
    no_data: str
    of_people: str
    of_records: str
    labels: dict[str, str]
    people_told: dict[str, str]
    reasons: dict[Reason, str]
    deferrals: dict[Deferral, str]
    delays: dict[Delay, str]
    contact: dict[str, str]
    notice: Notice


@cache
def words_in(language: Language) -> Words:
    """Give the words of a language. Raises BrokenYaml where one is missing."""
    return load_strict(FOLDER / f"{language}.yml", Words)


def label_of(category: str, words: Words) -> str:
    """Name a kind of contact point, or a data category by the longest part of it that has a name."""
    while category not in words.labels:
        category = category.rpartition(".")[0]
        if not category:
            return words.labels["user"]
    return words.labels[category]


def gaps(told: Mapping[Language, Words] | None = None) -> tuple[str, ...]:
    """Name what a language lacks that the documents need; nothing where the templates are whole.

    `told` is what is looked at, our own words without it. A gap is a text that is empty, at any depth, a part that the
    law names, or a text that only the other language has.
    """
    found = list[str]()
    told = told or {language: words_in(language) for language in LANGUAGES}
    texts = {language: dict(_texts(words.model_dump(mode="json"))) for language, words in told.items()}
    every = sorted({place for each in texts.values() for place in each})
    for language, words in told.items():
        for name, wanted in (
            ("blocks", Block), ("elements", Element), ("kinds", Kind), ("reasons", Reason),
            ("deferrals", Deferral), ("delays", Delay),
        ):  # fmt: skip
            has = {str(key) for key, value in getattr(words, name).items() if value.strip()}
            found += [f"{language}.{name}.{each}" for each in wanted if each.value not in has]
        found += [f"{language}.{place}" for place in every if not texts[language].get(place, "").strip()]
    return tuple(dict.fromkeys(found))


def _texts(part: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Give every text with where it stands: `notice.subject`, `labels.user.name`."""
    if isinstance(part, str):
        yield place, part
        return
    for name, inner in part.items():
        yield from _texts(inner, f"{place}.{name}" if place else name)
