"""A listing's own name as a contact point, where it is or may be a person's: alone it is personal data too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from include.intake.classification import Decision, Klass, ListingFacts, NameDecision, NameKind, classify_name
from include.intake.classification.listing import standing
from include.intake.contracts import Column
from include.intake.normalise import Reading, read_cell

__all__ = ["read_listed_names"]

OF_ORGANISATIONS = frozenset({"company_listing", "organisation_listing"})
"""Another name of the listing says that it is an organisation's."""
CONTACTS = ("phone", "email", "website")


def read_listed_names(
    cells: Iterable[tuple[str, Column, str]],
    facts: ListingFacts,
    points: tuple[tuple[str, Reading, Decision], ...],
    region: str | None,
) -> Iterator[tuple[str, Reading, Decision]]:
    """Read and decide the names of a listing that reaches nobody but an organisation: is somebody behind the name?

    `points` are its other contact points: where one of them is a person's, the name is known as theirs and nothing is
    read. A name that is unclear is left too where the listing is taken for an organisation's: by its other name, or by
    contacts that are business in a column of businesses, where nothing in the name speaks for a person.
    """
    if any(why.klass is not Klass.BUSINESS for _, _, why in points):
        return
    codes = standing(facts).codes
    reached = any(reading.kind in CONTACTS for _, reading, _ in points)
    firm = bool(codes & OF_ORGANISATIONS) or (reached and "organisation_column" in codes)
    for column, mapping, cell in cells:
        name = classify_name(cell)
        if mapping.field != "organisation" or not _somebody(name, firm):
            continue
        person = name.kind is NameKind.PERSON and not name.holds_person
        decision = Decision(Klass.PERSONAL if person else Klass.UNDETERMINED, name.score, name.reasons)
        for reading in read_cell("person", cell, region, language=mapping.language):
            if reading.unparsed is None:
                yield column, reading, decision


def _somebody(name: NameDecision, firm: bool) -> bool:
    return name.kind is NameKind.PERSON or name.holds_person or (name.kind is NameKind.UNDETERMINED and not firm)
