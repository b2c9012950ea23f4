"""Take a cell of telephone numbers apart: several numbers, extensions, labels, and names beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from include.intake.normalise.lexicon import HERE, lexicon
from include.intake.normalise.phones import SCIENTIFIC, Number, compact, complete, read_number
from include.intake.normalise.placeholders import is_placeholder
from include.intake.normalise.reading import Reading
from include.intake.normalise.text import clean, squeeze, visible

__all__ = ["phone_reading", "read_phones"]

PLAIN = re.compile(r"\+?[0-9](?:[0-9().]|[ -](?=[0-9(]))*")
EXTENSION_WORD = r"(?:\bext(?:ension|en|n)?\b\.?|\bext(?=\d)|(?<=[\d\s)])x(?=[\s.:]*\d)|#|تحويلة|تحويله|داخلي|وصلة)"
EXTENSION = re.compile(rf"[\s,;\-–/(\[]*(?:{EXTENSION_WORD}|(?<=\d)ext\.?)[\s:.=\-]*(\d{{1,6}})(?!\d)[\s)\]]*", re.I)
WORDED = re.compile(r"[^\W\d_]|#")
MARK = "\ue000"
SEPARATOR = re.compile(
    r"\s*[\r\n\t;|,،؛]+\s*"
    r"|\s+[-–—]+\s+"
    r"|\s*[/\\]\s*"
    r"|\s*&\s*"
    r"|\s+(?:أو|او|or|and|و)\s+"
    r"| {2,}"
    r"|(?<=\S)\s+(?=\+\d)|(?<=\d{5})(?=\+\d)",
    re.I,
)
LINK = re.compile(r"(?:https?://|www\.)\S+", re.I)
SUFFIX = re.compile(r"(?P<number>\d{6,})-(?P<suffix>\d{1,3})(?!\d)")
LETTERS = re.compile(r"[^\W\d_]+(?:[ '’.\-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a cell and the separator that stands before it."""

    text: str
    separator: str


def read_phones(text: str, region: str | None) -> tuple[Reading, ...]:
    """Read every number of a cell. A piece that is none becomes an unparsed reading with its reason."""
    given = visible(text)
    if PLAIN.fullmatch(given) and not _counts_on(given, region):
        found = read_number(compact(given), region)
        if isinstance(found, Number):
            return (phone_reading(given, found),)
    if SCIENTIFIC.fullmatch(clean(given)):
        return (Reading("phone", given, None, unparsed="scientific_notation"),)
    readings = [Reading("phone", link, None, unparsed="not_a_number") for link in LINK.findall(given)]
    before: Number | None = None
    for piece in _joined(tuple(_pieces(LINK.sub(";", given) if readings else given)), region):
        for reading, number in _read_piece(piece, region, before):
            readings.append(reading)
            before = number or before
    return (replace(readings[0], value=given),) if len(readings) == 1 else tuple(readings)


def phone_reading(value: str, number: Number, extension: str | None = None, words: str = "") -> Reading:
    """Make the reading of a valid number."""
    means, beside = _labels(words)
    traits = {trait for trait in (number.trait, means, "extension" if extension else None) if trait}
    return Reading(
        kind="phone",
        value=value,
        normalised=number.e164,
        number_type=number.type,
        traits=frozenset(traits),
        country=number.country,
        detail=extension,
        beside=beside or None,
    )


def _counts_on(given: str, region: str | None) -> bool:
    """Say whether a hyphen counts on to a second number, and does not merely group the digits of one."""
    suffix = SUFFIX.search(given) if "-" in given else None
    return suffix is not None and isinstance(read_number(compact(given[: suffix.end("number")]), region), Number)


def _pieces(given: str) -> Iterator[Piece]:
    marked = EXTENSION.sub(lambda match: f"{MARK}{clean(match[1])};", given) if WORDED.search(given) else given
    marked = SUFFIX.sub(r"\g<number>/\g<suffix>", marked)
    at, separator = 0, ""
    for match in SEPARATOR.finditer(marked):
        if marked[at : match.start()].strip():
            yield Piece(marked[at : match.start()].strip(), separator)
            separator = ""
        at, separator = match.end(), match[0].strip() or separator or " "
    if marked[at:].strip():
        yield Piece(marked[at:].strip(), separator)


def _joined(pieces: tuple[Piece, ...], region: str | None) -> Iterator[Piece]:
    """Put a country or area code that a separator cut off back before its number."""
    held: Piece | None = None
    for piece in pieces:
        if held is not None:
            whole = f"{held.text} {piece.text}"
            if isinstance(read_number(compact(whole.partition(MARK)[0]), region), Number) or _is_prefix(whole):
                piece = Piece(whole, held.separator)
            else:
                yield held
        held = piece if _is_prefix(piece.text) else None
        if held is None:
            yield piece
    if held is not None:
        yield held


def _is_prefix(text: str) -> bool:
    return text[:1] in "+0(٠۰" and 0 < sum(map(str.isdecimal, text)) <= 6 and MARK not in text


def _read_piece(piece: Piece, region: str | None, before: Number | None) -> Iterator[tuple[Reading, Number | None]]:
    text, _, extension = piece.text.partition(MARK)
    value = f"{text} ext. {extension}" if extension else text
    if is_placeholder(text) and not extension:
        return
    found = _number(text, region, piece, before)
    if isinstance(found, Number):
        yield phone_reading(value, found, extension or None, text), found
        return
    run = _run(text, region)
    if run:
        for part, number in run:
            yield phone_reading(part, number, (extension or None) if part == run[-1][0] else None), number
        return
    means, beside = _labels(text)
    traits = frozenset({means} if means else ())
    yield Reading("phone", value, None, traits=traits, unparsed=found, beside=beside or None), None


def _number(text: str, region: str | None, piece: Piece, before: Number | None) -> Number | str:
    digits = compact(text)
    if not digits:
        return "scientific_notation" if SCIENTIFIC.fullmatch(clean(text)) else "not_a_number"
    found = read_number(digits, region)
    if isinstance(found, Number) or not piece.separator or found in ("too_long", "short_code"):
        return found
    completed = complete(digits, before, piece.separator) if before else "shortened"
    return completed if isinstance(completed, Number) or len(digits) <= 4 else found


def _run(text: str, region: str | None) -> list[tuple[str, Number]]:
    """Read numbers that only a space keeps apart; all of the run must be numbers, or none is taken."""
    words = text.split()
    if not 2 <= len(words) <= 12:
        return []
    best: list[list[tuple[str, Number]] | None] = [[]] + [None] * len(words)
    for end in range(1, len(words) + 1):
        for start in range(end):
            head = best[start]
            if head is None:
                continue
            part = " ".join(words[start:end])
            found = read_number(compact(part), region)
            shorter = best[end] is None or len(head) + 1 < len(best[end] or ())
            if isinstance(found, Number) and shorter:
                best[end] = [*head, (part, found)]
    return best[-1] or []


def _labels(text: str) -> tuple[str | None, str]:
    """Give what a label in the cell declares (mobile, fax, …), and the words beside it that are no label."""
    if not WORDED.search(text):
        return None, ""
    means, words = None, []
    labels = label_words()
    for word in " ".join(LETTERS.findall(squeeze(text))).split():
        label = labels.get(word.casefold().strip(".'’-"))
        if label is None:
            words.append(word)
        else:
            means = means or (f"declared_{label}" if label != "phone" else None)
    return means, " ".join(words)


@cache
def label_words() -> dict[str, str]:
    """Read the labels that people write before a number, each with what it declares."""
    table = lexicon(HERE / "phone_labels.yml")
    return {word.casefold(): label for label, words in table.items() for word in words.split()}
