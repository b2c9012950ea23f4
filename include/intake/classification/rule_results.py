"""Decide samples and hash every decision: code that gives the same hashes as before counts as the same rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from include.intake.classification.labels import LabelledNames, read_labels
from include.intake.classification.many_names import classify_names
from include.intake.classification.model import ListingFacts
from include.intake.classification.name_samples import made_up
from include.intake.classification.point_evaluation import point_outcomes
from include.intake.classification.rules import decide
from include.intake.classification.sharing import SHARING, beside_others
from include.intake.normalise import Reading, read_cell

__all__ = ["MADE_UP", "results_of"]

MADE_UP = "made_up"
EACH = 750
"""Listings of each kind and script."""
REGIONS = ("SA", "EG", "AE", "JO", "NP", "US")
# Numbers of no one: runs of zeros in each shape that a directory writes.
NUMBERS = (
    "+966 50 000 0011", "011 000 0012", "920000001", "800 000 0013", "0100 000 0014", "19000", "+971 50 000 0015",
    "(06) 500 0016", "01-5000017", "(202) 555-0100", "966500000018", "١١٠٠٠٠٠١٩", "+44 20 7946 0000", "123", "-",
)  # fmt: skip
WRITTEN = (
    "{0}", "Tel: {0} / Mob: {1}", "{0} ext 12", "{0} (Fahad Saleh)", "هاتف {0}، جوال {1}", "{0}/12", "{0}-15",
    "{0}-4", "فاكس {0}", "المدير {0}", "{0}; {1}",
)  # fmt: skip
MEANS = (None, None, None, "mobile", "fax", "personal")
MAILBOXES = (
    "info@{0}.example", "{0}@gmail.com", "{0}.{1}@{2}.example", "{1}@{0}.example", "sales{3}@{0}.example",
    "{0}_{1}@hotmail.com", "{0} [at] {1} [dot] example", "ceo@{0}{1}.example", "{0}", "info@gmail.com; {1}@{0}.example",
)  # fmt: skip
SITES = (
    "www.{0}.example", "https://{0}{1}.example/about", "facebook.com/{0}.{1}", "linkedin.com/in/{0}-{1}",
    "linkedin.com/company/{0}", "instagram.com/{0}", "{0}", "https://wa.me/966500000011",
)  # fmt: skip
ADDRESSES = (
    "مكتب 12 شارع العليا، الرياض", "P.O. Box 12, Riyadh", "الرياض", "Villa 12, Al Olaya", "شقة 3، حي النزهة، جدة", "-",
    "Unit 7, 12 King Fahd Road", "بجوار مسجد الحي",
)  # fmt: skip


def results_of(files: Iterable[Path] = ()) -> dict[str, str]:
    """Hash the decisions on made-up listings, and by the shipped weights on each of these files of labels.

    Raises LabelsUnreadable.
    """
    found = {MADE_UP: _hash(_made_up())}
    for file in files:
        labels = read_labels(file)
        if isinstance(labels, LabelledNames):
            found[labels.hash] = _hash(classify_names(labels.names))
        else:
            found[labels.hash] = _hash((each.row, each.said, each.score) for each in point_outcomes(labels, None))
    return found


def _hash(results: Iterable[Any]) -> str:
    digest = sha256()
    for result in results:
        digest.update(repr(result).encode() + b"\x00")
    return digest.hexdigest()


def _made_up() -> Iterator[Any]:
    names = [name for name, _ in made_up(EACH)]
    yield from classify_names(names)
    for at, name in enumerate(names):
        readings = tuple(_readings(at, name))
        persons = (names[at - 1],) if at % 3 == 0 else ()
        kind = "partner" if at % 5 == 0 else "public_directory"
        yield from map(_told, readings)
        for decision in decide(ListingFacts((name,), persons, source_kind=kind), readings):
            yield decision
            yield beside_others(decision.reasons, (SHARING[at % len(SHARING)],), decision.score)


def _readings(at: int, name: str) -> Iterator[Reading]:
    again = at // len(NUMBERS)  # so that every number is written in every way, and in every region
    region = _one(REGIONS, again // len(WRITTEN))
    numbers = NUMBERS[at % len(NUMBERS)], NUMBERS[(at * 7 + 3) % len(NUMBERS)]
    words = [word for word in name.casefold().split() if word.isascii() and word.isalnum()] or ["alnoor"]
    spoken = (words[0], words[-1], "".join(words), at)
    yield from read_cell("phone", _one(WRITTEN, again).format(*numbers), region, _one(MEANS, at // 7))
    yield from read_cell("email", _one(MAILBOXES, at).format(*spoken), region)
    yield from read_cell("website", _one(SITES, at).format(*spoken), region)
    yield from read_cell("address", _one(ADDRESSES, at), region)
    yield from read_cell("person", name, region)


def _one(known: tuple[Any, ...], at: int) -> Any:
    return known[at % len(known)]


def _told(reading: Reading) -> tuple[Any, ...]:
    return (
        reading.kind,
        reading.value,
        reading.normalised,
        reading.number_type,
        sorted(reading.traits),
        reading.unparsed,
        reading.country,
        reading.detail,
        reading.beside,
    )
