"""The nouns of the record: where data is held and how long, an activity, what is open, and what a page is made of."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from include.duties.records.file import RecordsFile
from include.intake.contracts import Contract
from include.law import Controller, Edition
from include.systems.model import Trigger

__all__ = [
    "LANGUAGES", "Activity", "Disclosed", "Ended", "Facts", "Finding", "Holding", "Item", "Kept", "LinkDuty",
    "Period", "Sheet", "Where",
]  # fmt: skip

LANGUAGES = ("ar", "en")


class Item(enum.StrEnum):
    """The eight items that a record of processing activities must hold (IR 33(5), LAW ROP-02)."""

    CONTROLLER = "controller"
    OFFICER = "officer"
    PURPOSES = "purposes"
    CATEGORIES = "categories"
    """Of data, and of the people whose data it is."""
    RETENTION = "retention"
    """For each category where that is possible."""
    RECIPIENTS = "recipients"
    TRANSFERS = "transfers"
    SECURITY = "security"


class Where(enum.StrEnum):
    """Which file says that data is held."""

    SOURCE = "source"
    """A contract: the data comes from somebody other than the person."""
    SYSTEM = "system"
    """A data map of another system of the company."""
    OWN = "own"
    """The map of our own store, files and logs."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How long by one rule: from which event, at least and at most, by which article."""

    trigger: Trigger
    article: str
    minimum: tuple[int, str] | None = None
    """How many, and of what: `days`, `months`."""
    maximum: tuple[int, str] | None = None
    at_once: bool = False
    for_good: bool = False


@dataclass(frozen=True, slots=True)
class Period:
    """Categories of data that the same rules reach."""

    categories: tuple[str, ...]
    kept: tuple[Kept, ...]
    """None where no rule reaches them."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Data that one place holds for one purpose."""

    where: Where
    place: str
    """`system.table`, or a source's key."""
    purpose: str
    categories: tuple[str, ...]
    """Of the Fides taxonomy, those that say something of a person."""
    people: tuple[str, ...]
    """Whose data it is: tables of persons, or codes of our own words; none where no file says it."""
    bases: tuple[str, ...]
    """Codes of legal bases; none where the map leaves it open."""
    periods: tuple[Period, ...]
    """How long each part of it is kept."""


@dataclass(frozen=True, slots=True)
class Activity:
    """One processing activity: everything that is done for one purpose."""

    key: str
    holdings: tuple[Holding, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """An activity that has ended, as it was last recorded (IR 33(1)-(4): kept for five years after its end)."""

    key: str
    ended_at: datetime
    until: datetime
    """Until when it is kept."""
    told: Mapping[str, list[list[str]]]
    """By language, the cells of its row."""


@dataclass(frozen=True, slots=True)
class Disclosed:
    """One disclosure that was made (IR 20(6))."""

    at: datetime
    recipient: str
    country: str
    purpose: str
    method: str
    abroad: bool
    safeguard: str | None
    contact_points: int
    edition: str


@dataclass(frozen=True, slots=True)
class LinkDuty:
    """The duty to assess the linking of a source to others, as it was raised when the source came in (IR 25(1)(b))."""

    source: str
    state: str
    article: str
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is missing or due: in which register, of what, and which words say it."""

    register: str
    """`record`, `on_behalf`, `disclosures`, `transfers`, `processors` or `assessments`."""
    key: str
    """Of which activity, processor, assessment or recipient."""
    code: str
    told: tuple[tuple[str, str], ...] = ()
    """What the words are filled with."""
    item: Item | None = None
    """The item of the record that lacks it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the registers are made from, as it stands on one day."""

    day: date
    """The local day for which they are made."""
    controller: Controller
    edition: Edition
    said: RecordsFile | None
    """None where AMANAH_RECORDS names no file."""
    contracts: tuple[Contract, ...]
    activities: tuple[Activity, ...]
    sensitive: tuple[str, ...]
    """Tables with data that is or may be sensitive, each as `system.table`."""
    tables: frozenset[str]
    """Every table that a map knows, each as `system.table`."""
    disclosed: tuple[Disclosed, ...] = ()
    duties: tuple[LinkDuty, ...] = ()
    ended: tuple[Ended, ...] = ()
    joined: Mapping[str, datetime] = field(default_factory=dict)
    """When each source first joined the register, by its key."""
    noted: Mapping[str, datetime] = field(default_factory=dict)
    """When each activity first stood on record, by its key."""
    unread: tuple[tuple[str, str], ...] = ()
    """Contracts and maps that cannot be used, and why: what they say is on no register."""

    @property
    def file(self) -> RecordsFile:
        """What the file of records says; nothing where there is none."""
        return self.said or RecordsFile()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One register in one language: a table of a page, a sheet of a workbook. A cell is lines."""

    key: str
    language: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], ...], ...]
    intro: str = ""
    shared: tuple[tuple[str, tuple[str, ...]], ...] = field(default=())
    """What holds for every row: told once on a page, repeated in a workbook."""
    upright: bool = False
    """On a page each row is a table of its own: it has too many cells to stand side by side."""
    warn: int | None = None
    """The column that says what is missing."""
