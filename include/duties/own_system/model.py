"""What is said of our own places: why each personal column and each place outside the database is kept, and how long.

The columns themselves, their categories and keys are the models' (`personal`, `plain`); here stands what no mark says.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from include.law import Edition, load_strict
from include.systems.model import EdgeKind, Frozen, Period, RetentionRule, Trigger
from include.systems.retention import cutoff

__all__ = ["BY_COMMAND", "BY_STEP", "ColumnRules", "OwnRule", "OwnTable", "Place", "Places", "Reference", "places"]

BY_STEP = "step:"
"""A step of `keep_house`."""
BY_COMMAND = "command:"
"""What an operator lets run beside us, as the README says."""


class OwnRule(Frozen):
    """How long something is kept: from which event, until when, by what right, and who sees to it."""

    trigger: Trigger
    event: str = Field(min_length=3)
    """What the clock starts with, in words."""
    at_once: bool = False
    period: Period | None = None
    """So long after the event it is kept whole; it goes in the night after that."""
    for_good: str | None = Field(default=None, min_length=10)
    """Why it never ends."""
    article: str = Field(min_length=2)
    by: tuple[str, ...] = Field(min_length=1)
    """Functions by their whole name, `step:…` of `keep_house`, or `command:…`."""

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        if sum((self.at_once, self.period is not None, self.for_good is not None)) != 1:
            raise ValueError("give one of at_once, period or for_good")
        return self

    def before(self, edition: Edition, at: datetime) -> datetime:
        """Return the instant, UTC, before which the event has to lie for its time to be over at `at` (UTC).

        Raises NeverRetry for a figure that the edition does not have.
        """
        rule = RetentionRule(trigger=self.trigger, column="event", minimum=self.period, article=self.article)
        return cutoff(rule, edition, at)


class ColumnRules(Frozen):
    """Of one personal column: by which rules it goes, why it is there, and what it holds more exactly than its mark."""

    rules: tuple[str, ...] = Field(min_length=1)
    why: str | None = Field(default=None, min_length=10)
    categories: tuple[str, ...] = ()


class OwnTable(Frozen):
    """Of one table with personal columns: for what, on which basis, and how its rows are found for a person."""

    purposes: tuple[str, ...] = Field(min_length=1)
    basis: str = Field(min_length=3)
    subject: bool = False
    found_by: Literal["reference", "key", "login", "place"] = "reference"
    """By a reference from a person's row; by a keyed hash of a contact; by an employee's login; by a keyed place."""
    columns: dict[str, ColumnRules] = Field(default_factory=dict)


class Reference(Frozen):
    """What a column that points at another table means; where the database knows it, `to` is what it says too."""

    to: str
    kind: EdgeKind
    holder: Literal["pointed_at", "this_row"] = "pointed_at"


class Place(Frozen):
    """A place outside the database: files, logs, another program's database."""

    what: str = Field(min_length=10)
    categories: tuple[str, ...] = ()
    """None where by construction nothing of a person is in it."""
    purposes: tuple[str, ...] = Field(min_length=1)
    basis: str = Field(min_length=3)
    rules: tuple[str, ...] = Field(min_length=1)


class Places(Frozen):
    """All of it."""

    rules: dict[str, OwnRule]
    tables: dict[str, OwnTable]
    """By `schema.table`."""
    references: dict[str, Reference]
    """By `schema.table.column`."""
    places: dict[str, Place]


@cache
def places() -> Places:
    """Read `places.yml`. Raises NeverRetry naming line and field of what is wrong with it."""
    return load_strict(Path(__file__).with_name("places.yml"), Places)
