"""Cut a cell of telephone numbers into pieces of one number each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from include.intake.normalise.phone_labels import LETTER, cut_at_labels, only_labels
from include.intake.normalise.phone_shapes import swapped
from include.intake.normalise.phones import Number, compact, read_number
from include.intake.normalise.text import clean

__all__ = ["Piece", "counts_on", "pieces"]

MARK = "\ue000"
TO = "to|till|until|إلى|الى|حتى|لغاية"
MANY = r"\d{1,6}(?:\s*[/,،\-–]\s*\d{2,5}(?![\s\-.]*\d))*"
EXTENSION = re.compile(
    r"(?:(?<=[\d)])[\s,;\-–/(\[.]*(?:x|#|ext?(?:n|en|ension)?\.?)"
    r"|[\s,;\-–/(\[]*(?:\bext(?:n|en|ension)?\b\.?|تحويل[ةه]|داخلي|وصلة))"
    rf"\s*(?:رقم|no\.?)?[\s:.=\-]*({MANY})(?!\d)[\s)\]]*"
    r"|[\s,]*\(\s*(\d{1,6})\s*(?:ext\.?|تحويل[ةه])\s*\)",
    re.I,
)
TOLD_APART = re.compile(r"\d+")
HOUR = r"\d{1,2}(?::\d\d)?\s*(?:am|pm|a\.m\.?|p\.m\.?|ص|م)(?![^\W\d_])"
ASIDE = re.compile(
    rf"[(\[]?\s*(?<!\d)(?:\d{{1,2}}\s*(?:lines?|خطوط|خط|hours?|hrs?|ساعة|ساعات)(?![^\W\d_])"
    rf"|{HOUR}(?:\s*(?:-|–|{TO})\s*{HOUR})?)\s*[)\]]?",
    re.I,
)
COUNTED = re.compile(r"(?:^|(?<=\s))\(?[1-9١-٩]\s*[-.)]\s+(?=[+(]?\d{5})")
SEPARATOR = re.compile(
    r"\s*[\r\n\t;|,،؛]+\s*"
    r"|\s+[-–—]+\s+"
    r"|\s*[/\\~]\s*"
    r"|\s*&\s*"
    rf"|\s+(?:أو|او|or|and|و|{TO})\s+"
    r"| {2,}(?=[+(\[]{0,2}\d)"  # before words it is a slip: who is named there is named beside the number
    r"|(?<=\S)\s+(?=\+\d)|(?<=\d{5})(?=\+\d)",
    re.I,
)
WORD_FOR_TO = re.compile(rf"~|{TO}", re.I)
SUFFIX = re.compile(r"(\d{6,})[-\u2010-\u2015](\d{1,4}|\d{6,})(?!\d|-\d)")


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a cell, its extensions, and the separator before it: `to` for a range, `--` for a bare hyphen."""

    text: str
    separator: str
    extensions: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Piece({len(self.text)} signs)"


def pieces(given: str, region: str | None) -> Iterator[Piece]:
    """Cut a cell at its separators, its labels and its extensions; put together what belongs to one number."""
    if LETTER.search(given) or "#" in given:
        given = ASIDE.sub(" ", given)
        given = EXTENSION.sub(_marked, given)
        given = cut_at_labels(given)
    if COUNTED.match(given):
        given = COUNTED.sub("\n", given)
    given = swapped(given, region)
    cut = (part for piece in _cut(given) for part in _counted_on(piece, region))
    yield from _joined(_labelled(cut), region)


def counts_on(given: str, region: str | None) -> bool:
    """Say whether a hyphen counts on to a second number, and does not merely group the digits of one."""
    suffix = SUFFIX.search(given)
    return suffix is not None and isinstance(read_number(compact(given[: suffix.end(1)]), region), Number)


def _marked(match: re.Match[str]) -> str:
    extensions = " ".join(TOLD_APART.findall(clean(match[1] or match[2])))
    return f"{MARK}{extensions};"


def _cut(text: str) -> Iterator[Piece]:
    at, separator = 0, ""
    for match in [*SEPARATOR.finditer(text), None]:
        part, _, extensions = text[at : match.start() if match else len(text)].strip().partition(MARK)
        if part or extensions:
            yield Piece(part.strip(), separator, tuple(extensions.split()))
            separator = ""
        if match:
            sign = match[0].strip().casefold()
            at, separator = match.end(), _kind_of(sign) or separator or " "


def _kind_of(sign: str) -> str:
    if WORD_FOR_TO.fullmatch(sign):
        return "to"
    return "-" if sign and not sign.strip("-–—") else sign


def _counted_on(piece: Piece, region: str | None) -> Iterator[Piece]:
    """Cut a piece at the hyphen that counts on from a number (`4623000-5`)."""
    suffix = SUFFIX.search(piece.text)
    if suffix is None or not isinstance(read_number(compact(piece.text[: suffix.end(1)]), region), Number):
        yield piece
        return
    yield Piece(piece.text[: suffix.end(1)], piece.separator)
    yield Piece(piece.text[suffix.start(2) :], "--", piece.extensions)


def _labelled(cut: Iterable[Piece]) -> list[Piece]:
    """Put labels that a separator cut off, and words before or behind a hyphen or a stroke, beside their number."""
    kept: list[Piece] = []
    held: list[Piece] = []
    for piece in cut:
        if not _has_digit(piece.text):
            held.append(piece)
            continue
        own = [words for words in held if _belongs(words, piece.separator)]
        kept.extend(words for words in held if not _belongs(words, piece.separator))
        kept.append(_together(*own, piece))
        held = []
    for words in held:
        if kept and _has_digit(kept[-1].text) and _belongs(words, words.separator):
            kept[-1] = _together(kept[-1], words)
        else:
            kept.append(words)
    return kept


def _belongs(words: Piece, separator: str) -> bool:
    return not words.text or separator in ("-", "/") or only_labels(words.text)


def _together(*parts: Piece) -> Piece:
    text = " ".join(part.text for part in parts if part.text)
    extensions = tuple(extension for part in parts for extension in part.extensions)
    return Piece(text, parts[0].separator, extensions)


def _has_digit(text: str) -> bool:
    return any(map(str.isdecimal, text))


def _joined(cut: Iterable[Piece], region: str | None) -> Iterator[Piece]:
    """Put a country or area code that a separator cut off back before its number."""
    held: Piece | None = None
    for piece in cut:
        if held is not None:
            whole = f"{held.text} {piece.text}"
            if isinstance(read_number(compact(whole), region), Number) or _is_prefix(whole):
                piece = Piece(whole, held.separator, piece.extensions)
            else:
                yield held
        held = piece if _is_prefix(piece.text) and not piece.extensions else None
        if held is None:
            yield piece
    if held is not None:
        yield held


def _is_prefix(text: str) -> bool:
    return text[:1] in "+0(٠۰" and 0 < sum(map(str.isdecimal, text)) <= 6
