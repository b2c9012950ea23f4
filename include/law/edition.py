"""A policy edition: what one jurisdiction promises from one date on, as frozen data.

Every figure is a `Rule`: its value, the article that it comes from, and how sure we are of it. A figure that the law of
a jurisdiction leaves open is None there, and a clock that needs it says so. Our own (house) values carry confidence R.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cached_property
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, PositiveInt, model_validator

from include.errors import NeverRetry
from include.law.rule import Codes, Part, Rule, Share, Weekday
from include.law.terms import Breach, Consent, Destruction, Marketing, Notice, Requests, Retention, SendingWindow
from include.law.wording import FullWording

__all__ = ["Authority", "Edition", "OpenFigure", "Route", "Routing", "Sources"]


class Authority(Part):
    """The supervisory authority, and complaints to it."""

    name: FullWording
    """Its name as a notice gives it."""
    url: str | None = None
    """Its website."""
    complaint_window_days: Rule[PositiveInt] | None = None
    """Calendar days from the incident, or from learning of it, within which a person may complain (SA: IR 37(1))."""
    decision_working_days: Rule[PositiveInt] | None = None
    """Working days within which the authority decides a complaint (EG)."""
    execution_working_days: Rule[PositiveInt] | None = None
    """Working days within which its decision is carried out (EG)."""
    grievance_days: Rule[PositiveInt] | None = None
    """Calendar days for a grievance against the authority's decision (AE)."""


class Sources(Part):
    """Collecting from someone other than the person (LAW SRC-01 to SRC-04, MIN-03)."""

    cases: Rule[Codes] | None = None
    """The closed list of cases in which data may come from elsewhere (SA: Law 10)."""
    proof_expires: Rule[Codes]
    """Kinds of source whose proof of a legal basis must carry an end date (SA: IR 15, 20)."""
    minimum_fields: Rule[Codes]
    """Fields that need no reason of their own; any other column is dropped or justified (SA: IR 19(1), policy 8)."""
    linking_needs_assessment: Rule[bool]
    """True where joining a second source needs an impact assessment first (SA: IR 25(1)(b))."""


class Route(Part):
    """What follows from a class: what the point may be used for, and what is owed to the person behind it."""

    permission: Literal["business_use", "blocked"]
    """`business_use`: usable for its source's purposes, minus suppression; `blocked`: for nothing but its duties."""
    duties: tuple[Literal["source_notice"], ...] = ()
    """The duties that the class raises."""


class Routing(Part):
    """The route of each class. A class belongs to a contact point in its context (LAW section 4)."""

    business: Rule[Route]
    """Points that lead to an entity (Law 1(4), policy 2d)."""
    personal: Rule[Route]
    """Points that lead to a natural person."""
    undetermined: Rule[Route]
    """Points that nobody has decided yet."""
    undetermined_is_personal: Rule[bool]
    """True where an undetermined point is treated as personal for every use (Law 1(4), house)."""

    @model_validator(mode="after")
    def _doubt_is_personal(self) -> Self:
        if self.undetermined_is_personal.value and self.undetermined.value != self.personal.value:
            raise ValueError("undetermined_is_personal holds, so the route of undetermined must be that of personal")
        return self

    def of(self, klass: str) -> Rule[Route]:
        """Return the route of `business`, `personal` or `undetermined`. Raises `KeyError` for any other class."""
        return {"business": self.business, "personal": self.personal, "undetermined": self.undetermined}[klass]


def _known_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError):
        raise ValueError("is not an IANA time zone such as Asia/Riyadh") from None


class Edition(Part):
    """What one jurisdiction promises from one date on."""

    jurisdiction: str = Field(pattern=r"^[a-z]{2}$")
    """Two letters: `sa`, `eu`, `eg`, `ae`; the name of the edition's folder."""
    law: FullWording
    """The law and regulation that the edition follows, in words."""
    effective_from: date
    """The first local day on which it holds; the name of the edition's file."""
    effective_to: date | None = None
    """The last local day on which it holds, if that is known beforehand; else the next edition ends it."""
    time_zone: Annotated[str, AfterValidator(_known_zone)]
    """The IANA zone of its calendar rules."""
    languages: tuple[Literal["ar", "en"], ...] = Field(min_length=1)
    """The languages of notices, the primary one first (SA: IR 4(7), house)."""
    weekend: Rule[frozenset[Weekday]]
    """Days that are not working days."""
    holidays: Rule[tuple[date, ...]]
    """Official holidays that are not working days, by local date. A missing one makes a clock end earlier, never later:
    the list may stay empty until someone responsible fills it in."""
    roll_to_working_day: Rule[bool]
    """True where a period in months that would end on a weekend or holiday ends on the next working day (EU)."""
    warning_share: Rule[Share]
    """The share of a clock after which it raises a warning (house)."""
    authority: Authority
    """Who supervises."""
    sources: Sources
    """Collecting from elsewhere."""
    notice: Notice
    """The source notice."""
    requests: Requests
    """Requests of people."""
    breach: Breach
    """Breach notices."""
    marketing: Marketing
    """Marketing messages."""
    sending_window: SendingWindow
    """When messages go out."""
    consent: Consent
    """Consent."""
    retention: Retention
    """Retention."""
    destruction: Destruction
    """Destruction."""
    routing: Routing
    """What follows from a class."""

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise ValueError("effective_to lies before effective_from")
        if len(self.weekend.value) > 6:
            raise ValueError("a week needs a working day")
        return self

    @property
    def name(self) -> str:
        """Name the edition as duties and evidence keep it: `sa-2024-09-14`."""
        return f"{self.jurisdiction}-{self.effective_from.isoformat()}"

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone of its calendar rules."""
        return ZoneInfo(self.time_zone)

    def in_force(self, at: datetime) -> bool:
        """Say whether the instant falls on one of its days, in its own zone; a later edition may still supersede it."""
        day = at.astimezone(self.zone).date()
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


class OpenFigure(NeverRetry):
    """Raised where a clock is asked for that the law of the jurisdiction leaves open. Facts: `edition` and `clock`."""

    def __init__(self, edition: Edition, clock: str) -> None:
        self.edition = edition.name
        self.clock = clock
        super().__init__(
            f"{edition.jurisdiction}: the law leaves the clock {clock!r} open and edition {edition.name} gives no "
            "figure for it; decide on one and add it as a later edition"
        )
