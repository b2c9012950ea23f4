"""What no contract, map, profile or edition says: processors, assessments, whose data tables hold, safety measures.

It stands in one YAML file, which AMANAH_RECORDS names. What is written there is read strictly; what is left out is no
error but a finding, for a record that is not complete has to be shown and say so.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, StringConstraints, field_validator, model_validator

from include.law import load_strict
from include.law.wording import FullWording

__all__ = [
    "Assessment",
    "AssessmentKind",
    "Clauses",
    "OnBehalf",
    "Processor",
    "Receiver",
    "RecordsFile",
    "SubProcessor",
    "Transfer",
    "load_records",
]

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,30}$")]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{1,24}[0-9]{0,4}$")]
"""What somebody is called here: a word that the evidence takes."""
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Reference = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z]{1,9}-[0-9]{2,4}-[0-9]{1,4}$")]
"""A document's reference, such as DPIA-2026-001: it goes into the evidence, which takes no other text."""
Clause = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
AssessmentKind = Literal["impact", "legitimate_interest", "transfer"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Transfer(_Part):
    """Why data may leave the country for somebody (Law 29, TR 2 to 4, 7)."""

    ground: Literal[
        "treaty", "kingdom_interest", "obligation_of_the_person", "central_operations", "service_to_the_person",
        "research",
    ]  # fmt: skip
    """The purpose for which the law allows a transfer (Law 29(1), TR 2)."""
    safeguard: Literal["adequacy", "standard_clauses", "binding_rules", "certificate"]
    """What protects the data there (Law 29(2), TR 3, 4)."""
    assessment: Reference | None = None
    """The risk assessment, which every safeguard but an adequate level of protection needs before (TR 7)."""


class Receiver(_Part):
    """Somebody who gets data of ours: their name, where they are, for what, and which data."""

    name: FullWording
    country: Country = "SA"
    """Where they keep or read it, ISO 3166."""
    purposes: tuple[Code, ...] = Field(min_length=1)
    categories: tuple[str, ...] = Field(min_length=1)
    """Data categories of the Fides taxonomy, as data maps name them."""
    transfer: Transfer | None = None


class Clauses(_Part):
    """Where the contract says each of the seven things that it has to say (IR 17(1))."""

    purpose: Clause | None = None
    categories: Clause | None = None
    duration: Clause | None = None
    breach_notice: Clause | None = None
    """That the processor tells us of a breach without delay."""
    foreign_laws: Clause | None = None
    """Whether it is subject to other countries' laws, and what follows."""
    mandatory_disclosure: Clause | None = None
    """That it tells us when a law makes it disclose the data."""
    sub_processors: Clause | None = None


class SubProcessor(_Part):
    """Whom a processor engages in turn: never without our acceptance, and with time to object (IR 17(4))."""

    name: FullWording
    country: Country = "SA"
    accepted: date | None = None
    """When we accepted it."""
    objection_days: PositiveInt | None = None
    """So many days we have to object, by the contract."""
    transfer: Transfer | None = None


class Processor(Receiver):
    """Somebody who processes data for us, by our instructions (Law 8, IR 17)."""

    service: FullWording
    """What they do for us."""
    contract: Clause | None = None
    """The reference of the contract."""
    since: date
    """Its first day."""
    until: date | None = None
    """Its last day; None where it ends by notice."""
    clauses: Clauses = Clauses()
    instructions: Clause | None = None
    """The reference of our instructions (IR 17(2))."""
    breach_hours: PositiveInt | None = None
    """So many hours it has, by the contract, to tell us of a breach."""
    check_months: PositiveInt = 12
    """How often its compliance is looked at (IR 17(3); the figure is house)."""
    checked: tuple[date, ...] = ()
    """When it was looked at."""
    sub_processors: dict[Key, SubProcessor] = {}

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.until is not None and self.until < self.since:
            raise ValueError("until lies before since")
        return self


class OnBehalf(_Part):
    """What we process for somebody else, who decides what for: there we are the processor (Law 1(19), LAW PRC-03)."""

    name: FullWording
    controllers: FullWording
    """For whom: the controllers, by name or by kind."""
    subjects: FullWording
    """Whose data it is."""
    categories: tuple[str, ...] = Field(min_length=1)
    tables: tuple[str, ...] = ()
    """What holds it, each as `system.table`: these are in no activity of our own."""
    contract: Clause | None = None
    instructions: Clause | None = None
    breach_hours: PositiveInt | None = None
    """So many hours we have to tell the controller of a breach."""
    processors: tuple[Code, ...] = ()
    """Whom we engage for it in turn: keys of `processors`."""


class Assessment(_Part):
    """An impact assessment, one of a legitimate interest, or one of a transfer's risks."""

    kind: AssessmentKind
    about: FullWording
    made: date
    valid_until: date
    """The last day on which it holds: then the processing is assessed anew or ends (house)."""
    review_on: date
    """When it is looked at again (house)."""
    outcome: Literal["no_harm", "mitigated", "harmful"]
    """`harmful`: it has to be put right and done again before the processing (IR 16(4), 25(4))."""
    purposes: tuple[Code, ...] = ()
    """The purposes that it covers, of a legitimate interest."""
    tables: tuple[str, ...] = ()
    """Tables with sensitive data that it covers, each as `system.table`."""
    elements: dict[str, Clause] = {}
    """Where the document says each element of the law."""
    copied_to: tuple[Code, ...] = ()
    """Processors that have a copy of it (IR 25(3))."""

    @model_validator(mode="after")
    def _dates_follow(self) -> Self:
        if not self.made <= self.review_on <= self.valid_until:
            raise ValueError("made, review_on and valid_until have to follow each other")
        return self


class RecordsFile(_Part):
    """All of it."""

    people: dict[str, FullWording] = {}
    """Whose data a table of persons holds: `system.table` to words such as customers, employees (IR 33(5)(d))."""
    security: tuple[FullWording, ...] = ()
    """Organisational, administrative and technical measures (IR 23, 33(5)(h))."""
    storage: FullWording | None = None
    """Where data is stored and by what means (Law 12, SDAIA's guideline on privacy policies)."""
    destruction: FullWording | None = None
    """How data is destroyed (Law 12)."""
    processors: dict[Key, Processor] = {}
    recipients: dict[Key, Receiver] = {}
    """Who gets data for ends of their own: partners, authorities."""
    on_behalf: dict[Key, OnBehalf] = {}
    """Where we are the processor."""
    assessments: dict[Reference, Assessment] = {}

    @field_validator("people")
    @classmethod
    def _names_tables(cls, given: dict[str, FullWording]) -> dict[str, FullWording]:
        if wrong := [name for name in given if name.count(".") != 1]:
            raise ValueError(f"{wrong[0]!r} is no system.table")
        return given

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        if both := sorted(self.processors.keys() & self.recipients.keys()):
            raise ValueError(f"{both[0]} is a processor and a recipient of its own; give each role a name of its own")
        named = {code for each in self.on_behalf.values() for code in each.processors}
        named |= {code for each in self.assessments.values() for code in each.copied_to}
        if unknown := sorted(named - self.processors.keys()):
            raise ValueError(f"{unknown[0]} is named and is not under processors")
        return self


def load_records(path: Path | None = None, settings: Mapping[str, str] = os.environ) -> RecordsFile | None:
    """Read the file from the path, else from the one that AMANAH_RECORDS names; None where no file is named.

    Raises `BrokenYaml` (a `NeverRetry`) with line and field where it cannot be read.
    """
    named = settings.get("AMANAH_RECORDS")
    if path is None and not named:
        return None
    return load_strict(path or Path(str(named)).expanduser(), RecordsFile)
