"""The registers are written as a page and as a workbook, right to left in Arabic, the same bytes for the same facts."""

from __future__ import annotations

import io
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from records_case import facts

from include.documents.workbook import Leaf, workbook
from include.duties.records import Facts, draft, findings, load_records, page, spreadsheet
from include.errors import NeverRetry

FORMULA = '=HYPERLINK("https://evil.example","x")'


class Tags(HTMLParser):
    """Every tag of a page with what it carries, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def named(value: str) -> Facts:
    def change(given: Any) -> None:
        given["processors"]["mailer"]["name"] = {"ar": value, "en": value}

    return facts(said=change)


def book(of: Facts) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(spreadsheet(of, findings(of))))


def test_the_same_facts_are_the_same_bytes() -> None:
    one, two = facts(), facts()
    assert spreadsheet(one, findings(one)) == spreadsheet(two, findings(two))
    assert page(one, findings(one)) == page(two, findings(two))
    assert draft(one, findings(one)) == draft(two, findings(two))


def test_the_page_has_both_languages_each_in_its_direction_and_neither_script_nor_anything_fetched() -> None:
    company = facts()
    seen = Tags(page(company, findings(company)))
    assert [(each["lang"], each["dir"]) for tag, each in seen.tags if tag == "article"] == [
        ("ar", "rtl"),
        ("en", "ltr"),
    ]
    assert seen.tags[0] == ("html", {"lang": "ar", "dir": "rtl"})
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in seen.tags}
    assert all(str(each["href"]).startswith("#") for tag, each in seen.tags if "href" in each)
    ids = [each["id"] for _, each in seen.tags if "id" in each]
    assert len(ids) == len(set(ids)) == 16, "eight registers in two languages"


def test_a_name_never_becomes_markup_or_a_formula() -> None:
    company = named("<script>alert(1)</script>")
    assert "<script>" not in page(company, findings(company))
    assert "<script>" not in draft(company, findings(company)).html
    company = named(FORMULA)
    cells = [cell for sheet in book(company).worksheets for line in sheet.iter_rows() for cell in line]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert any(str(cell.value).startswith(f"'{FORMULA}") for cell in cells)


def test_arabic_sheets_run_from_right_to_left_and_each_row_has_all_eight_items() -> None:
    company = facts()
    sheets = book(company).worksheets
    assert len(sheets) == 16
    assert [bool(sheet.sheet_view.rightToLeft) for sheet in sheets] == [True] * 8 + [False] * 8
    for sheet in (sheets[0], sheets[8]):
        headings = [str(cell.value) for cell in sheet[1]]
        assert [sum(heading.startswith(f"{number}. ") for heading in headings) for number in range(1, 9)] == [
            1, 1, 1, 2, 1, 1, 1, 1,
        ]  # fmt: skip
        assert sheet.max_row == len(company.activities) + 1
        assert all(cell.value for line in sheet.iter_rows(min_row=2) for cell in line)


def test_signs_that_the_format_forbids_do_not_break_a_workbook() -> None:
    leaves = [Leaf("a/b: [c]?" * 9, "en", ["h"], [["x\x07y"], ["z" * 40_000]])] * 2
    read = openpyxl.load_workbook(io.BytesIO(workbook(leaves)))
    assert len(set(read.sheetnames)) == 2
    assert read.worksheets[0]["A2"].value == "xy"


def test_what_is_missing_stands_in_its_place_on_the_page_and_in_the_draft() -> None:
    def forget(given: Any) -> None:
        for name in ("storage", "destruction", "security"):
            del given[name]

    def unsaid(given: Any) -> None:
        del given["legal_name"]

    company = facts(said=forget, profile=unsaid)
    seen = Tags(page(company, findings(company)))
    assert "[Missing] fill in legal_name.en" in seen.text
    assert "[Missing] say under security what protects the data" in seen.text
    made = draft(company, findings(company))
    assert made.missing == 2 * (3 + 2), "three of the file, two names of the controller, in two languages"
    assert "[missing: destruction, AMANAH_RECORDS]" in made.text
    assert draft(facts(), findings(facts())).missing == 0


def test_the_draft_tells_sources_purposes_periods_recipients_rights_and_contact_in_both_languages() -> None:
    text = draft(facts(), findings(facts())).text
    for said in (
        "Riyadh Trade Directory (a directory open to the public)", "From yourself", "issuing invoices. Legal basis:",
        "at least 3 months and at most 6 months", "Sample Mail Provider (sending messages", "privacy@example.com",
        "We answer within 30 days", "within 90 days of the incident", "دليل الرياض التجاري", "نجيب عن طلبك خلال",
        "مزود البريد التجريبي", "تُتلف النسخ الاحتياطية",
    ):  # fmt: skip
        assert said in text.translate(dict.fromkeys(map(ord, "\u200e\u200f\u2066\u2067\u2068\u2069"))), said


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("processors: {mailer: {since: 2026-01-01, purpose: [x]}}", "processors.mailer.purpose: is not a known field"),
        ("people: {account: {ar: ع, en: c}}", "people: "),
        ("assessments: {dpia: {}}", "assessments.dpia"),
        ("on_behalf: {us: {name: {ar: ا, en: a}, controllers: {ar: ا, en: a}, subjects: {ar: ا, en: a},"
         " categories: [user], processors: [nobody]}}", "nobody is named and is not under processors"),
        ("security: [{ar: تدبير}]", "security[0].en: is missing"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_the_file_of_records_is_named_by_file_line_and_field(
    text: str, named: str, tmp_path: Path
) -> None:
    file = tmp_path / "records.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(NeverRetry) as refused:
        load_records(file)
    assert f"{file}:1" in str(refused.value)
    assert named in str(refused.value)


def test_without_the_setting_there_is_no_file_and_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    assert load_records(settings={}) is None
    with pytest.raises(NeverRetry, match="there is no such file"):
        load_records(settings={"AMANAH_RECORDS": str(tmp_path / "none.yml")})
