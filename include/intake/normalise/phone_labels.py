"""Know the words beside a number: what they declare of it, and which of them are no label."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from include.intake.normalise.lexicon import HERE, lexicon
from include.intake.normalise.text import clean, squeeze

__all__ = ["LETTER", "cut_at_labels", "is_label", "labels_of", "only_labels"]

LETTER = re.compile(r"[^\W\d_]")
WORDS = re.compile(r"[^\W\d_]+(?:[ '’.\-][^\W\d_]+)*")
JOINED = ("و", "ال", "وال", "لل")
"""What stands joined before an Arabic word: and, the, for the."""
DIGIT = re.compile(r"\d")
BEHIND = re.compile(r"[\s).:\]]*")
CLOSING = re.compile(r"[,;|،؛\n)\]]|\s[/–-]\s")


def labels_of(text: str) -> tuple[str | None, str]:
    """Give what the labels of a piece declare (`declared_fax`), and the words beside it that are no label."""
    if not LETTER.search(text):
        return None, ""
    means, words = None, []
    for word in " ".join(WORDS.findall(squeeze(text))).split():
        parts = [part for part in word.split(".") if part]
        declared = [declares(part) for part in parts]
        if None in declared:
            words.append(word)
            continue
        means = means or next((f"declared_{label}" for label in declared if label != "phone"), None)
    return means, " ".join(words)


def is_label(word: str) -> bool:
    """Say whether a word is a label, whatever it declares."""
    return declares(word) is not None


def only_labels(text: str) -> bool:
    """Say whether a piece without digits is made of labels."""
    return bool(LETTER.search(text)) and not labels_of(text)[1]


def cut_at_labels(text: str) -> str:
    """Break a text into lines where a label begins the next number, or ends its own where labels stand behind.

    Labels stand behind where the text begins with a number and ends with a label (`A (tel) B (fax)`).
    """
    labels = list(label_pattern().finditer(text))
    if not labels:
        return text
    behind = DIGIT.search(text, 0, labels[0].start()) and not DIGIT.search(text, labels[-1].end())
    cut = {_end_of(text, label) if behind else label.start() for label in labels if behind or _opens(text, label)}
    edges = [0, *sorted(cut), len(text)]
    return "\n".join(text[start:end] for start, end in pairwise(edges) if start < end)


def _opens(text: str, label: re.Match[str]) -> bool:
    """Say whether a label is of the number behind it: nothing that ends a piece stands between them."""
    number = DIGIT.search(text, label.end())
    before = text[: label.start()].rstrip(" (")
    return (
        number is not None
        and bool(before)
        and before[-1].isdecimal()
        and not CLOSING.search(text, label.end(), number.start())
    )


def _end_of(text: str, label: re.Match[str]) -> int:
    behind = BEHIND.match(text, label.end())
    return behind.end() if behind else label.end()


def declares(word: str) -> str | None:
    """Give what a label declares (`phone` declares nothing); None for a word that is no label."""
    table = label_words()
    word = clean(word).casefold().strip(".'’-")
    found = table.get(word)
    if found is None and not word.isascii():
        bare = (word.removeprefix(joined) for joined in JOINED if word.startswith(joined))
        found = next((table[rest] for rest in bare if len(rest) > 1 and rest in table), None)
    return found


@cache
def label_words() -> dict[str, str]:
    """Read the labels that people write before a number, each with what it declares."""
    table = lexicon(HERE / "phone_labels.yml")
    return {word.casefold(): label for label, words in table.items() for word in words.split()}


@cache
def label_pattern() -> re.Pattern[str]:
    """Match a label as a whole word, joined to the digits beside it or not."""
    longest_first = sorted(label_words(), key=len, reverse=True)
    joined = "(?:" + "|".join(sorted(JOINED, key=len, reverse=True)) + ")?"
    return re.compile(rf"(?<![^\W\d_]){joined}(?:{'|'.join(map(re.escape, longest_first))})(?![^\W\d_])", re.I)
