"""The names of many listings: what each is, what it makes of its listing, and whether it is a contact point itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

import polars as pl

from include.intake.classification import (
    Decision,
    Klass,
    ListingFacts,
    NameDecision,
    NameKind,
    classify_name,
    classify_names,
)
from include.intake.classification.listing import DIRECTORIES, Standing, standing, standing_of_one
from include.intake.contracts import Field
from include.intake.listings.cells import Cells

__all__ = ["Names", "listed_names", "names_of"]

OF_ORGANISATIONS = frozenset({"company_listing", "organisation_listing"})
"""Another name of the listing says that it is an organisation's."""
CONTACTS = ("phone", "email", "website")

Decided = tuple[str, NameDecision]


@dataclass(frozen=True, slots=True)
class Names:
    """Row by row, the names with what each is (a contact's where the listing has none), and the listing's standing."""

    decided: tuple[tuple[Decided, ...], ...] = field(repr=False)
    standings: tuple[Standing, ...] = field(repr=False)
    known: dict[str, NameDecision] = field(repr=False)
    """What each name is that stands in a column of names."""

    def listing(self) -> Iterator[NameDecision]:
        """Take each listing's name; where it has two (Arabic and English), the one that says most of a person."""
        nameless = classify_name("")
        for names in self.decided:
            if len(names) == 1:
                yield names[0][1]
            else:
                decided = [decision for _, decision in names] or [nameless]
                yield max(decided, key=lambda name: (name.holds_person, name.score))


def names_of(cells: Cells, points: pl.DataFrame) -> Names:
    """Decide the names of every row; `points` are its contact points, with the persons among them."""
    columns = [cells.column(name).to_list() for name in cells.contract.named(Field.ORGANISATION)]
    beside = points.filter(pl.col("kind") == "person").group_by("row", maintain_order=True).agg("value")
    persons = {row: tuple(values) for row, values in beside.iter_rows()}
    listed = [name for name in dict.fromkeys(chain(*columns)) if name is not None]
    known = dict(zip(listed, classify_names(listed), strict=True))
    decided, standings = [], []
    for row, given in enumerate(zip(*columns, strict=True) if columns else [()] * cells.height):
        names = tuple([(name, known[name]) for name in given if name is not None])
        contacts = persons.get(row, ())
        standings.append(_standing(names, contacts, cells.contract.kind))
        decided.append(names or tuple((name, classify_name(name)) for name in contacts))
    return Names(tuple(decided), tuple(standings), known)


def _standing(names: tuple[Decided, ...], contacts: tuple[str, ...], kind: str) -> Standing:
    if len(names) == 1 and not contacts:
        return standing_of_one(*names[0], directory=kind in DIRECTORIES)
    return standing(ListingFacts(tuple(name for name, _ in names), contacts, source_kind=kind))


def listed_names(
    cells: Cells, names: Names, points: pl.DataFrame, classes: pl.Series
) -> Iterator[tuple[str, dict[int, Decision]]]:
    """Find the names that are contact points themselves: alone, the name of somebody is personal data too.

    Gives for each column of names the rows with what is decided of theirs. `points` are the rows' other contact
    points, `classes` theirs: where one of them is a person's, the name is known as theirs and nothing is found. A name
    that is unclear is left too where the listing is taken for an organisation's: by its other name, or by contacts that
    are business in a column of businesses, where nothing in the name speaks for a person.
    """
    theirs = set(points["row"].filter(classes != Klass.BUSINESS.value))
    reached = set(points["row"].filter(points["kind"].is_in(CONTACTS)))
    for column in cells.contract.named(Field.ORGANISATION):
        found: dict[int, Decision] = {}
        for row, cell in enumerate(cells.column(column)):
            name = None if cell is None or row in theirs else names.known[cell]
            if name is not None and _somebody(name, names.standings[row], reached=row in reached):
                person = name.kind is NameKind.PERSON and not name.holds_person
                klass = Klass.PERSONAL if person else Klass.UNDETERMINED
                found[row] = Decision(klass, name.score, name.reasons)
        yield column, found


def _somebody(name: NameDecision, about: Standing, *, reached: bool) -> bool:
    if name.kind is NameKind.PERSON or name.holds_person:
        return True
    firm = bool(about.codes & OF_ORGANISATIONS) or (reached and "organisation_column" in about.codes)
    return name.kind is NameKind.UNDETERMINED and not firm
