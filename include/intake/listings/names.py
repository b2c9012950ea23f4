"""The names of many listings: what each is, what it makes of its listing, and whether it is a contact point itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from include.intake.classification import Decision, Klass, NameDecision, NameKind, NamesDecided, decide_names
from include.intake.classification.listing import DIRECTORIES
from include.intake.classification.standings import ENTRIES, Standings, standings_of
from include.intake.contracts import Field
from include.intake.listings.cells import Cells

__all__ = ["Names", "listed_names", "names_of"]

OF_ORGANISATIONS = frozenset({"company_listing", "organisation_listing"})
"""Another name of the listing says that it is an organisation's."""
CONTACTS = ("phone", "email", "website")


@dataclass(frozen=True, slots=True)
class Names:
    """The distinct names, those of each listing (a contact's where it has none itself), and the listings' standings."""

    texts: pl.Series = field(repr=False)
    decided: NamesDecided = field(repr=False)
    columns: Mapping[str, pl.Series] = field(repr=False)
    """By column of names, which of `texts` is in each row."""
    listed: pl.DataFrame = field(repr=False)
    """By `row`, in the order of the columns, which `name` of `texts` there is."""
    standings: Standings = field(repr=False)

    def each(self) -> Iterator[tuple[int, str, NameDecision]]:
        """Give every name of every listing: the row, the text, what it is."""
        for row, name in self.listed.iter_rows():
            yield row, self.texts[name], self.decided.one(name)

    def of_listings(self, height: int) -> pl.DataFrame:
        """Say of each listing what its name is; of two (Arabic and English), the one that says most of a person."""
        told = self.decided.frame().select(pl.all().gather(self.listed["name"])).with_columns(self.listed["row"])
        if told["row"].is_duplicated().any():
            told = told.sort("row", "holds_person", "score", descending=[False, True, True], maintain_order=True)
            told = told.unique("row", keep="first", maintain_order=True)
        rows = pl.DataFrame({"row": pl.int_range(height, dtype=pl.UInt32, eager=True)})
        told = rows.join(told, on="row", how="left", maintain_order="left")
        return told.with_columns(
            pl.col("kind").fill_null(NameKind.UNDETERMINED.value), pl.col("holds_person").fill_null(False)
        )


def names_of(cells: Cells, points: pl.DataFrame) -> Names:
    """Decide the names of every row; `points` are its contact points, with the persons among them."""
    given = {name: cells.column(name) for name in cells.contract.named(Field.ORGANISATION)}
    persons = points.filter(pl.col("kind") == "person").select("row", "value")
    texts = pl.concat([pl.Series(dtype=pl.String), *given.values(), persons["value"]]).drop_nulls()
    texts = texts.unique(maintain_order=True)
    columns = {name: _places(column, texts) for name, column in given.items()}
    own = [
        pl.DataFrame({"name": column}).with_row_index("row").drop_nulls().with_columns(beside=pl.lit(False))
        for column in columns.values()
    ]
    beside = persons.select("row", name=_places(persons["value"], texts), beside=pl.lit(True))
    entries = pl.concat([pl.DataFrame(schema=ENTRIES), *own, beside]).select(list(ENTRIES))
    decided = decide_names(texts)
    directory = cells.contract.kind in DIRECTORIES
    standings = standings_of(entries, texts, decided, height=cells.height, directory=directory)
    listed = entries.filter(
        ~pl.col("beside") | ~pl.col("row").is_in(entries["row"].filter(~entries["beside"]).implode())
    )
    return Names(texts, decided, columns, listed.select("row", "name").sort("row", maintain_order=True), standings)


def _places(texts: pl.Series, among: pl.Series) -> pl.Series:
    """Say where each text stands among distinct ones."""
    places = pl.int_range(len(among), dtype=pl.UInt32, eager=True)
    return texts.replace_strict(among, places, return_dtype=pl.UInt32, default=None)


def listed_names(cells: Cells, names: Names, points: pl.DataFrame, classes: pl.Series) -> Iterator[tuple[str, Found]]:
    """Find the names that are contact points themselves: alone, the name of somebody is personal data too.

    Gives for each column of names the rows with what is decided of theirs. `points` are the rows' other contact
    points, `classes` theirs: where one of them is a person's, the name is known as theirs and nothing is found. A name
    that is unclear is left too where the listing is taken for an organisation's: by its other name, or by contacts that
    are business in a column of businesses, where nothing in the name speaks for a person.
    """
    theirs = points["row"].filter(classes != Klass.BUSINESS.value).implode()
    reached = points["row"].filter(points["kind"].is_in(CONTACTS)).implode()
    rows = pl.int_range(cells.height, dtype=pl.UInt32, eager=True)
    firm = names.standings.with_any(OF_ORGANISATIONS)
    firm |= names.standings.with_any({"organisation_column"}) & rows.is_in(reached)
    person, unclear = pl.col("kind") == NameKind.PERSON.value, pl.col("kind") == NameKind.UNDETERMINED.value
    said = names.decided.frame().with_row_index("name")
    somebody = person | pl.col("holds_person") | (unclear & ~pl.col("firm"))
    left = pl.DataFrame({"row": rows, "firm": firm}).filter(~rows.is_in(theirs))
    for column, places in names.columns.items():
        given = left.with_columns(name=places.gather(left["row"])).join(said, on="name").filter(somebody)
        yield column, {row: _alone(names.decided.one(name)) for row, name in given.select("row", "name").iter_rows()}


Found = dict[int, Decision]


def _alone(name: NameDecision) -> Decision:
    person = name.kind is NameKind.PERSON and not name.holds_person
    return Decision(Klass.PERSONAL if person else Klass.UNDETERMINED, name.score, name.reasons)
