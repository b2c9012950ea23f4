"""Cut a cell of telephone numbers into pieces of one number each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from include.intake.normalise.phone_labels import LETTER, cut_at_labels, only_labels
from include.intake.normalise.phone_shapes import swapped
from include.intake.normalise.phones import Number, compact, read_number
from include.intake.normalise.text import clean

__all__ = ["Piece", "counts_on", "pieces"]

MARK = "\ue000"
TO = "to|till|until|إلى|الى|حتى|لغاية"
MANY = r"\d{1,6}(?:\s*[/,،\-–]\s*\d{2,5}(?!\d))*"
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
    r"| {2,}"
    r"|(?<=\S)\s+(?=\+\d)|(?<=\d{5})(?=\+\d)",
    re.I,
)
WORD_FOR_TO = re.compile(rf"~|{TO}", re.I)
SUFFIX = re.compile(r"(\d{6,})-(\d{1,4}|\d{6,})(?!\d|-\d)")


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
    given = swapped(COUNTED.sub("\n", given), region)
    cut = (part for piece in _cut(given) for part in _counted_on(piece, region))
    yield from _joined(_labelled(tuple(cut)), region)


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
    suffix = SUFFIX.search(piece.text) if "-" in piece.text else None
    if suffix is None or not isinstance(read_number(compact(piece.text[: suffix.end(1)]), region), Number):
        yield piece
        return
    yield Piece(piece.text[: suffix.end(1)], piece.separator)
    yield Piece(piece.text[suffix.start(2) :], "--", piece.extensions)


def _labelled(cut: tuple[Piece, ...]) -> Iterator[Piece]:
    """Put labels that a separator cut off, and words before a hyphen or a stroke, back beside their number."""
    held: Piece | None = None
    last: Piece | None = None
    for piece in cut:
        if held is not None:
            joins = only_labels(held.text) or not held.text or piece.separator in ("-", "/")
            if joins and _has_digit(piece.text):
                piece = Piece(f"{held.text} {piece.text}", held.separator, held.extensions + piece.extensions)
            elif joins and not _has_digit(piece.text) and piece.text:
                held = replace(held, text=f"{held.text} {piece.text}")
                continue
            elif last is not None:
                yield last
                last = held
            else:
                last = held
            held = None
        if not _has_digit(piece.text):
            held = piece
            continue
        if last is not None:
            yield last
        last = piece
    yield from _ended(last, held)


def _ended(last: Piece | None, held: Piece | None) -> Iterator[Piece]:
    """Give the last number, with the words behind it that are its own."""
    if last is not None and held is not None and _has_digit(last.text):
        if only_labels(held.text) or not held.text or held.separator in ("-", "/"):
            last = Piece(f"{last.text} {held.text}".strip(), last.separator, last.extensions + held.extensions)
            held = None
    yield from (piece for piece in (last, held) if piece is not None)


def _has_digit(text: str) -> bool:
    return any(map(str.isdecimal, text))


def _joined(cut: Iterator[Piece], region: str | None) -> Iterator[Piece]:
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
