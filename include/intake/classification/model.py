"""What is decided and on what: the class of a contact point, the kind of a name, the facts of a listing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

__all__ = ["Decision", "Form", "Klass", "ListingFacts", "NameDecision", "NameKind", "Shared"]


class Klass(StrEnum):
    """Whose a contact point is. What is undetermined is treated as personal until somebody has looked."""

    BUSINESS = "business"
    PERSONAL = "personal"
    UNDETERMINED = "undetermined"


class NameKind(StrEnum):
    """Who is behind a name."""

    PERSON = "person"
    ORGANISATION = "organisation"
    UNDETERMINED = "undetermined"


class Form(StrEnum):
    """What a name's legal form or activity says about the entity in law."""

    COMPANY = "company"
    ESTABLISHMENT = "establishment"
    PUBLIC = "public"
    INSTITUTION = "institution"


@dataclass(frozen=True, slots=True)
class Decision:
    """The class of one contact point in its listing.

    `score` is the probability, from 0 to 1, that it is personal; `reasons` are codes, the weightiest first.
    """

    klass: Klass
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NameDecision:
    """Who is behind a name, and whether an organisation's name holds that of a person.

    `score` is the probability that it is a person; `reasons` are codes, the weightiest first; `form` is what the name
    says of the entity in law, if anything.
    """

    kind: NameKind
    holds_person: bool
    score: float
    reasons: tuple[str, ...]
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Shared:
    """What other listings say of a contact point.

    `others` are the other organisations that give it too, `sources` those sources in which its own organisation does;
    `personal` says that it is known elsewhere as somebody's own.
    """

    others: int = 0
    sources: int = 1
    personal: bool = False

    OTHERS: ClassVar[int] = 3
    """So many other organisations give what is no one's alone: a switchboard of a building, an office of services."""
    SOURCES: ClassVar[int] = 2
    """So many sources publish it with the same organisation."""

    @property
    def codes(self) -> frozenset[str]:
        """Give the reasons that follow from it."""
        told = {
            "shared_by_listings": self.others >= self.OTHERS,
            "shared_by_sources": self.sources >= self.SOURCES,
            "personal_elsewhere": self.personal,
        }
        return frozenset(code for code, holds in told.items() if holds)


@dataclass(frozen=True, slots=True)
class ListingFacts:
    """What a listing says around its contact points.

    `organisations` and `persons` are names as given; `domains` registrable domains known to be the organisation's own,
    beside those of the websites among the readings; `source_kind` the kind of the source (public_directory, register,
    partner, agent); `shared` says by a contact point's key text what other listings say of it.
    """

    organisations: tuple[str, ...] = field(default=(), repr=False)
    persons: tuple[str, ...] = field(default=(), repr=False)
    domains: frozenset[str] = field(default=frozenset(), repr=False)
    source_kind: str = "public_directory"
    shared: Mapping[str, Shared] | None = field(default=None, repr=False)
