"""A document is the same bytes for the same words, reads right in either direction, and no value changes its form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from printed_pages import seen

from include.documents import Language, Ltr, printed

TEMPLATE = """#import "house.typ": *
#show: paper
= #data.title
#facts(data.facts)
#columns-of(data.headings, data.rows)
"""
UGLY = '#panic("x") <label> @person $x$ \\ [b] *c* _d_ // e `f` #import "/etc/passwd"'


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "sample.typ"
    path.write_text(TEMPLATE, "utf-8")
    return path


def told(**more: Any) -> dict[str, Any]:
    return {
        "title": "نسخة من بياناتك",
        "facts": [["البريد", Ltr("person@people.example")], ["الهاتف", Ltr("+966 50 000 0001")]],
        "headings": ["الحقل", "القيمة"],
        "rows": [["الاسم", "فهد العينة"], ["المصدر", ["دليل", Ltr("2026-11-30")]], ["ملاحظة", None]],
        **more,
    }


def test_the_same_words_are_the_same_bytes(template: Path) -> None:
    assert printed(template, told(), "ar") == printed(template, told(), "ar")
    assert printed(template, told(), "ar") != printed(template, told(title="أخرى"), "ar")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_runs_from_left_to_right_keeps_its_order_in_either_language(template: Path, language: Language) -> None:
    found = "\n".join(seen(printed(template, told(), language)))
    for value in ("person@people.example", "+966 50 000 0001", "2026-11-30"):
        assert value.replace(" ", "") in found


def test_arabic_begins_at_the_right_edge_and_english_at_the_left(template: Path) -> None:
    def middle(language: Language) -> float:
        page = pypdfium2.PdfDocument(printed(template, told(rows=[], facts=[]), language))[0]
        left, _, right, _ = page.get_textpage().get_charbox(0)
        return float(left + right) / 2 / page.get_width()

    assert middle("ar") > 0.8
    assert middle("en") < 0.5


def test_nothing_that_a_value_says_is_read_as_markup(template: Path) -> None:
    found = "\n".join(seen(printed(template, told(rows=[["x", each] for each in UGLY.split(" ")], title=UGLY), "en")))
    assert [each for each in UGLY.split(" ") if each not in found] == []


def test_a_cell_of_two_lines_stays_one_cell(template: Path) -> None:
    lines = seen(printed(template, told(rows=[["x", ["1", "2"]], ["y", "3"]]), "en"))
    assert [line for line in lines if len(line) < 3] == ["x1", "2", "y3"]


def test_a_long_table_says_its_headings_on_each_page(template: Path) -> None:
    document = pypdfium2.PdfDocument(printed(template, told(rows=[["حقل", str(n)] for n in range(200)]), "ar"))
    assert len(document) > 3
    assert all("القيمة" in page.get_textpage().get_text_range() for page in document)


def test_a_template_that_does_not_fit_is_named_and_no_value_is_said(template: Path) -> None:
    values = told()
    del values["facts"]
    with pytest.raises(ValueError, match=r"sample\.typ") as caught:
        printed(template, values, "ar")
    assert "فهد" not in str(caught.value) + repr(caught.value.__context__)
