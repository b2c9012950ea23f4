"""Whose a contact point is, by the table of LAW section 4. All names, numbers and addresses are invented."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.intake.classification import RULES, Decision, Klass, ListingFacts, classify_name, decide
from include.intake.classification.model import Shared
from include.intake.normalise import Reading, contact_key_text, read_cell

COMPANY = ListingFacts(organisations=("شركة الأفق للتجارة",))
SHOP = ListingFacts(organisations=("مطعم البستان",))
BRAND = ListingFacts(organisations=("Zorvex",))
PROPRIETOR = ListingFacts(organisations=("مؤسسة فهد العتيبي للمقاولات",))
PROPRIETOR_EN = ListingFacts(organisations=("Fatima Hassan Trading Est.",))
OWNED_COMPANY = ListingFacts(organisations=("شركة فهد العتيبي للتجارة",))
PERSON = ListingFacts(organisations=("د. فهد العتيبي",))
WITH_CONTACT = ListingFacts(organisations=("شركة الأفق للتجارة",), persons=("فهد العتيبي",))
NAMELESS = ListingFacts()

LINE, MOBILE, UNIFIED, FREE = "0110000012", "0500000011", "920000000", "8000000011"


def decision(listing: ListingFacts, field: str, cell: str, means: str | None = None) -> Decision:
    (only,) = decide(listing, read_cell(field, cell, "SA", means))
    return only


@pytest.mark.parametrize("listing", [COMPANY, SHOP, BRAND, OWNED_COMPANY])
@pytest.mark.parametrize("number", [LINE, UNIFIED, FREE])
def test_the_switchboard_of_an_organisation_is_business(listing: ListingFacts, number: str) -> None:
    assert decision(listing, "phone", number).klass is Klass.BUSINESS


@pytest.mark.parametrize("listing", [COMPANY, SHOP, BRAND, PROPRIETOR, PERSON, WITH_CONTACT, NAMELESS])
def test_a_mobile_is_personal_with_a_name_or_without(listing: ListingFacts) -> None:
    assert decision(listing, "phone", MOBILE).klass is Klass.PERSONAL


def test_a_mobile_without_a_name_says_why_it_is_personal() -> None:
    assert "mobile_without_name" in decision(SHOP, "phone", MOBILE).reasons


@pytest.mark.parametrize("means", ["switchboard", "business"])
def test_a_mobile_that_its_source_declares_for_business_is_looked_at(means: str) -> None:
    assert decision(COMPANY, "phone", MOBILE, means).klass is Klass.UNDETERMINED


def test_a_landline_beside_a_contact_person_stays_business_and_says_who_stands_there() -> None:
    found = decision(WITH_CONTACT, "phone", LINE)
    assert found.klass is Klass.BUSINESS
    assert "named_person_beside" in found.reasons


@pytest.mark.parametrize(
    ("listing", "cell", "means"),
    [
        (WITH_CONTACT, f"{LINE} ext 204", None),
        (COMPANY, f"{LINE} (Fahad Saleh)", None),
        (COMPANY, f"{LINE} أحمد سعد", None),
        (COMPANY, f"مباشر: {LINE}", None),
        (COMPANY, LINE, "personal"),
    ],
)
def test_a_landline_that_leads_to_a_person_is_personal(listing: ListingFacts, cell: str, means: str | None) -> None:
    assert decision(listing, "phone", cell, means).klass is Klass.PERSONAL


def test_a_landline_in_a_column_of_mobiles_is_not_trusted_blindly() -> None:
    found = decision(COMPANY, "phone", LINE, "mobile")
    assert "declared_mobile_on_landline" in found.reasons


def test_a_fax_of_a_company_is_business() -> None:
    assert decision(COMPANY, "phone", LINE, "fax").klass is Klass.BUSINESS


@pytest.mark.parametrize("listing", [PROPRIETOR, PROPRIETOR_EN])
@pytest.mark.parametrize(
    ("field", "cell"),
    [
        ("phone", LINE),
        ("phone", MOBILE),
        ("email", "fahad@example.com"),
        ("email", "shop@gmail.com"),
        ("address", "ص.ب 12 الرياض"),
        ("address", "مكتب 5 شارع العليا"),
    ],
)
def test_the_contact_points_of_a_sole_proprietor_are_personal(listing: ListingFacts, field: str, cell: str) -> None:
    assert decision(listing, field, cell).klass is Klass.PERSONAL


@pytest.mark.parametrize(("field", "cell"), [("phone", UNIFIED), ("email", "info@example.com")])
def test_a_sole_proprietors_switchboard_and_role_mailbox_are_never_taken_for_business(field: str, cell: str) -> None:
    assert decision(PROPRIETOR, field, cell).klass is not Klass.BUSINESS


def test_a_company_named_after_a_person_is_a_person_in_law_of_its_own() -> None:
    assert decision(OWNED_COMPANY, "address", "ص.ب 12 الرياض").klass is Klass.BUSINESS


@pytest.mark.parametrize("cell", [LINE, MOBILE])
def test_the_numbers_of_a_listed_person_are_personal(cell: str) -> None:
    assert decision(PERSON, "phone", cell).klass is Klass.PERSONAL


@pytest.mark.parametrize("listing", [COMPANY, SHOP, BRAND, NAMELESS])
@pytest.mark.parametrize("local", ["info", "sales.riyadh", "mabeeat", "hr"])
def test_a_role_mailbox_at_an_own_domain_is_business(listing: ListingFacts, local: str) -> None:
    assert decision(listing, "email", f"{local}@example.com").klass is Klass.BUSINESS


@pytest.mark.parametrize(
    ("listing", "address"),
    [
        (COMPANY, "fahad.otaibi@example.com"),
        (COMPANY, "f.kalmo@example.com"),
        (COMPANY, "kalmo.dirfan@example.com"),
        (COMPANY, "sara@example.com"),
        (COMPANY, "falotaibi@example.com"),
        (WITH_CONTACT, "fotaibi@example.com"),
        (WITH_CONTACT, "otaibi.f@example.com"),
        (WITH_CONTACT, "fahd@example.com"),
    ],
)
def test_a_mailbox_named_after_somebody_is_personal(listing: ListingFacts, address: str) -> None:
    assert decision(listing, "email", address).klass is Klass.PERSONAL


def test_a_mailbox_that_nobody_can_place_is_undetermined() -> None:
    assert decision(COMPANY, "email", "kdzx@example.com").klass is Klass.UNDETERMINED


def test_the_mailbox_of_an_office_with_one_holder_is_never_business() -> None:
    assert decision(COMPANY, "email", "ceo@example.com").klass is not Klass.BUSINESS


@pytest.mark.parametrize("local", ["bustan", "fahad", "kdzx"])
@pytest.mark.parametrize("listing", [COMPANY, SHOP, BRAND])
def test_free_mail_is_personal(listing: ListingFacts, local: str) -> None:
    assert decision(listing, "email", f"{local}@gmail.com").klass is Klass.PERSONAL


@pytest.mark.parametrize("local", ["info", "sales"])
def test_free_mail_named_after_a_role_is_undetermined(local: str) -> None:
    assert decision(SHOP, "email", f"{local}@hotmail.com").klass is Klass.UNDETERMINED


@pytest.mark.parametrize("cell", ["فيلا 3 حي الورود الرياض", "Flat 2, Sample Street, Jeddah"])
@pytest.mark.parametrize("listing", [COMPANY, SHOP, BRAND, NAMELESS])
def test_a_home_address_is_personal(listing: ListingFacts, cell: str) -> None:
    assert decision(listing, "address", cell).klass is Klass.PERSONAL


@pytest.mark.parametrize(
    "cell", ["ص.ب 12 الرياض", "P.O. Box 12, Riyadh", "مكتب 5 شارع العليا", "Sample Street, Riyadh"]
)
def test_the_box_and_the_office_of_a_company_are_business(cell: str) -> None:
    assert decision(COMPANY, "address", cell).klass is Klass.BUSINESS


@pytest.mark.parametrize(
    ("listing", "cell", "klass"),
    [
        (COMPANY, "www.example.com", Klass.BUSINESS),
        (SHOP, "instagram.com/bustan.sa", Klass.BUSINESS),
        (COMPANY, "linkedin.com/company/sample", Klass.BUSINESS),
        (COMPANY, "linkedin.com/in/kalmo", Klass.PERSONAL),
        (WITH_CONTACT, "instagram.com/fahad_otaibi", Klass.PERSONAL),
        (PERSON, "fahadotaibi.example", Klass.PERSONAL),
    ],
)
def test_a_site_of_ones_own_is_business_and_a_personal_profile_is_not(
    listing: ListingFacts, cell: str, klass: Klass
) -> None:
    assert decision(listing, "website", cell).klass is klass


@pytest.mark.parametrize("listing", [COMPANY, SHOP, PERSON, NAMELESS])
def test_a_named_person_is_always_personal(listing: ListingFacts) -> None:
    assert decision(listing, "person", "فهد العتيبي").klass is Klass.PERSONAL
    assert decision(listing, "person", "Kalmo Dirfan").klass is Klass.PERSONAL


def test_a_post_in_the_column_of_persons_is_undetermined() -> None:
    assert decision(COMPANY, "person", "Sample Trading Company").klass is Klass.UNDETERMINED


@pytest.mark.parametrize("listing", [COMPANY, PERSON, NAMELESS])
@pytest.mark.parametrize(("field", "cell"), [("phone", "12"), ("email", "fahad@"), ("website", "sample_shop")])
def test_what_could_not_be_read_is_never_business(listing: ListingFacts, field: str, cell: str) -> None:
    found = decision(listing, field, cell)
    assert found.klass is not Klass.BUSINESS
    assert "unreadable" in found.reasons


def test_an_unclear_name_in_a_partners_list_is_not_taken_for_an_organisation() -> None:
    listed, partner = ListingFacts(("Blue Solvi",)), ListingFacts(("Blue Solvi",), source_kind="partner")
    assert decision(listed, "phone", LINE).klass is Klass.BUSINESS
    assert decision(partner, "phone", LINE).klass is Klass.UNDETERMINED


def test_a_name_that_may_be_a_persons_keeps_its_landline_from_being_business() -> None:
    assert decision(ListingFacts(organisations=("Kalmo Dirfan",)), "phone", LINE).klass is Klass.UNDETERMINED


def test_the_domain_of_the_listings_own_site_counts_for_its_mailboxes() -> None:
    readings = (*read_cell("website", "www.example.com", "SA"), *read_cell("email", "info@mail.example.com", "SA"))
    assert "domain_of_listing" in decide(COMPANY, readings)[1].reasons


def test_a_number_that_other_listings_share_says_so() -> None:
    (reading,) = read_cell("phone", LINE, "SA")
    shared = ListingFacts(organisations=COMPANY.organisations, shared={contact_key_text(reading): Shared(others=3)})
    (found,) = decide(shared, (reading,))
    assert "shared_by_listings" in found.reasons


def test_the_facts_of_a_listing_show_no_name_when_printed() -> None:
    assert "العتيبي" not in repr(WITH_CONTACT)
    assert "الأفق" not in repr(WITH_CONTACT)


def test_the_rules_bear_a_version_without_a_run_of_digits() -> None:
    assert re.fullmatch(r"rules/1-[a-p]{12}", RULES)


CELLS = [
    ("phone", LINE),
    ("phone", MOBILE),
    ("phone", UNIFIED),
    ("phone", f"{LINE} x12"),
    ("phone", "12"),
    ("email", "info@example.com"),
    ("email", "fahad.otaibi@example.com"),
    ("email", "bustan@gmail.com"),
    ("email", "example@example.com"),
    ("website", "example.com"),
    ("website", "instagram.com/fahad.otaibi"),
    ("website", "fahadotaibi.example"),
    ("address", "ص.ب 12 الرياض"),
    ("address", "فيلا 3 حي الورود"),
    ("person", "فهد العتيبي"),
]
LISTINGS = [COMPANY, SHOP, BRAND, PROPRIETOR, PERSON, WITH_CONTACT, NAMELESS]
ORDER = [Klass.BUSINESS, Klass.UNDETERMINED, Klass.PERSONAL]
cells = st.sampled_from(CELLS)
listings = st.sampled_from(LISTINGS)
means = st.sampled_from([None, "mobile", "landline", "fax", "switchboard", "business"])
people = st.sampled_from(["فهد العتيبي", "Fahad Al-Otaibi", "Sara Hassan", "Kalmo Dirfan", "د. سارة"])


@given(listings, cells, means, people)
def test_a_person_named_beside_it_never_makes_a_contact_point_more_business(
    listing: ListingFacts, cell: tuple[str, str], declared: str | None, person: str
) -> None:
    named = ListingFacts(listing.organisations, (*listing.persons, person))
    before, after = (decision(facts, *cell, declared) for facts in (listing, named))
    assert after.score >= before.score
    assert ORDER.index(after.klass) >= ORDER.index(before.klass)


@given(listings, cells)
def test_a_personal_column_never_makes_a_contact_point_business(listing: ListingFacts, cell: tuple[str, str]) -> None:
    before, after = decision(listing, *cell), decision(listing, *cell, "personal")
    assert after.score >= before.score
    assert after.klass is Klass.PERSONAL or cell[0] == "person"


@given(listings, cells, means)
def test_a_persons_name_in_place_of_the_organisations_never_makes_it_more_business(
    listing: ListingFacts, cell: tuple[str, str], declared: str | None
) -> None:
    if classify_name(cell[1]).kind == "person":
        return
    owned = ListingFacts(PERSON.organisations, listing.persons)
    company = ListingFacts(COMPANY.organisations, listing.persons)
    assert decision(owned, *cell, declared).score >= decision(company, *cell, declared).score


@given(listings, st.lists(cells, min_size=1, max_size=6, unique=True), st.randoms())
def test_the_order_of_contact_points_never_changes_a_decision(listing, chosen, random) -> None:  # type: ignore[no-untyped-def]
    readings = [reading for field, cell in chosen for reading in read_cell(field, cell, "SA")]
    shuffled: list[Reading] = random.sample(readings, len(readings))
    expected = dict(zip(readings, decide(listing, readings), strict=True))
    assert dict(zip(shuffled, decide(listing, shuffled), strict=True)) == expected


@given(listings, cells, means)
def test_every_decision_has_a_reason_and_is_the_same_each_time(
    listing: ListingFacts, cell: tuple[str, str], declared: str | None
) -> None:
    found = decision(listing, *cell, declared)
    assert found == decision(listing, *cell, declared)
    assert found.reasons
    assert 0 <= found.score <= 1
