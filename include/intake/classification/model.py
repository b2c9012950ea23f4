"""What is decided and on what: the class of a contact point, the kind of a name, the facts of a listing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["Decision", "Form", "Klass", "ListingFacts", "NameDecision", "NameKind"]


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
class ListingFacts:
    """What a listing says around its contact points.

    `organisations` and `persons` are names as given; `domains` registrable domains known to be the organisation's own,
    beside those of the websites among the readings; `source_kind` the kind of the source (public_directory, register,
    partner, agent); `shared_by` says for a contact point's key text in how many listings of other organisations it
    stands too.
    """

    organisations: tuple[str, ...] = field(default=(), repr=False)
    persons: tuple[str, ...] = field(default=(), repr=False)
    domains: frozenset[str] = field(default=frozenset(), repr=False)
    source_kind: str = "public_directory"
    shared_by: Mapping[str, int] | None = field(default=None, repr=False)
