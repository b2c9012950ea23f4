"""The words by which names are told apart, folded and indexed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import NamedTuple

from include.intake.classification.weighing import KNOWLEDGE
from include.intake.classification.word_lists import known_as
from include.intake.normalise.lexicon import lexicon, words_of
from include.intake.normalise.names import fold

__all__ = ["Vocabulary", "Word", "bare", "vocabulary", "word"]

# «و» (and), «ب» (with), «ل» (for) and the article are written together with the word that they stand before.
PREFIXES = ("وال", "بال", "ولل", "كال", "لل", "ال", "و", "ل", "ب")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Sets of folded words."""

    given: frozenset[str]
    shared: frozenset[str]
    """Given names that are words of the language, too: they count for less."""
    family: frozenset[str]
    activity: frozenset[str]
    common: frozenset[str]
    institution: frozenset[str]
    function: frozenset[str]
    memorial: frozenset[str]
    person: dict[str, frozenset[str]] = field(hash=False)
    """The groups of person_words.yml."""


def _folded(entry: str) -> frozenset[str]:
    return frozenset(fold(listed) for listed in words_of(entry))


def _is_surname(text: str) -> bool:
    """Say whether many persons are called as a trade is (Price, Mills): the word says less than others."""
    known = known_as(text)
    return max(known.given, known.family) > RARE


RARE = 1
"""The level in the lists up to which a name is one that hardly anybody has."""


@cache
def vocabulary() -> Vocabulary:
    """Read and fold the words once."""
    given_names = lexicon(KNOWLEDGE / "given_names.yml")
    organisation = {key: _folded(entry) for key, entry in lexicon(KNOWLEDGE / "organisation_words.yml").items()}
    family = frozenset().union(*map(_folded, lexicon(KNOWLEDGE / "family_names.yml").values()))
    shared = _folded(given_names["shared"])
    given = frozenset().union(*(_folded(entry) for key, entry in given_names.items() if key != "shared"))
    shared |= given & organisation["weak"]
    surnames = frozenset(text for text in organisation["strong"] if text.isascii() and _is_surname(text))
    common = (
        organisation["weak"]
        | surnames
        | ((organisation["strong"] | organisation["institution"]) & (given | family | shared))
    )
    return Vocabulary(
        given=given - shared,
        shared=shared,
        family=family,
        activity=organisation["strong"] - common,
        common=common,
        institution=organisation["institution"] - common,
        function=organisation["functions"],
        memorial=organisation["memorial"],
        person={key: _folded(entry) for key, entry in lexicon(KNOWLEDGE / "person_words.yml").items()},
    )


@lru_cache(maxsize=1 << 15)
def bare(text: str) -> tuple[str, ...]:
    """Give a word and, in Arabic script, what is left of it without article and prefixes.

    A single letter is taken off long words only: elsewhere it is more often the word's own.
    """
    if text.isascii():
        return (text,)
    left = (text[len(p) :] for p in PREFIXES if text.startswith(p) and len(text) - len(p) >= (2 if len(p) > 1 else 4))
    return (text, *left)


class Word(NamedTuple):
    """What is known of one word of a name."""

    given: bool
    shared: bool
    servant: bool
    """Of the pattern «servant of …» (عبدالرحمن, Abdulrahman)."""
    family: bool
    nisba: bool
    """An Arabic name of descent or place (العتيبي)."""
    activity: bool
    common: bool
    institution: bool
    for_trade: bool
    """«للمقاولات»: for a trade."""
    function: bool


@lru_cache(maxsize=1 << 16)
def word(text: str) -> Word:
    """Say what is known of one folded word, with and without its Arabic prefixes."""
    known, forms = vocabulary(), bare(text)
    servant = len(text) > 6 and text.startswith(("عبدال", "abdul", "abdel", "abdal"))
    given, shared = text in known.given, text in known.shared
    article = ("al", "el") if text.isascii() else ("ال",)
    return Word(
        given=given,
        shared=shared,
        servant=servant,
        family=text in known.family or (text.startswith(article) and len(text) > 4 and text[2:] in known.family),
        nisba=text.startswith("ال") and text.endswith("ي") and len(text) >= 5,
        activity=not known.activity.isdisjoint(forms),
        common=not given and not shared and not known.common.isdisjoint(forms),
        institution=not known.institution.isdisjoint(forms),
        for_trade=text.startswith("لل") and len(text) >= 5,
        function=text in known.function and text not in ("&", "+"),
    )
