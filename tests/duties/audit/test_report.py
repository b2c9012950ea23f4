"""The report says in either language what the files say, and its charts are drawn from the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from audit_case import AFTER
from printed_pages import seen

from include.documents import Language, Ltr
from include.duties.audit.flows import SECTIONS
from include.duties.audit.form import current_form
from include.duties.audit.model import CHECKS, Check, Counted, Day
from include.duties.audit.promised import FIGURES, promises
from include.duties.audit.reading import Closing, Span
from include.duties.audit.report import CLASSES, LANGUAGES, SHOWN, STATES, _article, _Words, report
from include.duties.audit.statement import Told, statement
from include.duties.tables import Duty
from include.evidence.model import GENESIS, Head, Seal
from include.evidence.payload import instant
from include.law import edition_named

DAY = Day.of(date(2026, 3, 1))


def span(counted_at: str | None = instant(AFTER)) -> Span:
    seal = Seal(4_321, bytes(range(32)), 4_321, AFTER, bytes(range(32)), bytes(64))
    told = {"codes": {"outcome": "counted"}, "at": counted_at, "edition": "sa-2024-09-14", "counts": {}, "hashes": {}}
    return Span(Head(17, GENESIS), seal, Closing(4_300, told) if counted_at else None)


def told(where: Span, failing: Check | None = None) -> Told:
    """A day with something in every part."""
    sources = [
        Counted("contact_points", f"guide_{chr(97 + n)}", {"business/email": 7_000 * (n + 1), "personal/phone": 900})
        for n in range(SHOWN + 3)
    ]
    others = [
        Counted("purposes", "business_contact", {"business": 90_000, "personal": 20_000, "undetermined": 1_234}),
        Counted("systems", "crm", {"tables": 9, "rows": 1_234_567}),
        Counted("systems", "billing", {"tables": 3, "rows_away": 1}),
        Counted("duties", "source_notice", {"open": 11, "overdue": 12, "missed": 13, "done": 14_014}),
        Counted("duties", "rights_request", {"open": 2}),
    ]
    checks = [{"check": each.value, "found": 77 * (each is failing), "holds": each is not failing} for each in CHECKS]
    if where.counted is None:
        sources, others, checks = [], [], []
    promised = promises(edition_named("sa-2024-09-14"))
    return Told(
        statement=statement(DAY, where, promised, events=4_000),
        promised=promised["figures"],
        held=[*sources, *others],
        flows=list(flows()),
        checks=checks,
    )


def flows() -> Iterator[dict[str, Any]]:
    for kinds in SECTIONS.values():
        for number, kind in enumerate(kinds):
            yield {"kind": str(kind), "codes": {}, "events": 10 + number, "counts": {}}
    yield {"kind": "columns_dropped", "codes": {}, "events": 1, "counts": {}}


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_shows_every_part_in_its_language_and_the_same_words_are_the_same_bytes(language: Language) -> None:
    made = report(told(span(), Check.OVERDUE_DATA), language, current_form())
    assert made == report(told(span(), Check.OVERDUE_DATA), language, current_form())
    page = "\n".join(seen(made))
    for shown in ("2026-03-01", "2026-03-0121:00:05", "sa-2024-09-14", "4,000", "18–4,321", "77", "111,234",
                  "1,234,567", "14,014", "guide_r", "business_contact", "crm"):  # fmt: skip
        assert shown in page, shown
    assert "guide_c" not in page, "the shortest bars are one"
    assert f"{7_000 * 6 + 2_700:,}" in page
    assert ("FAILS" in page) is (language == "en")
    if language == "en":
        for shown in (
            "Personalcontactsinanaudience",
            "noticessent",
            "Noticeofthesource,days",
            "away",
            "holds",
            "IR4(3)",
        ):
            assert shown in page, shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_that_was_not_counted_says_so_in_each_of_its_parts(language: Language) -> None:
    page = "\n".join(seen(report(told(span(None)), language, current_form())))
    assert page.count("notcounted") == (12 if language == "en" else 0)
    assert "—" in page
    late = "\n".join(seen(report(told(span(instant(DAY.ends + timedelta(hours=3)))), "en", current_form())))
    assert "late,butbeforethenextdayended" in late


KINDS_OF_DUTY = next(
    str(each.sqltext)
    for each in Duty.__table__.constraints
    if str(each.name).endswith("kind")  # type: ignore[attr-defined]
).split("'")[1::2]


def test_everything_that_is_shown_has_words_in_both_languages() -> None:
    words = current_form().words
    named = {
        "checks": [check.value for check in CHECKS],
        "figures": FIGURES,
        "kinds": [str(kind) for kinds in SECTIONS.values() for kind in kinds],
        "charts": [*SECTIONS, "by_source", "by_purpose", "by_system"],
        "classes": CLASSES,
        "states": STATES,
        "results": ["holds", "fails", "unknown"],
        "duties": KINDS_OF_DUTY,
    }
    for part, names in named.items():
        assert set(names) == set(words[part]), part
        for name in names:
            assert set(words[part][name]) == {"ar", "en"}
    assert not any(each.isascii() for each in texts(words, "ar")), "Arabic is Arabic"
    assert all(each.isascii() for each in texts(words, "en"))


def texts(words: dict[str, Any], language: str) -> Iterator[str]:
    for name, value in words.items():
        if isinstance(value, dict):
            yield from texts(value, language)
        elif name == language:
            yield value


@pytest.mark.parametrize(
    ("article", "arabic"),
    [
        ("IR 4(3)", "اللائحة \u20664(3)\u2069"),
        ("Law 25, 26; policy 2d", "النظام \u206625, 26\u2069؛ السياسة \u20662d\u2069"),
        ("VAT IR 66", "لائحة ضريبة القيمة المضافة \u206666\u2069"),
        ("IR 33(1)-(4)", "اللائحة \u206633(1)-(4)\u2069"),
    ],
)
def test_an_article_is_named_in_the_language_of_the_report_with_its_numbers_in_their_order(
    article: str, arabic: str
) -> None:
    words = current_form().words
    assert _article(article, _Words("ar", words)) == arabic
    assert _article(article, _Words("en", words)) == article


@pytest.mark.parametrize(
    "article", ["SDAIA breach guide, stage one", "Law 25 to 26 (silent)", "Commercial Books Law 8"]
)
def test_an_article_that_is_more_than_numbers_stands_as_the_edition_has_it(article: str) -> None:
    assert isinstance(_article(article, _Words("ar", current_form().words)), Ltr)
    assert _article(article, _Words("ar", current_form().words)) == article
