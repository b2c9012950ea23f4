"""Say what a listing is: a company's, a sole proprietor's, a person's, or not clear."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache

from include.intake.classification.model import Form, ListingFacts, NameDecision, NameKind
from include.intake.classification.name_parts import is_trade_word, name_parts
from include.intake.classification.names import classify_name
from include.intake.classification.vocabulary import word
from include.intake.classification.weighing import scale

__all__ = ["DIRECTORIES", "Standing", "standing", "standing_of_one"]

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


def standing(listing: ListingFacts) -> Standing:
    """Say what a listing is. The same names give the same standing."""
    return _standing(listing.organisations, listing.persons, listing.source_kind in DIRECTORIES)


@lru_cache(maxsize=1 << 14)
def _standing(organisations: tuple[str, ...], persons: tuple[str, ...], directory: bool) -> Standing:
    names = [(name, classify_name(name)) for name in organisations if name.strip()]
    contacts = tuple(p for p in persons if p.strip() and classify_name(p).kind is not NameKind.ORGANISATION)
    own = tuple(name for name, decision in names if decision.kind is NameKind.PERSON)
    own += tuple(_owner(name) for name, decision in names if decision.holds_person)
    code = _code([decision for _, decision in names], bool(contacts), directory)
    beside = bool(contacts and names and code != "person_listing")
    sole = code == "organisation_listing" and any(d.form is Form.ESTABLISHMENT for _, d in names)
    perhaps = tuple(name for name, decision in names if code == "name_may_be_person" and _leans(decision))
    firms = tuple(n for n, decision in names if decision.kind is NameKind.ORGANISATION and not decision.holds_person)
    return Standing(_codes(code, beside, sole), contacts + own, perhaps, firms)


def standing_of_one(name: str, decision: NameDecision, directory: bool) -> Standing:
    """Say what a listing is that has one name, already decided, and nobody named beside it."""
    codes, whose = _alone(decision, directory)
    match whose:
        case "person":
            return Standing(codes, (name,), (), ())
        case "owner":
            return Standing(codes, (_owner(name),), (), ())
        case "perhaps":
            return Standing(codes, (), (name,), ())
        case "firm":
            return Standing(codes, (), (), (name,))
    return Standing(codes, (), (), ())


@lru_cache(maxsize=1 << 14)
def _alone(decision: NameDecision, directory: bool) -> tuple[frozenset[str], str]:
    code = _code([decision], False, directory)
    codes = _codes(code, False, code == "organisation_listing" and decision.form is Form.ESTABLISHMENT)
    if decision.kind is NameKind.PERSON:
        return codes, "person"
    if decision.holds_person:
        return codes, "owner"
    if code == "name_may_be_person" and _leans(decision):
        return codes, "perhaps"
    return codes, "firm" if decision.kind is NameKind.ORGANISATION else "nobody"


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
    return decision.score > 0.5 or any(known[code].weight > 0 for code in decision.reasons)


def _owner(name: str) -> str:
    """Give what is left of a sole proprietor's trade name without the trade: who the owner is."""
    core = name_parts(name).core
    return " ".join(text for text in core if not is_trade_word(text) and not word(text).for_trade)
