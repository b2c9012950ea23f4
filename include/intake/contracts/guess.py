"""Guess what the columns of a file hold, from their headings and from their cells, for a person to confirm."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from include.intake.contracts.fields import CONTACT, MINIMUM, Field
from include.intake.contracts.heading_words import Heading, read_heading
from include.intake.contracts.parts import Column, Language, Means
from include.intake.contracts.value_shapes import Shape, shape_of

__all__ = ["Guess", "guess", "mapping"]

TEXT = frozenset(
    {
        Field.ORGANISATION,
        Field.PERSON,
        Field.ROLE,
        Field.ADDRESS,
        Field.DISTRICT,
        Field.CITY,
        Field.REGION,
        Field.COUNTRY,
    }
)
WITH_A_NUMBER = (None, Field.PHONE, Field.PERSON, Field.ORGANISATION)
MANY = 0.5
FEW_NAMES = 5
ENOUGH_CELLS = 3
"""With fewer cells the heading alone decides."""
WHY = {
    Field.WEBSITE: "tells an organisation's own mailboxes",
    Field.ROW_ID: "tells a changed row from a new one",
    Field.OPT_OUT: "shows who objected at the source",
}


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column seems to hold."""

    field: Field
    language: Language | None
    means: Means | None
    confidence: float
    """0 to 1: about 0.95 where heading and cells agree, 0.5 where only one of them speaks."""
    at_sign: str | None = None
    """What stands for @ in the column's e-mail addresses, where it is something else."""
    why: str = ""
    """What speaks for it: the heading, or how many cells look like it. Never what a cell says."""


def guess(columns: Sequence[str], sample: pd.DataFrame, *, unique: Collection[str] | None = None) -> dict[str, Guess]:
    """Guess the field of every column that seems to hold a name, a contact or the row's own id; leave out the others.

    `sample` holds rows of the file as text, the more the better up to some thousands. Where a heading and the cells
    under it contradict each other, the cells are believed. `unique` names the columns in which no cell of the file is
    blank or stands twice; without it, the sample decides which those are.
    """
    shapes = {name: shape_of(sample[name].astype(str).tolist()) for name in columns}
    headings = {name: read_heading(name) for name in columns}
    if unique is None:
        unique = {name for name, shape in shapes.items() if shape.filled == 1.0 and shape.distinct == shape.cells > 1}
    guesses = {name: found for name in columns if (found := _one(headings[name], shapes[name])) is not None}
    _find_a_name(guesses, headings, shapes)
    _find_row_id(guesses, headings, shapes, unique)
    return {name: guesses[name] for name in columns if name in guesses}


def mapping(guesses: Mapping[str, Guess], *, least: float = 0.4) -> dict[str, Column]:
    """Turn guesses into columns of a contract, with a reason where the policy's six fields do not cover one."""
    return {
        name: Column(
            field=found.field,
            language=found.language,
            means=found.means,
            why=None if found.field in MINIMUM else WHY[found.field],
            at_sign=found.at_sign,
        )
        for name, found in guesses.items()
        if found.confidence >= least
    }


def _one(heading: Heading, shape: Shape) -> Guess | None:
    field, confidence = _field(heading, shape)
    if field is None:
        return None
    return Guess(
        field=field,
        language=_language(field, heading, shape),
        means=_means(field, heading),
        confidence=confidence,
        at_sign=shape.at_sign if field is Field.EMAIL else None,
        why=_why(field, heading, shape),
    )


def _why(field: Field, heading: Heading, shape: Shape) -> str:
    words = shape.words
    share = {
        Field.EMAIL: shape.email,
        Field.WEBSITE: shape.website,
        Field.PHONE: shape.phone,
        Field.PERSON: max(shape.person, words.person),
        Field.CITY: words.city,
        Field.COUNTRY: words.country,
        Field.ADDRESS: words.address,
        Field.ORGANISATION: words.organisation,
    }.get(field, 0.0)
    if shape.cells < ENOUGH_CELLS:
        return "by its heading alone, there are too few cells to look at"
    cells = f"{share:.0%} of its cells look like it"
    if heading.field is not field:
        said = "its heading says name" if heading.is_name else "its heading does not say so"
        return f"{cells}, {said}" if share else "by the kind of its cells"
    return f"its heading says so, {cells}" if share >= MANY else "its heading says so, its cells do not deny it"


def _field(heading: Heading, shape: Shape) -> tuple[Field | None, float]:
    """Decide by the cells where their shape is beyond doubt, then by the heading where the cells do not deny it."""
    said = heading.field
    if shape.cells < ENOUGH_CELLS:
        return (None, 0.0) if heading.is_never else _by_few_cells(heading, shape)
    for field, share, enough in _evidence(heading, shape):
        if share >= enough:
            return field, 0.95 if said is field else 0.75
    if heading.is_never:
        return None, 0.0
    if heading.is_name:
        return _name(shape)
    if said is None:
        return _by_words(shape)
    return (said, 0.9) if _credible(said, shape) else (None, 0.0)


def _by_few_cells(heading: Heading, shape: Shape) -> tuple[Field | None, float]:
    if heading.field is None:
        return (Field.ORGANISATION, 0.5) if heading.is_name else (None, 0.0)
    return heading.field, 0.6 if shape.cells else 0.5


def _by_words(shape: Shape) -> tuple[Field | None, float]:
    """Decide by what the cells' words speak of, where the heading says nothing."""
    words = shape.words
    for field, share, enough in (
        (Field.PERSON, words.person, 0.6),
        (Field.COUNTRY, words.country, 0.6),
        (Field.CITY, words.city, 0.6),
        (Field.ADDRESS, words.address, 0.5),
        (Field.ORGANISATION, words.organisation if shape.distinct > 0.5 * shape.cells else 0.0, 0.4),
    ):
        if share >= enough:
            return field, 0.6
    return None, 0.0


def _evidence(heading: Heading, shape: Shape) -> Sequence[tuple[Field, float, float]]:
    """List what the cells can show by themselves: the field, the share of cells that do, and the share that convinces.

    A heading that says the same lowers the bar, one that speaks of something else raises it.
    """
    said, never = heading.field, heading.is_never
    numbered = heading.is_row_id or said in (Field.POSTAL_CODE, Field.PO_BOX)
    return (
        (Field.EMAIL, shape.email, 0.2 if said is Field.EMAIL else 0.5),
        (Field.WEBSITE, shape.website, 0.2 if said is Field.WEBSITE else 2.0 if never else 0.6),
        (Field.PHONE, shape.phone, 2.0 if said is not Field.PHONE else 0.7 if never else 0.25),
        (Field.PHONE, shape.plain_phone, 2.0 if never or numbered else 0.7),
        (Field.PHONE, shape.phone_inside, 0.7 if said in WITH_A_NUMBER and not never else 2.0),  # a name and its number
        (
            Field.PERSON,
            shape.person,
            0.25 if said is Field.PERSON else 0.6 if said is None and not heading.is_name else 2.0,
        ),
    )


def _credible(field: Field, shape: Shape) -> bool:
    """Tell whether the cells may be what the heading says."""
    if field in (Field.EMAIL, Field.WEBSITE, Field.PHONE):
        return False  # their shape would have shown
    if field is Field.PERSON:
        return shape.letters > 0.8 and shape.digits < 0.3
    if field is Field.ORGANISATION and (shape.code > 0.7 or shape.distinct < FEW_NAMES <= shape.cells / 4):
        return False  # an id, a kind or a state
    if field in (Field.ORGANISATION, Field.ADDRESS, Field.ROLE, Field.DISTRICT):
        return shape.letters > 0.5 and (shape.distinct > 1 or shape.cells < 20)
    if field in (Field.CITY, Field.REGION, Field.COUNTRY):
        return shape.letters > 0.5
    return True


def _name(shape: Shape) -> tuple[Field | None, float]:
    """Decide whose name it is, where the heading does not say."""
    if shape.role > 0.4:
        return Field.ROLE, 0.6
    if shape.letters < 0.5:
        return None, 0.0
    return (Field.PERSON, 0.7) if max(shape.person, shape.words.person) > 0.6 else (Field.ORGANISATION, 0.8)


def _language(field: Field, heading: Heading, shape: Shape) -> Language | None:
    if field not in TEXT:
        return None
    return heading.language or ("ar" if shape.arabic > 0.9 else None)


def _means(field: Field, heading: Heading) -> Means | None:
    if field is Field.PHONE:
        return heading.means
    return heading.means if field is Field.EMAIL and heading.means == "personal" else None


def _find_a_name(guesses: dict[str, Guess], headings: Mapping[str, Heading], shapes: Mapping[str, Shape]) -> None:
    """Take the column with the most different texts for the name where no other column is one."""
    if any(found.field in (Field.ORGANISATION, Field.PERSON) for found in guesses.values()):
        return
    texts = {
        name: shape.distinct * shape.letters
        for name, shape in shapes.items()
        if name not in guesses and not headings[name].is_never and shape.letters > 0.8 and shape.distinct > 1
    }
    if texts:
        name = max(texts, key=lambda key: texts[key])
        field = Field.PERSON if shapes[name].person > 0.5 else Field.ORGANISATION
        language = _language(field, headings[name], shapes[name])
        guesses[name] = Guess(field, language, None, 0.4, why="the most different texts of the file stand here")


def _find_row_id(
    guesses: dict[str, Guess], headings: Mapping[str, Heading], shapes: Mapping[str, Shape], unique: Collection[str]
) -> None:
    """Take the first column that names its rows: filled everywhere, never twice the same, no mere running number.

    Where no heading speaks of one, cells that mix letters and digits will do.
    """
    if not any(found.field in CONTACT for found in guesses.values()):
        return
    free = [name for name in shapes if name in unique and name not in guesses and not shapes[name].running]
    called = [name for name in free if headings[name].is_row_id]
    coded = [name for name in free if shapes[name].code > 0.95 and not headings[name].is_never]
    for name, confidence in [*((name, 0.7) for name in called), *((name, 0.5) for name in coded)][:1]:
        guesses[name] = Guess(Field.ROW_ID, None, None, confidence, why="filled in every row, and never the same twice")
