"""Gather what speaks for and against a person behind one contact point of a listing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from include.intake.classification.likeness import names_alike, skeleton
from include.intake.classification.listing import Standing
from include.intake.classification.local_parts import domain_label, is_name_shaped, named_as_domain, names_anybody
from include.intake.classification.model import NameKind
from include.intake.classification.names import classify_name
from include.intake.normalise.mailboxes import segments
from include.intake.normalise.names import ARTICLES, fold, organisation_form, words
from include.intake.normalise.reading import Reading
from include.intake.normalise.websites import registrable_domain

__all__ = ["DECLARED", "mailbox_evidence", "point_evidence"]

NUMBER_CODES = {
    "mobile": "mobile_number",
    "landline": "landline",
    "mobile_or_landline": "mobile_or_landline",
    "unified": "unified_number",
    "toll_free": "toll_free_number",
    "shared_cost": "shared_cost_number",
    "premium": "premium_number",
    "uan": "access_number",
    "voip": "voip_number",
    "pager": "pager_number",
    "voicemail": "voicemail_number",
    "personal_number": "personal_number",
}
DECLARED = frozenset(
    {"declared_personal", "declared_landline", "declared_fax", "declared_switchboard", "declared_business"}
)
# A hotline, and a number dialled within its area, have no E.164 form and yet say what they are.
UNPARSED = {"short_code": "short_code", "no_area_code": "local_number"}
REPEATS = "domain_repeats_name"
SITES = {
    "own_site": "own_site",
    "social_profile": "social_profile",
    "company_page": "company_page",
    "personal_profile": "personal_profile",
    "marketplace": "marketplace_page",
    "listing": "directory_page",
    "short_link": "short_link",
}


def point_evidence(reading: Reading, about: Standing, domains: frozenset[str]) -> frozenset[str]:
    """Give the codes of everything that is known of a contact point: itself, its cell, its column, its listing.

    `domains` are those known to be the organisation's own.
    """
    if reading.kind == "person":
        return frozenset(_person(reading))
    codes = set(about.codes) | (reading.traits & DECLARED)
    if reading.unparsed:
        codes.add(UNPARSED.get(reading.unparsed, "unreadable"))
    if reading.beside and classify_name(reading.beside).kind is not NameKind.ORGANISATION and _is_name(reading.beside):
        codes.add("named_in_cell")
    match reading.kind:
        case "phone":
            codes.update(_phone(reading, about))
        case "email":
            codes.update(_email(reading, about, domains))
        case "website":
            codes.update(_website(reading, about))
        case "address":
            codes.update(_address(reading))
    return frozenset(codes)


def _is_name(words: str) -> bool:
    """Words in a cell name somebody where they are decided so, or where a single one is a given name."""
    decision = classify_name(words)
    return decision.kind is NameKind.PERSON or "given_name_first" in decision.reasons


def _person(reading: Reading) -> Iterator[str]:
    decision = classify_name(reading.value)
    none_named = reading.unparsed is not None or decision.kind is NameKind.ORGANISATION
    yield "post_or_body_named" if none_named else "person_named"


def _phone(reading: Reading, about: Standing) -> Iterator[str]:
    if reading.number_type:
        yield NUMBER_CODES[reading.number_type]
    if reading.number_type == "mobile":
        yield "mobile_beside_person" if about.people else "mobile_without_name"
    if "declared_mobile" in reading.traits and reading.number_type != "mobile":
        known = reading.number_type not in (None, "mobile_or_landline")
        yield "declared_mobile_on_landline" if known else "declared_mobile"
    if reading.detail:
        yield "extension_with_name" if about.people else "extension"


def _email(reading: Reading, about: Standing, domains: frozenset[str]) -> Iterator[str]:
    if reading.normalised is not None:
        yield from mailbox_evidence(reading.normalised, reading.traits, about, domains)


def mailbox_evidence(address: str, traits: frozenset[str], about: Standing, domains: frozenset[str]) -> Iterator[str]:
    """Give the codes of what a mailbox says by itself, and beside the names and sites of its listing."""
    local, _, domain = address.rpartition("@")
    site, label = _site_of(domain)
    free, role = "free_mail" in traits, "role" in traits
    if "disposable" in traits:
        yield "disposable_mail"
    if free:
        yield "free_mail"
    else:
        yield "domain_of_listing" if site in domains else "own_domain"
        if site not in domains and any(label == _site_of(known)[1] for known in domains):
            yield "domain_near_site"
        if about.organisations and _near(label, about.organisations):
            yield "domain_near_name"
        if about.people or about.perhaps:
            yield from (code for code in _whose_domain(site, about) if not role or code != REPEATS)
    if role:
        yield "one_holder_mailbox" if "one_holder" in traits else "role_mailbox"
    elif about.people and names_anybody(local, about.people):
        yield "mailbox_names_person"
    elif not free and named_as_domain(local, site):
        yield "mailbox_named_as_domain"
    else:
        yield "mailbox_name_shaped" if is_name_shaped(local) else "mailbox_unknown"


@lru_cache(maxsize=1 << 14)
def _site_of(domain: str) -> tuple[str, str]:
    """Give the part of a domain that somebody registered, and what its owner calls itself in it."""
    site = registrable_domain(domain) or domain
    return site, domain_label(site)


def _near(label: str, organisations: tuple[str, ...]) -> bool:
    """Say whether a domain is called as the organisation is, in either script."""
    label = fold(label)
    if not any(_shares_a_word(label, name) for name in organisations):
        return False
    plain, bones = _parts_of(organisations, label.isascii())
    own = skeleton(label)
    return any(part in label for part in plain) or any(part in own and (len(part) > 2 or part == own) for part in bones)


def _shares_a_word(label: str, name: str) -> bool:
    """Say at little cost whether any word of a name may be in a domain: hardly any is, so the rest is seldom asked."""
    for word in words(name):
        if word in label or word in ARTICLES:
            return True
        if word.isascii() != label.isascii() and skeleton(word) in skeleton(label):
            return True
    return False


@lru_cache(maxsize=1 << 12)
def _parts_of(organisations: tuple[str, ...], latin: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the words of names that are long enough to tell, and what survives in the domain's script of the others."""
    parts = [part for name in organisations for part in organisation_form(name).core.split()]
    bones = [skeleton(part) for part in parts if part.isascii() != latin]
    return tuple(part for part in parts if len(part) >= 4), tuple(part for part in bones if len(part) >= 2)


def _whose_domain(site: str, about: Standing) -> Iterator[str]:
    """Say whether a domain is a person's full name, or that of somebody who may be one."""
    label = segments(site.partition(".")[0])
    if any(names_alike(label, person, both=True) for person in about.people):
        yield "domain_names_person"
    elif any(names_alike(label, name, both=True) for name in about.perhaps):
        yield REPEATS


def _website(reading: Reading, about: Standing) -> Iterator[str]:
    yield from (code for trait, code in SITES.items() if trait in reading.traits)
    if reading.normalised and "own_site" in reading.traits:
        yield from _whose_domain(reading.normalised, about)
    handle = (reading.detail or "").partition("/")[0]
    if handle and "social_profile" in reading.traits:
        if names_anybody(handle, about.people) and about.people:
            yield "mailbox_names_person"
        elif is_name_shaped(handle):
            yield "profile_name_shaped"


def _address(reading: Reading) -> Iterator[str]:
    if reading.normalised is not None:
        yield "postal_address"
    for trait, code in (("po_box", "po_box"), ("unit", "business_unit"), ("home", "home_address")):
        if trait in reading.traits:
            yield code
    if "area_only" in reading.traits:
        yield "area_only"
