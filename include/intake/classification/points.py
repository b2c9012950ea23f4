"""Gather what speaks for and against a person behind one contact point of a listing."""

from __future__ import annotations

from collections.abc import Iterator

from include.intake.classification.listing import Standing
from include.intake.classification.local_parts import is_name_shaped, names_anybody
from include.intake.classification.mailboxes import is_called, mailbox_codes, mailbox_of
from include.intake.classification.model import NameKind
from include.intake.classification.names import classify_name
from include.intake.normalise.reading import Reading

__all__ = ["DECLARED", "person_code", "point_evidence"]

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
        organisation = classify_name(reading.value).kind is NameKind.ORGANISATION
        return frozenset({person_code(reading.unparsed is None and not organisation)})
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


def person_code(named: bool) -> str:
    """Give the code of a name in a column of persons: whether it names one, or a post or a body."""
    return "person_named" if named else "post_or_body_named"


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
        yield from mailbox_codes(mailbox_of(reading.normalised, reading.traits, about, domains))


def _whose_domain(site: str, about: Standing) -> Iterator[str]:
    if any(is_called(site, person) for person in about.people):
        yield "domain_names_person"
    elif any(is_called(site, name) for name in about.perhaps):
        yield "domain_repeats_name"


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
