"""Take other people out of what was written: names that are held, and every mailbox and number of somebody else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

__all__ = ["Redactor", "grams_of"]

MAILBOX = re.compile(r"[^\s@<>,;:()\"'«»]+@[^\s@<>,;:()\"'«»]+\.[^\W\d_]{2,}")
NUMBER = re.compile(r"[+\d٠-٩۰-۹](?:[\s().\-\u2010\u2011\u2013/]*[\d٠-٩۰-۹]){8,}")
"""Nine digits and more: a day or an amount has fewer."""
WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
LONGEST_NAME = 4
ENOUGH = 3
"""Letters of a part of a name that is looked for alone."""
JOINED = "وفبلك"
"""Letters that Arabic writes at the beginning of the word that they go with."""
TAIL = 9
"""Digits by which a number is known, however it is written."""


def grams_of(text: str) -> Iterator[str]:
    """Give what could be a whole name in a text: two to four words that follow each other, in small letters."""
    words = [(found.start(), found.end()) for found in WORD.finditer(text)]
    for first in range(len(words)):
        for last in range(first + 1, min(first + LONGEST_NAME, len(words))):
            if text[words[last - 1][1] : words[last][0]].strip():
                break
            gram = " ".join(text[begin:end].lower() for begin, end in words[first : last + 1])
            yield gram
            if gram[0] in JOINED:
                yield gram[1:]


class Redactor:
    """Knows what is a person's own, and takes the rest out. `mark` stands where something was."""

    def __init__(self, own: Iterable[str], mark: str) -> None:
        self._own = {_plain(value) for value in own if value}
        self._own_words = {word.lower() for value in own for word in WORD.findall(value or "")}
        self._own_tails = {tail for value in own if (tail := _tail(value or ""))}
        self.mark, self.taken = mark, 0

    def know(self, value: Any) -> None:
        """Take a value that is their own into what is."""
        if isinstance(value, str) and value:
            self._own.add(_plain(value))
            self._own_words |= {word.lower() for word in WORD.findall(value)}
            if tail := _tail(value):
                self._own_tails.add(tail)

    def is_own(self, value: Any) -> bool:
        """Say whether a value is theirs, whoever's row it stands in."""
        if not isinstance(value, str):
            return False
        return _plain(value) in self._own or bool((tail := _tail(value)) and tail in self._own_tails)

    def clean(self, text: str, names: Iterable[str] = (), others: Iterable[str] = ()) -> str:
        """Return a text without other people: of their `names` each part goes, of what else is `others'` the whole."""
        text = MAILBOX.sub(self._unless_own, text)
        text = NUMBER.sub(self._unless_own, text)
        for other in _longest_first(others):
            text = self._without(text, [other])
        for name in _longest_first(names):
            parts = [word for word in WORD.findall(name) if len(word) >= ENOUGH and word.lower() not in self._own_words]
            text = self._without(text, [name, *parts])
        return text

    def instead(self) -> str:
        """Give what stands where something was left out, and count it."""
        return self._taken()

    def _without(self, text: str, said_so: Iterable[str]) -> str:
        for said in dict.fromkeys(each for each in said_so if not self.is_own(each)):
            pattern = r"\s+".join(map(re.escape, said.split()))
            text = re.sub(
                rf"(?<!\w)([{JOINED}]?){pattern}(?!\w)", self._but_the_first_letter, text, flags=re.IGNORECASE
            )
        return text

    def _unless_own(self, found: re.Match[str]) -> str:
        return found[0] if self.is_own(found[0]) else self._taken()

    def _but_the_first_letter(self, found: re.Match[str]) -> str:
        return found[1] + self._taken()

    def _taken(self) -> str:
        self.taken += 1
        return self.mark


def held_among(grams: Sequence[str], asking: Callable[[Sequence[str]], set[str]], at_once: int = 5_000) -> set[str]:
    """Ask which of these are names that are held, so many at once."""
    found = set[str]()
    for start in range(0, len(grams), at_once):
        found |= asking(grams[start : start + at_once])
    return found


def _longest_first(given: Iterable[str]) -> list[str]:
    return sorted({each.strip() for each in given if each.strip()}, key=lambda each: (-len(each), each))


def _plain(value: str) -> str:
    return " ".join(value.split()).casefold()


def _tail(value: str) -> str | None:
    """Give the last digits of what is a number and nothing else."""
    bare = re.sub(r"[\s().\-\u2010\u2011\u2013/+]", "", value)
    return "".join(str(int(sign)) for sign in bare)[-TAIL:] if bare.isdecimal() and len(bare) >= TAIL else None
