"""What a column holds is guessed from its heading and its cells; where they contradict, the cells are believed."""

from __future__ import annotations

import pandas as pd
import pytest

from include.intake.contracts import Field
from include.intake.contracts.guess import Guess, guess, mapping

EMAILS = ["info@example.com", "sales@example.org", "contact@shop.example", "help@store.example"]
MOBILES = ["0500000001", "+966 50 000 0002", "00966500000003", "966500000004"]
LANDLINES = ["011-0000001", "0110000002 - 0110000003", "+966 11 000 0004", "012 000 0005"]
SITES = ["www.shop.example", "https://store.example/ar", "example.com", "http://mart.example"]
PEOPLE = ["محمد أحمد العينة", "خالد بن علي النموذج", "فاطمة حسن المثال", "أ. عبدالله سالم الاختبار"]
PEOPLE_EN = ["John Sample", "Mary Q. Example", "Dr. Ahmed Test", "Sara Invented"]
SHOPS = ["شركة المثال للتجارة", "مطعم النموذج", "صيدلية العينة", "مؤسسة الاختبار"]
SHOPS_EN = ["Example Trading Co.", "Sample Pharmacy", "Model Restaurant", "Test Laundry"]
CITIES = ["الرياض", "جدة", "الدمام", "مكة المكرمة"]
STREETS = ["شارع المثال، حي العينة", "طريق النموذج 12", "شارع الاختبار", "حي العينة، شارع 5"]
BOXES = ["1234", "ص.ب 55", "90", "4321"]
CODES = ["12345", "23456", "34567", "45678"]
DATES = ["2026-01-02", "2025-11-30", "01/02/2024", "2026-03-01"]
COORDINATES = ["24.7136", "21.4858", "26.4207", "24.0889"]
PLANTED = [
    # heading, cells, field, language, means
    ("اسم المنشأة", SHOPS, "organisation", "ar", None),
    ("إسم الشركة (عربي)", SHOPS, "organisation", "ar", None),
    ("الاسم التجاري بالإنجليزية", SHOPS_EN, "organisation", "en", None),
    ("Company Name", SHOPS_EN, "organisation", None, None),
    ("company_name_ar", SHOPS, "organisation", "ar", None),
    ("Raison sociale", SHOPS_EN, "organisation", None, None),
    ("الاسم", SHOPS, "organisation", "ar", None),
    ("الاسم", PEOPLE, "person", "ar", None),
    ("Name", PEOPLE_EN, "person", None, None),
    ("title", SHOPS_EN, "organisation", None, None),
    ("اسم المدير المسؤول", PEOPLE, "person", "ar", None),
    ("اسم المالك", PEOPLE, "person", "ar", None),
    ("Contact Person", PEOPLE_EN, "person", None, None),
    ("owner.name", PEOPLE_EN, "person", None, None),
    ("Gérant", PEOPLE_EN, "person", None, None),
    ("المسمى الوظيفي", ["مدير المبيعات", "محاسب", "رئيس القسم", "مهندس"], "role", "ar", None),
    ("Job Title", ["Sales manager", "Accountant", "CEO", "Engineer"], "role", None, None),
    ("Title", ["Sales manager", "Director", "CEO", "Chief engineer"], "role", None, None),
    ("رقم الجوال", MOBILES, "phone", None, "mobile"),
    ("جوال المدير", MOBILES, "phone", None, "mobile"),
    ("Mobile No.", MOBILES, "phone", None, "mobile"),
    ("واتساب", MOBILES, "phone", None, "mobile"),
    ("Portable", MOBILES, "phone", None, "mobile"),
    ("هاتف المحل", LANDLINES, "phone", None, None),
    ("الهاتف الثابت", LANDLINES, "phone", None, "landline"),
    ("تليفون", LANDLINES, "phone", None, None),
    ("أرقام التواصل", LANDLINES, "phone", None, None),
    ("Tél.", LANDLINES, "phone", None, None),
    ("contact.phones", LANDLINES, "phone", None, None),
    ("branches[].telephoneNumber", LANDLINES, "phone", None, None),
    ("الرقم الموحد", ["920000001", "920000002", "8000000003", "920000004"], "phone", None, "switchboard"),
    ("فاكس", LANDLINES, "phone", None, "fax"),
    ("Fax Number", LANDLINES, "phone", None, "fax"),
    ("الهاتف المنزلي", LANDLINES, "phone", None, "personal"),
    ("Tel / Fax", LANDLINES, "phone", None, None),
    ("الهاتف والجوال", MOBILES, "phone", None, None),
    ("رقم هاتف الشركة", LANDLINES, "phone", None, None),
    ("Mobile phone", MOBILES, "phone", None, "mobile"),
    ("Home phone", LANDLINES, "phone", None, "personal"),
    ("رقم الهاتف", ["٠٥٠٠٠٠٠٠٠١", "٠٥٠٠٠٠٠٠٠٢", "٠٥٠٠٠٠٠٠٠٣"], "phone", None, None),
    ("البريد الإلكتروني", EMAILS, "email", None, None),
    ("الايميل", EMAILS, "email", None, None),
    ("E-mail Address", EMAILS, "email", None, None),
    ("Courriel", EMAILS, "email", None, None),
    ("الموقع الإلكتروني", SITES, "website", None, None),
    ("الموقع", SITES, "website", None, None),
    ("Site web", SITES, "website", None, None),
    ("homepageUrl", SITES, "website", None, None),
    ("العنوان", STREETS, "address", "ar", None),
    ("الموقع", STREETS, "address", "ar", None),
    ("العنوان الوطني", STREETS, "address", "ar", None),
    ("Street Address", ["12 Sample St", "Model Road", "Example Ave 5", "Test Lane"], "address", None, None),
    ("Adresse", ["12 rue Exemple", "av. Modèle", "bd Essai", "rue 5"], "address", None, None),
    ("المدينة", CITIES, "city", "ar", None),
    ("Ville", ["Fès", "Rabat", "Oujda"], "city", None, None),
    ("اسم الحي", ["العليا", "الملز", "النسيم", "الروضة"], "district", "ar", None),
    ("المنطقة", CITIES, "region", "ar", None),
    ("المحافظة", CITIES, "region", "ar", None),
    ("الدولة", ["السعودية", "مصر", "الأردن"], "country", "ar", None),
    ("ص.ب", BOXES, "po_box", None, None),
    ("صندوق البريد", BOXES, "po_box", None, None),
    ("P.O. Box", BOXES, "po_box", None, None),
    ("الرمز البريدي", CODES, "postal_code", None, None),
    ("ZIP", CODES, "postal_code", None, None),
    ("عدد الموظفين", ["12", "5", "300", "41"], "company_size", None, None),
    # cells against headings
    ("حقل 7", EMAILS, "email", None, None),
    ("col_b", ["+966 50 000 0001", "0500000002", "+966 11 000 0003", "0110000004"], "phone", None, None),
    ("ملاحظات", EMAILS, "email", None, None),
    ("Email", ["a&example.com", "b&example.org", "c.d&mail.example"], "email", None, None),
]
NO_CONTACT = [
    ("Email", DATES),
    ("Website", ["Yes", "No", "Yes", "No"]),
    ("رقم الهوية", ["1000000008", "1000000016", "1000000024", "1000000032"]),
    ("السجل التجاري", ["1010000001", "1010000002", "4030000003", "1010000004"]),
    ("رقم الترخيص", ["0500000001", "0500000002", "0500000003"]),
    ("تاريخ الميلاد", DATES),
    ("خط العرض", COORDINATES),
    ("lat", COORDINATES),
    (
        "google_maps_url",
        ["https://maps.google.com/?q=1", "https://maps.google.com/?q=2", "https://maps.google.com/?q=3"],
    ),
    ("opening_hours", ["Mo-Su 09:00-23:00", "24/7", "Sa-Th 08:00-12:00"]),
    ("التقييم", ["4.5", "3.8", "5"]),
    ("عدد الفروع", ["1", "2", "5"]),
    ("النوع", ["أفراد", "شركات", "أفراد"]),
    ("updated", DATES),
    ("source", ["a.csv", "b.csv", "c.csv"]),
    ("price", ["100", "2500000", "31000000"]),
]


def alone(heading: str, cells: list[str]) -> Guess | None:
    """Guess a column beside an ordinary name column."""
    frame = pd.DataFrame({"Company": (SHOPS_EN * 2)[: len(cells)], heading: cells}, dtype="str")
    return guess(list(frame.columns), frame).get(heading)


@pytest.mark.parametrize(("heading", "cells", "field", "language", "means"), PLANTED)
def test_a_column_is_told(heading: str, cells: list[str], field: str, language: str | None, means: str | None) -> None:
    found = alone(heading, cells)
    assert found is not None
    assert (found.field, found.language, found.means) == (field, language, means)


@pytest.mark.parametrize(("heading", "cells"), NO_CONTACT)
def test_what_is_no_contact_is_left_out(heading: str, cells: list[str]) -> None:
    assert alone(heading, cells) is None


def test_the_sign_in_place_of_at_is_told() -> None:
    found = alone("mail", ["a&example.com", "b&example.org", "c.d&mail.example"])
    assert found is not None
    assert found.at_sign == "&"


def test_an_empty_column_goes_by_its_heading_and_less_sure() -> None:
    empty, full = alone("Mobile", ["", "", "", ""]), alone("Mobile", MOBILES)
    assert empty is not None
    assert full is not None
    assert (empty.field, full.field) == (Field.PHONE, Field.PHONE)
    assert empty.confidence < full.confidence


def test_a_row_id_is_unique_and_no_running_number() -> None:
    frame = pd.DataFrame({"Name": SHOPS_EN, "Phone": MOBILES, "#": list("1234"), "ref": ["A9", "B7", "C1", "D4"]})
    assert guess(list(frame.columns), frame)["ref"].field is Field.ROW_ID
    assert "#" not in guess(list(frame.columns), frame)


def test_the_number_of_a_person_is_never_the_row_id() -> None:
    frame = pd.DataFrame({"Name": PEOPLE_EN, "Phone": MOBILES, "National ID": ["1000000008", "1000000016", "7", "9"]})
    assert "National ID" not in guess(list(frame.columns), frame)


def test_a_file_without_a_known_name_column_still_gets_a_name() -> None:
    frame = pd.DataFrame({"kolumne": SHOPS_EN, "Phone": MOBILES, "x": ["a", "a", "a", "a"]})
    assert guess(list(frame.columns), frame)["kolumne"].field is Field.ORGANISATION


def test_guesses_become_columns_of_a_contract() -> None:
    frame = pd.DataFrame({"Name": SHOPS_EN, "Fax": LANDLINES, "Web": SITES, "Old": ["", "", "", ""]})
    columns = mapping(guess(list(frame.columns), frame))
    assert (columns["Fax"].field, columns["Fax"].means) == (Field.PHONE, "fax")
    assert columns["Web"].why
    assert set(columns) == {"Name", "Fax", "Web"}
