"""The nouns of a breach: what happened, what a report has to say, what was answered about it. Codes, ids and times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from include.errors import NeverRetry

__all__ = [
    "REGISTER",
    "Answer",
    "Block",
    "Deferral",
    "Delay",
    "Element",
    "Given",
    "Incident",
    "IncompleteReport",
    "Kind",
    "Means",
    "Moved",
    "Question",
    "Reason",
    "Stage",
    "Unfit",
]

REGISTER = "register"
"""How our own register is called among the systems."""


class Kind(StrEnum):
    """What came of the incident (IR 1(3), Law 20)."""

    DISCLOSURE = "disclosure"
    UNLAWFUL_ACCESS = "unlawful_access"
    DESTRUCTION = "destruction"
    DAMAGE = "damage"


class Means(StrEnum):
    """How we were told."""

    FORM = "form"
    COMMAND = "command_line"
    CONSOLE = "console"
    API = "api"
    """By a processor, with a key of its own (IR 17(1)(d))."""


class Stage(StrEnum):
    """How far it has come, in the order of the work."""

    RECEIVED = "received"
    SCOPED = "scoped"
    ASSESSED = "assessed"
    REPORTED = "reported"
    SUPPLEMENTED = "supplemented"
    TOLD = "told"
    """The people concerned were told, or it was decided that they need not be."""
    CLOSED = "closed"


class Block(StrEnum):
    """The five parts of the authority's report (IR 24(1)(a)-(e))."""

    A = "a"
    B = "b"
    C = "c"
    D = "d"
    E = "e"


class Element(StrEnum):
    """What a report has to say (IR 24(1)), element by element."""

    DESCRIPTION = "description"
    WHEN = "when"
    HOW = "how"
    KNOWN = "known"
    CATEGORIES = "categories"
    """Of people."""
    SUBJECTS = "subjects"
    """How many of them, actual or approximate."""
    DATA_TYPES = "data_types"
    RISKS = "risks"
    EFFECTS = "effects"
    MEASURES_TAKEN = "measures_taken"
    MEASURES_PLANNED = "measures_planned"
    PEOPLE_TOLD = "people_told"
    CONTACT = "contact"


class Question(StrEnum):
    """What is asked to weigh the risk; each answered yes, no or unknown."""

    HARMS_DATA = "harms_data"
    """May it harm the data? (Law 20(1))"""
    HARMS_PERSON = "harms_person"
    """May it harm the person? (Law 20(1))"""
    AGAINST_RIGHTS = "against_rights"
    """May it conflict with the person's rights or interests? (IR 24(1))"""
    SENSITIVE = "sensitive"
    IDENTIFIES = "identifies"
    """Do the data lead to the person by themselves?"""
    PROTECTED = "protected"
    """Were they unreadable to whoever got them? It lowers the risk and exempts from nothing (LAW BRE-02)."""
    CONTAINED = "contained"


class Answer(StrEnum):
    """An answer; what nobody knows is not taken for a no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Deferral(StrEnum):
    """Why a detail is told later (IR 24(2))."""

    STILL_INVESTIGATED = "still_investigated"
    AWAITS_PROCESSOR = "awaits_processor"
    SYSTEM_AWAY = "system_away"
    AWAITS_AUTHORITY = "awaits_authority"


class Delay(StrEnum):
    """Why a report, or a detail of it, comes late (IR 24(1)-(2))."""

    FOUND_LATE = "found_late"
    SCOPE_TOOK_LONG = "scope_took_long"
    PROCESSOR_LATE = "processor_late"
    PLATFORM_AWAY = "platform_away"
    INVESTIGATION = "investigation"


class Reason(StrEnum):
    """Why somebody is not told (LAW BRE-08)."""

    NO_HARM = "no_harm"
    UNREADABLE = "unreadable"
    CONTAINED_IN_TIME = "contained_in_time"
    NO_PERSONAL_DATA = "no_personal_data"


class Unfit(NeverRetry):
    """Raised where what is told of an incident cannot be; names the field and never what stood there."""


class Moved(NeverRetry):
    """Raised where what somebody approves is not what stands there now."""


class IncompleteReport(NeverRetry):
    """Raised where a report or a notice would lack an element; carries which."""

    def __init__(self, what: str, missing: tuple[str, ...]) -> None:
        super().__init__(f"{what} is not complete, and is not made: it lacks {', '.join(missing)}")
        self.missing = missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An incident as it is told to us."""

    kind: str
    discovered_at: datetime
    known_at: datetime
    """When we knew: the clock starts here (Law 20(1), IR 24(1))."""
    began_at: datetime
    ended_at: datetime | None = None
    """None while nobody knows that it has ended."""
    systems: tuple[str, ...]
    evidence: str
    """A reference: a number, no name. The same one twice is the same incident."""
    rehearsal: bool = False
    processor: str | None = None
    """The code of the processor at whom it happened."""
    jurisdiction: str = "sa"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An incident as it stands."""

    id: UUID
    reference: str
    kind: str
    means: str
    processor: str | None
    discovered_at: datetime
    known_at: datetime
    began_at: datetime
    ended_at: datetime | None
    end_noted_at: datetime | None
    systems: tuple[str, ...]
    evidence: str
    rehearsal: bool
    jurisdiction: str
    edition: str
    due_at: datetime | None
    """By then the authority is told; None where its law gives no period."""
    people_due_at: datetime | None
    people_duty: UUID | None
    noted_at: datetime
    run: str | None
    estimate: int | None
    """How many people a person reckons with, where no map says it."""
    people: int | None
    destroyed_since: int | None
    scoped_at: datetime | None
    assessed_at: datetime | None
    reported_at: datetime | None
    supplemented_at: datetime | None
    told_at: datetime | None
    closed_at: datetime | None
    notice_hash: bytes | None = field(default=None, repr=False)
    """Of the notice to people as an officer allowed it."""

    @property
    def until(self) -> datetime:
        """The last instant whose data it may be about: while it goes on, that of the last count."""
        return self.ended_at or max(self.known_at, self.scoped_at or self.known_at)

    @property
    def outgrown(self) -> bool:
        """Whether its end was told after the last count: that one did not reach so far."""
        return self.end_noted_at is not None and (self.scoped_at is None or self.scoped_at < self.end_noted_at)


Answers = Mapping[str, str]
