"""The letter as a person gets it: every element of the law, in both languages, in both forms."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from notice_case import DUE, PROFILE, Reader, controller, edition, facts, halves

import include.duties.letter as room
from include.duties.letter import TEMPLATE, Element, IncompleteNotice, render
from include.errors import NeverRetry

LETTER = render(controller(), edition(), facts())

ELEMENTS: dict[Element, tuple[list[str], list[str]]] = {
    Element.CONTROLLER: (
        ["الاسم النظامي: شركة أمانة التجريبية", "العنوان: ص.ب 1000، الرياض 11000", "+966 11 000 0000"],
        ["Registered legal name: Amanah Sample Company", "P.O. Box 1000, Riyadh 11000", "hello@example.com"],
    ),
    Element.PRIVACY_CHANNEL: (
        ["قناة حماية البيانات الشخصية", "البريد الإلكتروني: privacy@example.com"],
        ["Privacy channel", "E-mail: privacy@example.com", "Web page: https://www.example.com/privacy/requests"],
    ),
    Element.DPO: (
        ["مسؤول حماية البيانات الشخصية", "الاسم: مكتب حماية البيانات", "dpo@example.com"],
        ["Data protection officer", "E-mail: dpo@example.com", "Telephone: +966 11 000 0001"],
    ),
    Element.LEGAL_BASIS: (
        ["المسوّغ النظامي: المصلحة المشروعة، المادة 10", "المسوّغ النظامي: مصدر متاح للعموم، المادة 10"],
        ["Legal basis: legitimate interest, Article 10", "Legal basis: public source, Article 10"],
    ),
    Element.PURPOSE: (
        ["الغرض: التواصل مع المنشآت", "الغرض: تحديث السجل"],
        ["Purpose: reaching establishments", "Purpose: keeping the register up to date"],
    ),
    Element.RETENTION: (
        ["مدة الاحتفاظ بالبيانات", "حتى تجيب أو تنقضي المدة."],
        ["How long the data is kept", "Until you answer or the time has passed."],
    ),
    Element.RIGHTS: (
        ["«استيضاح»", "«اطلاع»", "«نسخة»", "«تصحيح»", "«إتلاف»", "خلال 30 يومًا", "3FA85F64"],
        ['"explain"', '"access"', '"copy"', '"correct"', '"destroy"', "within 30 days", "3FA85F64"],
    ),
    Element.WITHDRAWAL: (
        ["العدول عن الموافقة وإيقاف التواصل", "«إيقاف»"],
        ["Withdrawing consent and stopping contact", '"stop"'],
    ),
    Element.OBLIGATION: (
        ["إلزامي أم اختياري؟", "لست ملزمًا بتقديم بياناتك."],
        ["mandatory or optional?", "You need not give us your data."],
    ),
    Element.CATEGORIES: (
        ["الاسم", "الدور الوظيفي", "رقم الهاتف", "البريد الإلكتروني"],
        ["Name", "Job role", "Telephone number", "E-mail address"],
    ),
    Element.SOURCE: (
        ["المصدر: دليل الرياض للأعمال", "نوع المصدر: دليل متاح للعموم", "السبت، 31 يناير 2026"],
        ["Source: Riyadh Business Directory", "a directory open to the public", "Saturday, 31 January 2026"],
    ),
    Element.RECIPIENTS: (
        ["مزود البريد (جهة معالجة)", "خارج البلاد: لا. تبقى بياناتك في المملكة."],
        ["Our mail provider (processor)", "outside the country: no. Your data stays in the Kingdom."],
    ),
    Element.AUTOMATED: (
        ["يصنف برنامج بيانات الاتصال.", "ولحمايتك", "«مراجعة»"],
        ["A program sorts contact details.", "To protect you", '"review"'],
    ),
    Element.COMPLAINT: (
        ["الهيئة السعودية للبيانات والذكاء الاصطناعي (سدايا)", "خلال 90 يومًا", "https://sdaia.gov.sa"],
        ["Saudi Data and Artificial Intelligence Authority (SDAIA)", "within 90 days", "https://sdaia.gov.sa"],
    ),
    Element.NEUTRALITY: (["ولا تتضمن أي محتوى دعائي"], ["It contains no advertising"]),
}


def test_the_law_has_fifteen_elements_and_all_are_looked_for() -> None:
    assert set(ELEMENTS) == set(Element)
    assert len(Element) == 15


@pytest.mark.parametrize("element", Element)
def test_every_element_stands_in_both_languages_of_both_parts(element: Element) -> None:
    arabic, english = ELEMENTS[element]
    page = Reader(LETTER.html).texts
    for part in (halves(LETTER), page):
        for wanted in arabic:
            assert wanted in part["ar"]
        for wanted in english:
            assert wanted in part["en"]


@pytest.mark.parametrize(("language", "order"), [("ar", ["ar", "en"]), ("en", ["en", "ar"]), ("fr", ["ar", "en"])])
def test_the_subjects_language_comes_first_and_arabic_where_it_is_neither(language: str, order: list[str]) -> None:
    letter = render(controller(), edition(), facts(language=language))
    reader = Reader(letter.html)
    assert reader.languages == [(each, {"ar": "rtl", "en": "ltr"}[each]) for each in order]
    assert letter.language == order[0]
    assert reader.tags[0] == ("html", {"lang": order[0], "dir": {"ar": "rtl", "en": "ltr"}[order[0]]})
    arabic, english = letter.subject.index("إشعار"), letter.subject.index("Notice")
    assert (arabic < english) == (order[0] == "ar")


def test_the_subject_line_carries_the_reference_so_that_an_answer_does_too() -> None:
    assert LETTER.subject == (
        "إشعار بشأن بياناتك الشخصية ومصدرها | Notice about your personal data and where it came from [3FA85F64]"
    )


def test_the_answer_date_is_told_to_the_minute_on_the_clock_of_the_edition() -> None:
    parts = halves(LETTER)
    assert "حتى الاثنين، 2 مارس 2026، الساعة 12:30 بتوقيت الرياض" in parts["ar"]
    assert "Time for an answer: until Monday, 2 March 2026, 12:30 Riyadh time" in parts["en"]
    earlier = render(controller(), edition(), facts(answer_by=datetime(2026, 2, 20, 21, 15, 59, tzinfo=UTC)))
    assert "Saturday, 21 February 2026, 00:15 Riyadh time" in halves(earlier)["en"]


PROMOTION = (
    r"\b(buy|offers?|discount|sale|subscribe|upgrade|demo|trial|best|leading|exclusive|unique|newsletter|click here)\b"
    r"|اشتر|خصم|عرض خاص|عروض|تجربة مجانية|مجان|اشترك|الأفضل|رائد|حصري|فرصة|سارع|نشرتنا|منتجاتنا|خدماتنا"
)


def test_no_word_of_the_letters_own_promotes_anything() -> None:
    texts = [LETTER.text.lower(), LETTER.html.lower(), room.short_text(controller(), edition(), facts()).lower()]
    for text in texts:
        assert not re.search(PROMOTION, text)


def test_without_an_officer_the_letter_says_so() -> None:
    letter = render(controller(dpo={"appointed": False}), edition(), facts())
    assert "No data protection officer has been appointed" in letter.text
    assert "لم يُعيَّن مسؤول لحماية البيانات الشخصية" in letter.text


def test_without_recipients_the_letter_says_so() -> None:
    letter = render(controller(recipients=[]), edition(), facts())
    assert "disclosed to nobody else" in letter.text
    assert "لا يُفصح عن بياناتك لأي جهة أخرى" in letter.text


def test_a_transfer_abroad_is_told() -> None:
    abroad = {"outside": True, "ar": "إلى الإمارات", "en": "to the Emirates"}
    parts = halves(render(controller(transfers=abroad), edition(), facts()))
    assert "outside the country: yes. To the Emirates." in parts["en"]
    assert "خارج البلاد: نعم. إلى الإمارات." in parts["ar"]


def test_without_a_machines_decision_the_letter_says_so() -> None:
    letter = render(controller("automated_decisions"), edition(), facts(automated=False))
    assert "No automated decision was made about this data." in letter.text
    assert "لم يُتخذ بشأن هذه البيانات أي قرار آلي." in letter.text


def test_what_the_profile_adds_on_rights_and_withdrawal_is_told() -> None:
    more = {
        "rights": {"ar": "أو في مقرنا", "en": "or at our office"},
        "withdrawal": {"ar": "أو هاتفيًا", "en": "or by phone"},
    }
    letter = render(controller(**more), edition(), facts())
    for wanted in ("Or at our office.", "Or by phone.", "أو في مقرنا.", "أو هاتفيًا."):
        assert wanted in letter.text


@pytest.mark.parametrize(
    ("jurisdiction", "english", "arabic"),
    [
        (
            "eg",
            ["within 6 working days", "Personal Data Protection Center", "Cairo time"],
            ["خلال 6 أيام عمل", "القاهرة"],
        ),
        ("eu", ["within 1 month", "Brussels time"], ["خلال شهر واحد", "بروكسل"]),
        ("ae", ["Dubai time"], ["دبي"]),
    ],
)
def test_law_authority_and_periods_are_those_of_the_edition(
    jurisdiction: str, english: list[str], arabic: list[str]
) -> None:
    parts = halves(render(controller(), edition(jurisdiction), facts()))
    for wanted in [*english, edition(jurisdiction).law.en]:
        assert wanted in parts["en"]
    for wanted in [*arabic, edition(jurisdiction).law.ar]:
        assert wanted in parts["ar"]
    for part in parts.values():
        assert "SDAIA" not in part
        assert "سدايا" not in part


def test_a_law_without_a_period_for_complaints_names_none() -> None:
    assert "within 90 days" not in render(controller(), edition("ae"), facts()).text


def test_the_letter_shows_nothing_of_itself_in_a_log() -> None:
    assert "أمانة" not in repr(LETTER)
    assert "example.com" not in repr(LETTER)


def test_an_incomplete_notice_is_refused_and_every_gap_is_named() -> None:
    with pytest.raises(IncompleteNotice) as refused:
        render(controller("dpo", "retention.en"), edition(), facts())
    assert isinstance(refused.value, NeverRetry)
    assert [entry.partition(":")[0] for entry in refused.value.missing] == ["dpo", "retention"]
    assert "retention.en" in str(refused.value)


def test_changed_words_need_a_new_template_version() -> None:
    folder = Path(room.__file__).parent
    files = sorted([*folder.glob("words/*.yml"), *folder.glob("templates/*.j2")])
    assert len(files) == 4
    digest = sha256(b"".join(sha256(file.read_bytes()).digest() for file in files)).hexdigest()
    assert {TEMPLATE: digest} == {
        "source_notice/3": "8f9e29b8ae1e7711175690acfd294e187391bd079c68565d0a6e8d5f3fec1894"
    }, (
        "The proof of sending names the version of the text. If a notice may have gone out with the old words, count "
        "TEMPLATE up; then write the new version and digest here."
    )


def test_the_letter_is_the_same_however_often_it_is_written() -> None:
    assert render(controller(), edition(), facts()) == LETTER
    assert facts().due_at == DUE
    assert PROFILE["registration"] in LETTER.text
