"""Say what a listing is: a company's, a sole proprietor's, a person's, or not clear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import NamedTuple

from include.intake.classification.model import Form, ListingFacts, NameDecision, NameKind
from include.intake.classification.name_parts import name_parts, owner_of
from include.intake.classification.names import EVEN, classify_name
from include.intake.classification.weighing import scale

__all__ = ["DIRECTORIES", "Named", "Standing", "named", "standing", "standing_of"]

# Kinds of sources whose column of organisations holds businesses; a partner's may hold its customers.
DIRECTORIES = frozenset({"public_directory", "register"})


@dataclass(frozen=True, slots=True)
class Standing:
    """What a listing's names say: one code for the listing, and who is named in it."""

    codes: frozenset[str]
    people: tuple[str, ...] = field(repr=False)
    """The persons whom a contact point may name: contact persons, the person listed, an owner in the trade name."""
    perhaps: tuple[str, ...] = field(repr=False)
    """Names of the listing that are not clear and lean towards a person's."""
    organisations: tuple[str, ...] = field(repr=False)
    """Names that are an organisation's and hold nobody's."""


class Named(NamedTuple):
    """A name, who is left of it without its trade where it holds a person's, and what it is."""

    text: str
    owner: str
    decision: NameDecision


def standing(listing: ListingFacts) -> Standing:
    """Say what a listing is. The same names give the same standing."""
    return _standing(listing.organisations, listing.persons, listing.source_kind in DIRECTORIES)


@lru_cache(maxsize=1 << 14)
def _standing(organisations: tuple[str, ...], persons: tuple[str, ...], directory: bool) -> Standing:
    names = [named(name, classify_name(name)) for name in organisations if name.strip()]
    return standing_of(names, [named(name, classify_name(name)) for name in persons if name.strip()], directory)


def named(name: str, decision: NameDecision) -> Named:
    """Put a name and its decision together."""
    return Named(name, owner_of(name_parts(name).core) if decision.holds_person else "", decision)


def standing_of(names: Sequence[Named], persons: Sequence[Named], directory: bool) -> Standing:
    """Say what a listing is that has these names and persons beside them; no text is looked at."""
    contacts = tuple(name.text for name in persons if name.decision.kind is not NameKind.ORGANISATION)
    own = tuple(name.text for name in names if name.decision.kind is NameKind.PERSON)
    own += tuple(name.owner for name in names if name.decision.holds_person)
    decisions = [name.decision for name in names]
    code = _code(decisions, bool(contacts), directory)
    beside = bool(contacts and names and code != "person_listing")
    sole = code == "organisation_listing" and any(decision.form is Form.ESTABLISHMENT for decision in decisions)
    perhaps = tuple(name.text for name in names if code == "name_may_be_person" and _leans(name.decision))
    firms = tuple(name.text for name in names if _is_firm(name.decision))
    return Standing(_codes(code, beside, sole), contacts + own, perhaps, firms)


def _is_firm(decision: NameDecision) -> bool:
    return decision.kind is NameKind.ORGANISATION and not decision.holds_person


@cache
def _codes(code: str, beside: bool, sole: bool) -> frozenset[str]:
    more = {"named_person_beside": beside, "sole_establishment": sole}
    return frozenset({code, *(name for name, holds in more.items() if holds)})


def _code(names: list[NameDecision], contacts: bool, directory: bool) -> str:
    if not names:
        return "person_listing" if contacts else "nameless_listing"
    kinds = {decision.kind for decision in names}
    if NameKind.PERSON in kinds:
        return "name_may_be_person" if NameKind.ORGANISATION in kinds else "person_listing"
    if NameKind.ORGANISATION not in kinds:
        return _unclear(names, directory)
    forms = {decision.form for decision in names}
    if forms & {Form.COMPANY, Form.PUBLIC, Form.INSTITUTION}:
        return "company_listing"
    return "sole_proprietor" if any(decision.holds_person for decision in names) else "organisation_listing"


def _unclear(names: list[NameDecision], directory: bool) -> str:
    """Read a name that is neither: a plain pair of words may be a person; a brand in a column of businesses is none."""
    if any(map(_leans, names)):
        return "name_may_be_person"
    return "organisation_column" if directory else "name_undetermined"


def _leans(decision: NameDecision) -> bool:
    """Say whether anything in an unclear name speaks for a person."""
    known = scale("names").evidence
    return decision.score > EVEN or any(known[code].weight > 0 for code in decision.reasons)
