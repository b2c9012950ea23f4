"""Charts as SVG, drawn here: where each column, part and line stands; colours are classes of the style sheet.

A template writes the shapes, and beside them the same figures as a table, for whoever does not look.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

__all__ = ["Chart", "Column", "Line", "Part", "Shape", "chart", "share"]

WIDTH, HEIGHT = 760, 240
SIDE, TOP, FOOT = 66, 12, 30
"""Room for the numbers beside the columns, above them, and for the days below."""
GAP = 0.28
"""The share of a column's room that stays empty."""
LINES = 4
NAMED = 8
"""So many columns bear their name: more would run into each other."""
BAR = 1000
"""The width of a whole share."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it is called below it, in the table, and how much of each part it has."""

    short: str
    name: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """A rectangle of a part."""

    part: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """A number at a height, or a name at a place."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """What the columns are made of: the class of its colour, and what it is called."""

    key: str
    name: str
    total: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of columns, ready to be written."""

    parts: tuple[Part, ...]
    columns: tuple[Column, ...]
    shapes: tuple[Shape, ...]
    heights: tuple[Line, ...]
    names: tuple[Line, ...]
    begin: float
    end: float
    beside: float
    """Where the numbers stand."""
    anchor: str
    width: int = WIDTH
    height: int = HEIGHT


def chart(
    columns: Sequence[Column],
    parts: Sequence[tuple[str, str]],
    *,
    number: Callable[[int], str],
    from_the_right: bool = False,
) -> Chart | None:
    """Draw columns of parts, the first part lowest; in Arabic time runs from the right. None where all is nothing.

    `parts` are pairs of a class and a name, in the order of each column's values.
    """
    top = max((sum(column.values) for column in columns), default=0)
    if not top:
        return None
    step = _step(top)
    scale = (HEIGHT - TOP - FOOT) / (step * -(-top // step))
    room = (WIDTH - SIDE) / len(columns)
    places = [_place(index, room, from_the_right) for index in range(len(columns))]
    totals = [sum(column.values[index] for column in columns) for index in range(len(parts))]
    every = -(-len(columns) // NAMED)
    return Chart(
        parts=tuple(Part(key, name, total) for (key, name), total in zip(parts, totals, strict=True)),
        columns=tuple(columns),
        shapes=tuple(shape for at, column in zip(places, columns, strict=True)
                     for shape in _stack(column, [key for key, _ in parts], at, room, scale)),
        heights=tuple(Line(_y(value, scale), number(value)) for value in range(0, step * -(-top // step) + 1, step)),
        names=tuple(Line(round(at + room / 2, 1), column.short)
                    for index, (at, column) in enumerate(zip(places, columns, strict=True)) if index % every == 0),
        begin=0 if from_the_right else SIDE,
        end=WIDTH - SIDE if from_the_right else WIDTH,
        beside=WIDTH - SIDE + 8 if from_the_right else SIDE - 8,
        anchor="start" if from_the_right else "end",
    )  # fmt: skip


def share(values: Sequence[tuple[str, int]], *, from_the_right: bool = False) -> tuple[Shape, ...]:
    """Draw one bar of parts, each as wide as its share; nothing where all is nothing."""
    whole = sum(value for _, value in values)
    if not whole:
        return ()
    ends = [BAR * reached / whole for reached in accumulate(value for _, value in values)]
    begins = [0.0, *ends[:-1]]
    return tuple(
        Shape(key, round(BAR - end if from_the_right else begin, 1), 0, round(end - begin, 1), 1)
        for (key, value), begin, end in zip(values, begins, ends, strict=True)
        if value
    )


def _step(top: int) -> int:
    """Give the distance of the lines: 1, 2 or 5 times a power of ten, so that a few of them reach the top."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            if factor * power * LINES >= top:
                return factor * power
        power *= 10


def _place(index: int, room: float, from_the_right: bool) -> float:
    return WIDTH - SIDE - (index + 1) * room if from_the_right else SIDE + index * room


def _stack(column: Column, keys: Sequence[str], at: float, room: float, scale: float) -> list[Shape]:
    reached = [0, *accumulate(column.values)]
    return [
        Shape(key, round(at + room * GAP / 2, 1), _y(above, scale), round(room * (1 - GAP), 1),
              round((above - below) * scale, 1))
        for key, below, above in zip(keys, reached, reached[1:], strict=False)
        if above > below
    ]  # fmt: skip


def _y(value: int, scale: float) -> float:
    return round(HEIGHT - FOOT - value * scale, 1)
