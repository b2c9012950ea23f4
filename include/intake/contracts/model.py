"""What we take from a source, on which basis and for what: the contract, as a frozen value."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, StringConstraints, ValidationError, field_validator, model_validator
from pydantic import Field as Option
from pydantic_core import InitErrorDetails, PydanticCustomError

from include.intake.contracts.fields import Field
from include.intake.contracts.format import Format
from include.intake.contracts.location import Location
from include.intake.contracts.parts import (
    Basis,
    Ceilings,
    Code,
    Column,
    Floors,
    Language,
    OptOut,
    Part,
    Reference,
    Text,
    Title,
    listed,
)
from include.intake.contracts.refresh import CRON, as_grace, as_refresh, grace_of
from include.intake.contracts.terms import Breach, broken_terms

__all__ = ["Contract"]

HOME_REGION = {"sa": "SA", "eg": "EG", "ae": "AE"}
"""Whose numbering plan a phone without a country code follows. A jurisdiction of many countries has none."""


class Contract(Part):
    """One source: who publishes it, on which basis we take it, for what, where it lies and what its columns mean."""

    key: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,47}$")]
    """Its name in DAGs, tables and evidence, and the name of its folder."""
    title: Title
    """Its name for people."""
    publisher: Text
    """Who publishes or hands over the data."""
    kind: Literal["public_directory", "register", "partner", "agent"]
    """What the publisher is to us."""
    basis: Basis
    """The lawful basis (Law 10)."""
    purposes: Annotated[tuple[Code, ...], Option(min_length=1)]
    """Codes of the purposes in the controller's profile that the data is collected for (Law 11, IR 4(1)(c))."""
    licence: Text
    """The terms under which the data is published or handed over."""
    jurisdiction: Literal["sa", "eg", "ae", "eu"]
    """Whose edition of the policy applies."""
    language: Language
    """The source's main language: the first one of its notices."""
    region: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = Option(
        default_factory=lambda given: HOME_REGION.get(given.get("jurisdiction", ""))
    )
    """ISO 3166 code of the country whose phone numbers stand without country code; null where there is none."""
    refresh: Annotated[str, AfterValidator(as_refresh)] = "nightly"
    """When to collect: nightly, weekly, manual, or a cron expression in the edition's time zone."""
    grace: Annotated[str, AfterValidator(as_grace)] | None = None
    """How late a delivery may be before it raises an alarm, such as 6 hours; null for 6 hours, 1 day if weekly."""
    delivery: Literal["full", "incremental"]
    """Whether a listing that is not in a delivery has been withdrawn (full) or is merely not repeated (incremental)."""
    location: Location
    """Where the file is."""
    format: Format
    """How its bytes are laid out."""
    row_id: tuple[str, ...] = ()
    """The columns that together name a row for as long as the source keeps it; empty where the source has none."""
    columns: Annotated[dict[str, Column], Option(min_length=1)]
    """Source columns that we take, and what each becomes (Law 11(3), MIN-01)."""
    ignore: dict[str, Annotated[str, StringConstraints(strip_whitespace=True, min_length=10)]] = Option(
        default_factory=dict
    )
    """Source columns that we don't take, each with the reason; `*` in a name stands for any letters (MIN-03)."""
    opt_out: OptOut | None = None
    """The directory's own opt-out column, if it has one."""
    floors: Floors = Floors()
    """What a delivery must reach."""
    ceilings: Ceilings = Ceilings()
    """What a delivery should stay under."""
    assessment: Reference | None = None
    """The reference of the impact assessment on joining this source to others (Law 22, IR 25(1)(b))."""

    @field_validator("key")
    @classmethod
    def _no_number_in_disguise(cls, key: str) -> str:
        if re.search(r"\d{7}", key):
            raise ValueError("must not hold more than 6 digits in a row")
        return key

    @field_validator("purposes", "row_id", mode="before")
    @classmethod
    def _one_or_many(cls, given: Any) -> Any:
        return listed(given)

    @field_validator("assessment")
    @classmethod
    def _absent_when_empty(cls, reference: str | None) -> str | None:
        return reference or None

    @model_validator(mode="before")
    @classmethod
    def _opt_out_is_a_column(cls, given: Any) -> Any:
        """Take the opt-out column without its being named twice."""
        match given:
            case {"opt_out": {"column": str(name)}, "columns": dict(columns)} if name not in columns:
                why = "shows who objected at the source, so that nobody approaches them (Law 5(2))"
                return {**given, "columns": {**columns, name: {"field": Field.OPT_OUT.value, "why": why}}}
        return given

    @model_validator(mode="after")
    def _terms_fit_together(self) -> Contract:
        broken = broken_terms(self)
        if broken:
            raise ValidationError.from_exception_data("Contract", [_detail(breach) for breach in broken])
        return self

    @property
    def cron(self) -> str | None:
        """The schedule as a cron expression in the edition's time zone; None where only a person starts it."""
        return CRON.get(self.refresh, self.refresh)

    @property
    def patience(self) -> timedelta:
        """How late a delivery may be."""
        return grace_of(self.grace, self.refresh)

    def named(self, field: Field | str) -> tuple[str, ...]:
        """Return the source columns that hold a field, in the contract's order."""
        return tuple(name for name, column in self.columns.items() if column.field == field)


def _detail(breach: Breach) -> InitErrorDetails:
    return InitErrorDetails(
        type=PydanticCustomError("terms", "{what}", {"what": breach.what}), loc=breach.place, input=None
    )
