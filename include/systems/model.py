"""A system of record as its map describes it: tables, columns, and who holds which rows."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, model_validator

from include.law.wording import FullWording, Wording

__all__ = [
    "Backup",
    "Column",
    "Edge",
    "EdgeKind",
    "End",
    "Fate",
    "Form",
    "Frozen",
    "Period",
    "RetentionRule",
    "Strategy",
    "System",
    "Table",
    "Trigger",
]


class EdgeKind(enum.StrEnum):
    """What a reference between two tables means for the rows that it joins (DELF, USENIX Security 2020; K9db)."""

    OWNED = "owned"
    """The row is its holder's: it is shown to them, and goes with the last of them."""
    SHARED = "shared"
    """The row is nobody's own and held by many: it stays until the last holder goes."""
    DERIVED = "derived"
    """The row was computed from its holder's: it goes with any of them."""
    ACCESSED = "accessed"
    """The row is shown to the holder and is not theirs: it stays when they go."""
    SHALLOW = "shallow"
    """The row is pointed at, no more: it is neither shown nor does it go."""


class Strategy(enum.StrEnum):
    """What happens to a column where its row stays (SDAIA, Destruction and Anonymisation guideline)."""

    NULL = "null"
    FIXED = "fixed"
    KEYED_HASH = "keyed_hash"
    TRUNCATE_DATE = "truncate_date"
    GENERALISE = "generalise"


class Frozen(BaseModel):
    """What a map says is not changed once it is read."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(Frozen):
    """One column, what it can say of a person, and why it is kept."""

    name: str
    categories: tuple[str, ...] = ()
    """Data categories of the Fides taxonomy; none, or only `system…`, for what says nothing of a person."""
    purposes: tuple[str, ...] = ()
    basis: str | None = None
    mandatory: bool | None = None
    """Whether a person has to give it (IR 4(1)(g)); None where the map does not say."""
    justification: str | None = None
    """Why it is collected although it is not one of the six minimum fields (policy section 8)."""
    identity: str | None = None
    """Which identity of a person it holds, by which they are found: `email`, `phone_number`…"""
    file: bool = False
    """It holds the path of a file: a recording, a picture."""
    alone: bool | None = None
    """Whether nobody but its person is heard or seen in that file. Where the map does not say, others may be heard."""
    free_text: bool = False
    announced: bool = False
    """It says that a call was announced as recorded: true, or when it was."""
    strategy: Strategy = Strategy.NULL
    """How it is emptied where its row stays."""
    fixed: str | None = None
    """What stands there then, by the strategy `fixed`."""
    keep: int = Field(default=3, ge=1)
    """So many characters of it stay, by the strategy `generalise`."""
    exact: bool = False
    """Its values stand in one form (addresses in lower case, numbers as +9665…): they are looked for in that alone."""

    @property
    def personal(self) -> bool:
        """Whether it can say anything of a person."""
        return any(category.split(".")[0] == "user" for category in self.categories)


class Table(Frozen):
    """One table and how its rows are known."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    subject: bool = False
    """Its rows are persons: where everything about somebody begins."""
    retention: str | None = None
    """The rule of how long its rows are kept."""
    hold: bool = True
    """Whether a legal hold reaches its rows."""
    since: str | None = None
    """The column that holds when a row was made; without it every row that stands may have stood at any time."""

    @property
    def personal(self) -> tuple[Column, ...]:
        """The columns that can say something of a person."""
        return tuple(column for column in self.columns if column.personal)

    def column(self, name: str) -> Column:
        """Give the column of that name. Raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


class End(Frozen):
    """One side of an edge: columns of a table."""

    table: str
    columns: tuple[str, ...]


class Edge(Frozen):
    """Rows of the target are held by those rows of the holder that have the same values in the columns named."""

    holder: End
    target: End
    kind: EdgeKind | None
    """None as long as nobody said what the reference means: such a map is not used."""
    pointing: Literal["target", "holder"] = "target"
    """Which side has the reference: the other is pointed at."""
    blank: tuple[str, ...] = ()
    """Columns of the target that are emptied where it stays and this holder goes."""
    delete: bool = False
    """The target goes with this holder although it is not theirs."""
    hide: tuple[str, ...] = ()
    """Columns of the target that are not shown to whoever sees it by this edge alone."""

    @property
    def name(self) -> str:
        """How an error or a log names it."""
        return f"{self.target.table}({', '.join(self.target.columns)}) by {self.holder.table}"


class Trigger(enum.StrEnum):
    """The event that a rule counts from; the rule's column holds when it was."""

    SUBSCRIPTION_END = "subscription_end"
    LAST_INTERACTION = "last_interaction"
    PURPOSE_END = "purpose_end"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    NOTICE_DEADLINE = "notice_deadline"
    FIXED_AGE = "fixed_age"


class Fate(enum.StrEnum):
    """What becomes of rows whose time is over."""

    DESTROY = "destroy"
    ANONYMISE = "anonymise"
    """The row stays; its personal columns are emptied by their strategies, and what hangs on it goes."""
    ARCHIVE = "archive"
    """Taken out at once into an archive that can be restored, and destroyed there within the window."""


class Period(Frozen):
    """So long: days of 24 hours, or months or years of the edition's calendar, or a figure that the edition has."""

    days: PositiveInt | None = None
    months: PositiveInt | None = None
    years: PositiveInt | None = None
    figure: str | None = Field(default=None, pattern=r"^(retention|consent|authority)\.[a-z_]+_(days|months|years)$")
    """`retention.backup_max_months`: what the law or the policy says is not said again."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(value is not None for value in (self.days, self.months, self.years, self.figure)) != 1:
            raise ValueError("give one of days, months, years or figure")
        return self


class RetentionRule(Frozen):
    """One rule: from which event on, how long at least and at most, by what right, and what becomes of the rows."""

    trigger: Trigger
    column: str
    """The column that holds when the event was; where it is empty no clock runs."""
    minimum: Period | None = None
    maximum: Period | None = None
    statute: bool = False
    """A law wants the rows kept for the minimum, also where whoever holds them goes (Law 18(2)(a), LAW RET-05)."""
    columns: tuple[str, ...] | None = None
    """What that law wants of each row: the other personal columns are emptied when the holder goes. None: all."""
    then: Fate = Fate.DESTROY
    lead_days: int = Field(default=1, ge=0)
    """So many days before the maximum they go, for an officer may have to allow it (house)."""
    remind_days: int = Field(default=14, ge=1)
    """So many days before a subscription ends its account is named, so that it can be told to take its data (house)."""
    article: str = Field(min_length=2)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.minimum is None and self.maximum is None:
            raise ValueError("give a minimum, a maximum, or both")
        if self.statute and self.minimum is None:
            raise ValueError("`statute` needs the minimum that the law wants")
        if self.columns is not None and not self.statute:
            raise ValueError("`columns` says what a statute wants of a row; there is no `statute`")
        if self.then is Fate.ARCHIVE and self.maximum is None:
            raise ValueError("an archive needs a maximum: it is destroyed by then")
        return self


class Backup(Frozen):
    """A copy that is made of the system elsewhere, and for how long each is kept."""

    name: str
    months: int


class Form(Frozen):
    """A form in which people give data of their own: its notice is written from what the map says of its fields."""

    title: FullWording
    fields: tuple[str, ...] = Field(min_length=1)
    """Columns, each as `table.column`."""
    labels: dict[str, FullWording] = Field(default_factory=dict)
    """What a field is called, where its data category does not say it well."""
    without: Wording | None = None
    """What follows from not giving the data, beyond that its purposes are not met (Law 13(5))."""


class System(Frozen):
    """A database of the company's own, as its map describes it."""

    key: str
    connection: str | None = None
    """An Airflow connection, or the setting that holds its address; never the address itself."""
    schema_name: str | None = None
    files: str | None = None
    """The setting that holds where its files lie: a folder, or an address in object storage."""
    tables: tuple[Table, ...]
    edges: tuple[Edge, ...]
    rules: dict[str, RetentionRule] = Field(default_factory=dict)
    """The retention rules that its tables name."""
    backups: tuple[Backup, ...] = ()
    forms: dict[str, Form] = Field(default_factory=dict)
    jurisdiction: str = "sa"
    """Whose edition its figures are of."""

    def rule(self, name: str) -> RetentionRule:
        """Give the retention rule of that name. Raises KeyError."""
        return self.rules[name]

    def table(self, name: str) -> Table:
        """Give the table of that name. Raises KeyError."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)

    @property
    def subjects(self) -> tuple[Table, ...]:
        """The tables whose rows are persons."""
        return tuple(table for table in self.tables if table.subject)

    def held(self, *kinds: EdgeKind) -> Iterator[Edge]:
        """Give the edges of these kinds."""
        return (edge for edge in self.edges if edge.kind in kinds)
