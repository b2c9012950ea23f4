"""Read a cell of telephone numbers: several numbers, ranges, extensions, labels, and names beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from include.intake.normalise.phone_labels import LETTER, labels_of
from include.intake.normalise.phone_pieces import Piece, counts_on, pieces
from include.intake.normalise.phone_shapes import is_date, no_number, refused, unusual
from include.intake.normalise.phones import SCIENTIFIC, Number, compact, complete, lines_between, read_number
from include.intake.normalise.placeholders import is_placeholder
from include.intake.normalise.reading import Reading
from include.intake.normalise.text import TATWEEL, visible

__all__ = ["phone_reading", "read_phones"]

PLAIN = re.compile(r"\+?(?:\([0-9]{2,4}\) ?)?[0-9](?:[0-9().]|[ -](?=[0-9(]))*")
LIST = re.compile(r"[,;|/،؛\n]")
ELSEWHERE = re.compile(r"(?:https?:/|www\.)\S+|[^\s,;|<>()\[\]/]+@[^\s,;|<>()\[\]/]+", re.I)
RANGES = frozenset({"to", "-", "--"})
Found = tuple[Reading, Number | None]


def read_phones(text: str, region: str | None) -> tuple[Reading, ...]:
    """Read every number of a cell. A piece that is none becomes an unparsed reading with its reason.

    A range of up to ten lines (`4623000-5`) is all of them, a longer one its first and its last; mobiles in a row are
    several persons' and no range.
    """
    given = visible(text)
    found = _plain(given, region)
    if found is not None:
        return (phone_reading(given, found),)
    listed = _listed(given, region)
    if listed:
        return listed
    reason = no_number(given)
    if reason:
        return (Reading("phone", given, None, unparsed=reason),)
    cell = given.replace(TATWEEL, "")
    others: list[Reading] = []
    if "@" in cell or "www." in cell.casefold() or "://" in cell:
        others = [Reading("phone", link, None, unparsed="not_a_number") for link in ELSEWHERE.findall(cell)]
        cell = ELSEWHERE.sub(";", cell)
    readings = [*_numbers(cell, region), *others]
    return (replace(readings[0], value=given),) if len(readings) == 1 else tuple(readings)


def _plain(given: str, region: str | None) -> Number | None:
    """Read the usual cell: one number, whose signs only group its digits."""
    if not given.isdecimal() and not _groups(given, region) and not SCIENTIFIC.fullmatch(given):
        return None
    found = read_number(compact(given), region)
    return found if isinstance(found, Number) else None


def _groups(given: str, region: str | None) -> bool:
    """Say whether the signs among the digits part no numbers and make no date."""
    if not PLAIN.fullmatch(given) or (given[0] != "+" and is_date(given)):
        return False
    return "-" not in given or not counts_on(given, region)


def _listed(given: str, region: str | None) -> tuple[Reading, ...]:
    """Read the next usual cell: several whole numbers, parted by one sign each; none where it is not so simple."""
    parts = [part.strip() for part in LIST.split(given)]
    numbers = [_plain(part, region) for part in parts] if len(parts) > 1 and all(map(PLAIN.fullmatch, parts)) else []
    whole = [number for number in numbers if number is not None and number.trait is None]
    if not numbers or len(whole) < len(numbers):
        return ()
    return tuple(phone_reading(part, number) for part, number in zip(parts, whole, strict=True))


def phone_reading(value: str, number: Number, extension: str | None = None, words: str = "") -> Reading:
    """Make the reading of a valid number."""
    means, beside = labels_of(words)
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


def _numbers(given: str, region: str | None) -> list[Reading]:
    readings: list[Reading] = []
    before: Number | None = None
    for piece in pieces(given, region):
        ends = piece.separator in RANGES and not LETTER.search(piece.text)
        for reading, number in _read_piece(piece, region, before):
            if ends and before and number and readings[-1].normalised == before.e164:
                reading = _ranged(readings, before, reading, number)
            ends = False
            if number and number.trait == "completed" and readings and not _declared(reading):
                reading = replace(reading, traits=reading.traits | _declared(readings[-1]))
            readings.append(reading)
            before = number or before
    return readings


def _ranged(readings: list[Reading], before: Number, reading: Reading, number: Number) -> Reading:
    """Take what stands between the two ends of a range in, and mark all of it; give the last one."""
    between = lines_between(before, number)
    if between is None:
        return reading
    first = readings[-1] = replace(readings[-1], traits=readings[-1].traits | {"range"})
    readings.extend(
        replace(phone_reading(line.e164, line), traits=_declared(first) | {"range"}, beside=first.beside)
        for line in between
    )
    return replace(reading, traits=(reading.traits - {"completed"}) | _declared(first) | {"range"})


def _declared(reading: Reading) -> frozenset[str]:
    return frozenset(trait for trait in reading.traits if trait.startswith("declared_"))


def _read_piece(piece: Piece, region: str | None, before: Number | None) -> Iterator[Found]:
    text, extensions = piece.text, piece.extensions or (None,)
    value = f"{text} ext. {' '.join(piece.extensions)}" if piece.extensions else text
    if is_placeholder(text) and not piece.extensions:
        return
    found = refused(text) or _number(text, region, piece, before)
    run = [] if isinstance(found, Number) else _run(text, region)
    if isinstance(found, Number):
        words = "" if found.trait == "vanity" else text
        yield from ((phone_reading(value, found, extension, words), found) for extension in extensions)
        return
    for part, number in run[:-1]:
        yield phone_reading(part, number, words=part), number
    for part, number in run[-1:]:
        yield from ((phone_reading(part, number, extension, part), number) for extension in extensions)
    if not run:
        means, beside = labels_of(text)
        traits = {trait for trait in (means, "extension" if piece.extensions else None) if trait}
        yield Reading("phone", value, None, None, frozenset(traits), found, None, extensions[0], beside or None), None


def _number(text: str, region: str | None, piece: Piece, before: Number | None) -> Number | str:
    digits = compact(text)
    if not digits:
        return no_number(text) or "not_a_number"
    found = read_number(digits, region)
    if isinstance(found, Number) or found == "short_code":
        return found
    if piece.separator and before and found != "too_long":
        completed = complete(digits, before, piece.separator)
        if isinstance(completed, Number):
            return completed
    shortened = piece.separator and len(digits) <= 4
    return unusual(text, region) or ("shortened" if shortened else found)


def _run(text: str, region: str | None) -> list[tuple[str, Number]]:
    """Read numbers that only a space keeps apart; all of the run must be numbers, or none is taken."""
    words = text.split()
    if not 2 <= len(words) <= 12 or refused(text):
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
