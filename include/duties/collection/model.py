"""What a notice at collection is made of: its elements, what it says of each field, and the notice itself."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

from include.law.wording import FullWording
from include.systems.model import RetentionRule
from include.systems.retention import Figures

__all__ = ["LANGUAGES", "CollectionNotice", "Element", "Field", "KeptBy"]

LANGUAGES = ("ar", "en")


class Element(enum.StrEnum):
    """What the law wants told before or at collection (LAW NOT-02, NOT-03; IR 4(1), Law 13)."""

    CONTROLLER = "controller"
    """The registered legal name and contacts (IR 4(1)(a))."""
    PRIVACY_CHANNEL = "privacy_channel"
    """Where to write about personal data (IR 4(1)(a))."""
    DPO = "dpo"
    """The data protection officer, or that there is none (IR 4(1)(b))."""
    CATEGORIES = "categories"
    """Which fields are asked for, in words."""
    PURPOSE = "purpose"
    """Each specific, clear and explicit purpose (IR 4(1)(c))."""
    LEGAL_BASIS = "legal_basis"
    """The legal basis of each purpose (IR 4(1)(c))."""
    OBLIGATION = "obligation"
    """Which fields are mandatory (IR 4(1)(g)), and what follows from not giving them (Law 13(5))."""
    RETENTION = "retention"
    """How long each field is kept (IR 4(1)(d))."""
    RECIPIENTS = "recipients"
    """Who receives the data in what capacity, and whether it leaves the country (Law 13(4))."""
    SAME_PURPOSE = "same_purpose"
    """That it is not used later in a way that does not fit the purpose (Law 13(2))."""
    RIGHTS = "rights"
    """The rights and how to use each (Law 4, IR 4(1)(e))."""
    WITHDRAWAL = "withdrawal"
    """How to withdraw consent and to stop contact (IR 4(1)(f))."""
    COMPLAINT = "complaint"
    """How to complain to the authority (Law 34, IR 37)."""


@dataclass(frozen=True, slots=True)
class KeptBy:
    """One rule of the map with its figures."""

    rule: RetentionRule
    figures: Figures


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form, as the map knows it. What is None or empty the map does not say."""

    name: str
    """`table.column`."""
    label: FullWording | None
    mandatory: bool | None
    purposes: tuple[str, ...]
    basis: str | None
    kept: tuple[KeptBy, ...]
    faults: tuple[str, ...] = ()
    """What is wrong with the rules that keep it."""


@dataclass(frozen=True, slots=True)
class CollectionNotice:
    """The notice of one form, in Arabic and English, in three forms that say the same."""

    version: str
    """`collection_notice/` and the beginning of a hash over what it says: it changes exactly when that does."""
    text: str
    html: str
    elements: dict[str, Any]
    """By language: title, opening, and the lines of each element."""
