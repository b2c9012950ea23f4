"""The parts of a contract: its name, basis, columns, opt-out mark and bounds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import PurePath
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, field_validator, model_validator
from pydantic import Field as Option

from include.intake.contracts.fields import Field

__all__ = ["Basis", "BasisCase", "Ceilings", "Column", "Floors", "Means", "OptOut", "Title"]

BasisCase = Literal[
    "consent",
    "public_source",
    "public_entity",
    "vital_interest",
    "public_health",
    "not_identifiable",
    "legitimate_interest",
]
Means = Literal["mobile", "landline", "fax", "switchboard", "personal", "business"]
Language = Literal["ar", "en"]
Share = Annotated[float, Option(ge=0, le=1)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,47}$")]

FILE_SUFFIXES = {
    ".pdf",
    ".doc",
    ".docx",
    ".xls",
    ".xlsx",
    ".odt",
    ".txt",
    ".md",
    ".png",
    ".jpg",
    ".jpeg",
    ".eml",
    ".msg",
}


def _reference(text: str) -> str:
    if any(sign in text for sign in "/\\@") or re.match(r"[A-Za-z]:|file:|~", text):
        raise ValueError("must be a document's reference such as DOC-2026-014, not a path or a link")
    if PurePath(text.lower()).suffix in FILE_SUFFIXES:
        raise ValueError("must be a document's reference such as DOC-2026-014, not the name of a file")
    return text


Reference = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80), AfterValidator(_reference)]


def listed(given: Any) -> Any:
    """Let one word stand for a list of one."""
    return [given] if isinstance(given, str | int | float) and not isinstance(given, bool) else given


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Title(Part):
    """The source's name as a person who asks where we got their details should read it (IR 4(3))."""

    ar: Text
    """In Arabic."""
    en: Text
    """In English."""


class Basis(Part):
    """Why the data may come from someone other than the person (Law 10, IR 15). Left empty, the source cannot run."""

    case: BasisCase | Literal[""]
    """Which of the seven cases of Law 10 applies (SRC-01)."""
    proof: Reference
    """The reference of the document that proves it, such as DOC-2026-014 (IR 15(2), SRC-02, SRC-03)."""
    expires: date | None = None
    """The last day on which the basis holds; partners and agents must have one (SRC-03)."""

    @field_validator("case", "proof", mode="before")
    @classmethod
    def _nothing_is_empty(cls, given: Any) -> Any:
        return "" if given is None else given


class Column(Part):
    """What a source column becomes. A bare field name (`Phone: phone`) stands for that field and nothing else."""

    field: Field
    """Our word for what the column holds."""
    language: Language | None = None
    """The language that the column is written in; null where it is mixed or has none."""
    means: Means | None = None
    """What the source says about the contact details in this column."""
    why: Text | None = None
    """Why it is needed; mandatory outside the policy's six fields (IR 19(1), MIN-03)."""
    separator: Annotated[str, StringConstraints(min_length=1)] | None = None
    """What stands between several values in one cell, where the source has a rule for it."""
    optional: bool = False
    """Whether a file without this column is still whole."""
    at_sign: Annotated[str, StringConstraints(min_length=1, max_length=8)] | None = None
    """What the source writes in e-mail addresses in place of @."""

    @model_validator(mode="before")
    @classmethod
    def _from_field_alone(cls, given: Any) -> Any:
        return {"field": given} if isinstance(given, str) else given


class OptOut(Part):
    """How the directory itself marks who does not want to be approached."""

    column: str
    """The source column."""
    values: Annotated[tuple[str, ...], Option(min_length=1)]
    """The cells that mean no, without regard to case."""

    @field_validator("values", mode="before")
    @classmethod
    def _as_text(cls, given: Any) -> Any:
        values = [given] if isinstance(given, bool) else listed(given)
        if not isinstance(values, list | tuple):
            return values
        return [str(value).lower() if isinstance(value, bool) else str(value) for value in values]

    def refuses(self, cell: str) -> bool:
        """Tell whether this cell of the column means that the person opted out."""
        return cell.strip().casefold() in {value.strip().casefold() for value in self.values}


class Bounds(Part):
    filled: dict[Field, Share] = Option(default_factory=dict)
    """Per field, the share of rows in which at least one of its columns is not empty."""

    @model_validator(mode="before")
    @classmethod
    def _fields_beside_the_others(cls, given: Any) -> Any:
        """Let `{rows: 20, phone: 0.5}` stand for `{rows: 20, filled: {phone: 0.5}}`."""
        if not isinstance(given, Mapping):
            return given
        beside = {key: value for key, value in given.items() if key in set(Field)}
        others = {key: value for key, value in given.items() if key not in beside}
        return {**others, "filled": {**(given.get("filled") or {}), **beside}} if beside else others


class Floors(Bounds):
    """Below any of these, the whole delivery fails."""

    rows: int = Option(default=1, ge=1)
    """The fewest rows that a whole delivery can have."""


class Ceilings(Bounds):
    """Above any of these, the delivery is registered and a person is warned."""

    rows: int | None = Option(default=None, ge=1)
    """The most rows that are plausible; null where no number is too many."""
    quarantined: Share = 0.02
    """The share of rows that may be set aside before somebody should look."""
