"""Everything that a contact point may say is seen, and told by its reason. All names and addresses are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.intake.classification import Decision, Klass, ListingFacts, decide
from include.intake.classification.model import Shared
from include.intake.classification.weighing import scale
from include.intake.normalise import contact_key_text, read_cell

COMPANY = ListingFacts(organisations=("شركة الأفق للتجارة",))
LATIN = ListingFacts(organisations=("Al Ofuq Trading Company",))
BESIDE = ListingFacts(organisations=("شركة الأفق للتجارة",), persons=("فهد العتيبي",))
LATIN_BESIDE = ListingFacts(organisations=("Horizon Trading Co.",), persons=("Khalid Al-Ghamdi",))


def decisions(
    listing: ListingFacts, field: str, cell: str, means: str | None = None, region: str = "SA"
) -> list[Decision]:
    return list(decide(listing, read_cell(field, cell, region, means)))


def only(listing: ListingFacts, field: str, cell: str, means: str | None = None, region: str = "SA") -> Decision:
    (found,) = decisions(listing, field, cell, means, region)
    return found


@pytest.mark.parametrize(
    ("number", "region", "code"),
    [
        ("0500000011", "SA", "mobile_number"), ("0110000012", "SA", "landline"), ("920000000", "SA", "unified_number"),
        ("8000000011", "SA", "toll_free_number"), ("19900", "SA", "short_code"),
        ("900000012", "AE", "premium_number"), ("700000012", "AE", "shared_cost_number"),
        ("800000012", "AE", "toll_free_number"), ("0500000011", "AE", "mobile_number"),
        ("01000000011", "EG", "mobile_number"), ("19000", "EG", "short_code"),
    ],
)  # fmt: skip
def test_a_number_says_its_type_by_the_plan_of_its_country(number: str, region: str, code: str) -> None:
    assert code in only(COMPANY, "phone", number, region=region).reasons


@pytest.mark.parametrize(
    "local",
    [
        "almabiat", "elmabiat", "mabiat", "el-mabiat", "istiqbal", "alistiqbal", "al-istiqbal", "mabiat.riyadh",
        "taswik", "almushtarayat", "alhesabat", "almawarid.albashariya", "khidmat.alomala", "alwazaif", "aljawda",
        "shoon.altullab", "المبيعات", "مبيعات", "الاستقبال", "الإستقبال", "خدمة.العملاء", "الموارد.البشرية",
        "شؤون.الطلاب",
        "العلاقات.العامة", "المالية", "اداره", "الإدارة",
    ],
)  # fmt: skip
def test_an_arabic_role_names_nobody_in_either_script(local: str) -> None:
    found = only(COMPANY, "email", f"{local}@example.com")
    assert found.klass is Klass.BUSINESS
    assert "role_mailbox" in found.reasons


@pytest.mark.parametrize("local", ["fahad.almabiat", "mabiat.fahad", "المبيعات.فهد", "khalid", "almodeer", "المدير"])
def test_a_role_beside_somebody_and_an_office_of_one_holder_are_never_business(local: str) -> None:
    assert only(COMPANY, "email", f"{local}@example.com").klass is not Klass.BUSINESS


@pytest.mark.parametrize(
    ("listing", "address", "code"),
    [
        (COMPANY, "info@alofuq.example", "domain_near_name"),
        (COMPANY, "info@الأفق.example", "domain_near_name"),
        (COMPANY, "info@ofuq.example", "domain_near_name"),
        (LATIN, "info@الأفق.example", "domain_near_name"),
        (LATIN, "info@alofuq.example", "domain_near_name"),
        (COMPANY, "alofuq@gmail.com", "free_mail"),
        (COMPANY, "x@mailinator.com", "disposable_mail"),
        (BESIDE, "f.otaibi@sample.example", "mailbox_names_person"),
        (BESIDE, "fahd_alotaiby@sample.example", "mailbox_names_person"),
        (BESIDE, "فهد@sample.example", "mailbox_names_person"),
        (LATIN_BESIDE, "خالد.الغامدي@sample.example", "mailbox_names_person"),
        (COMPANY, "sara.hassan@sample.example", "mailbox_name_shaped"),
        (COMPANY, "sample@sample.example", "mailbox_named_as_domain"),
        (COMPANY, "kdzx@sample.example", "mailbox_unknown"),
        (BESIDE, "info@fahadalotaibi.example", "domain_names_person"),
    ],
)
def test_a_mailbox_says_whose_it_looks_like(listing: ListingFacts, address: str, code: str) -> None:
    assert code in only(listing, "email", address.replace(".example", ".com")).reasons


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("info@sample-firm.com", "domain_of_listing"),
        ("info@sample-firm.com.sa", "domain_near_site"),
        ("info@samplefirm.net", "domain_near_site"),
        ("info@other-firm.net", "own_domain"),
    ],
)
def test_a_mailbox_is_held_against_the_website_of_its_listing(address: str, code: str) -> None:
    readings = (*read_cell("website", "www.sample-firm.com", "SA"), *read_cell("email", address, "SA"))
    found = decide(COMPANY, readings)[1].reasons
    assert code in found
    assert ("domain_near_site" in found) == (code == "domain_near_site")


@pytest.mark.parametrize(
    ("field", "cell", "code"),
    [
        ("address", "ص.ب 12 الرياض", "po_box"),
        ("address", "P.O. Box 12, Riyadh", "po_box"),
        ("address", "مكتب 5 شارع العليا", "business_unit"),
        ("address", "Suite 5, Sample Tower", "business_unit"),
        ("address", "فيلا 3 حي الورود", "home_address"),
        ("address", "شقة 4 شارع العينة", "home_address"),
        ("address", "Flat 2, Sample Street", "home_address"),
        ("address", "الرياض", "area_only"),
        ("website", "www.sample-firm.com", "own_site"),
        ("website", "linkedin.com/in/kalmo", "personal_profile"),
        ("website", "linkedin.com/company/kalmo", "company_page"),
        ("website", "instagram.com/fahad_otaibi", "mailbox_names_person"),
        ("website", "salla.sa/sample", "marketplace_page"),
        ("website", "foursquare.com/v/sample", "directory_page"),
        ("website", "bit.ly/sample", "short_link"),
    ],
)
def test_an_address_and_a_site_say_what_they_are(field: str, cell: str, code: str) -> None:
    assert code in only(BESIDE, field, cell).reasons


@pytest.mark.parametrize("means", ["personal", "landline", "fax", "switchboard", "business"])
def test_what_the_column_declares_is_heard(means: str) -> None:
    assert f"declared_{means}" in only(COMPANY, "phone", "0110000012", means).reasons


@pytest.mark.parametrize(
    ("shared", "codes"),
    [
        (Shared(), set()),
        (Shared(others=2), set()),
        (Shared(others=3), {"shared_by_listings"}),
        (Shared(sources=2), {"shared_by_sources"}),
        (Shared(personal=True), {"personal_elsewhere"}),
        (Shared(others=9, sources=9, personal=True), {"personal_elsewhere", "shared_by_listings", "shared_by_sources"}),
    ],
)
def test_what_other_listings_say_is_told_from_so_many_on(shared: Shared, codes: set[str]) -> None:
    assert shared.codes == codes
    assert codes <= set(scale("points").evidence)


CELLS = [
    ("phone", "0110000012"), ("phone", "0500000011"), ("phone", "920000000"), ("phone", "0110000012 ext 12"),
    ("phone", "0110000012 (Fahad Saleh)"), ("email", "info@example.com"), ("email", "fahad.otaibi@example.com"),
    ("email", "bustan@gmail.com"), ("email", "kdzx@example.com"), ("website", "www.example.com"),
    ("website", "linkedin.com/in/kalmo"), ("website", "salla.sa/sample"), ("address", "ص.ب 12 الرياض"),
    ("address", "فيلا 3 حي الورود"), ("address", "Flat 2, Sample Street"), ("address", "مكتب 5 شارع العليا"),
    ("person", "فهد العتيبي"), ("person", "Kalmo Dirfan"),
]  # fmt: skip
ARABIC_DIGITS = [str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"), str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")]
MARKS = ["\u200e", "\u200f", "\u202a", "\u202c", "\u2066", "\u2069", "\ufeff"]
cells = st.sampled_from(CELLS)
listings = st.sampled_from([COMPANY, LATIN, BESIDE, LATIN_BESIDE, ListingFacts()])
means = st.sampled_from([None, "mobile", "landline", "fax", "switchboard", "business", "personal"])
sharing = st.builds(Shared, st.integers(0, 9), st.integers(1, 4), st.booleans())


@given(listings, cells, means, st.data())
def test_digits_marks_spaces_and_letter_case_never_change_a_class(
    listing: ListingFacts, cell: tuple[str, str], declared: str | None, data: st.DataObject
) -> None:
    field, text = cell
    expected = decisions(listing, field, text, declared)
    if field in ("phone", "address"):
        text = text.translate(data.draw(st.sampled_from([{}, *ARABIC_DIGITS])))
    if field in ("email", "website", "phone", "address"):
        text = data.draw(st.sampled_from([str, str.upper, str.lower]))(text)
    around = st.lists(st.sampled_from([*MARKS, " ", "\u00a0", "\t"]), max_size=3).map("".join)
    text = text.replace(" ", data.draw(st.sampled_from([" ", "  ", " \u200f"])))
    written = data.draw(around) + text + data.draw(around)
    found = decisions(listing, field, written, declared)
    assert [(one.klass, one.score, one.reasons) for one in found] == [(o.klass, o.score, o.reasons) for o in expected]


def beside_others(listing: ListingFacts, field: str, cell: str, declared: str | None, shared: Shared) -> Decision:
    readings = read_cell(field, cell, "SA", declared)
    said = {contact_key_text(reading): shared for reading in readings}
    facts = ListingFacts(listing.organisations, listing.persons, shared=said)
    return decide(facts, readings)[0]


@given(listings, cells, means, sharing)
def test_what_is_somebodys_elsewhere_is_never_business_and_never_less_personal(
    listing: ListingFacts, cell: tuple[str, str], declared: str | None, shared: Shared
) -> None:
    without = beside_others(listing, *cell, declared, Shared(shared.others, shared.sources))
    known = beside_others(listing, *cell, declared, Shared(shared.others, shared.sources, personal=True))
    assert known.score >= without.score
    assert known.klass is not Klass.BUSINESS


@given(listings, cells, means, sharing)
def test_however_many_share_it_a_personal_signal_is_not_outvoted_and_a_reason_is_given(
    listing: ListingFacts, cell: tuple[str, str], declared: str | None, shared: Shared
) -> None:
    alone, found = decisions(listing, *cell, declared)[0], beside_others(listing, *cell, declared, shared)
    bars = {scale("points").evidence[code].bar for code in alone.reasons}
    assert found.reasons
    assert found.klass is not Klass.BUSINESS or not bars - {None}
    assert found.klass is Klass.PERSONAL or "personal" not in bars
