from __future__ import annotations

import pytest
from notice_case import controller, edition, facts

from include.duties.letter import short_text


def test_the_short_form_says_who_whence_what_for_and_where_the_rest_stands_in_both_languages() -> None:
    arabic, english = short_text(controller(), edition(), facts()).split("\n\n")
    for wanted in ("شركة أمانة التجريبية", "دليل الرياض للأعمال", "التواصل مع المنشآت، تحديث السجل"):
        assert wanted in arabic
    for wanted in (
        "Amanah Sample Company",
        "Riyadh Business Directory",
        "reaching establishments, keeping the register",
    ):
        assert wanted in english
    for part in (arabic, english):
        assert "\nhttps://www.example.com/privacy/requests\n" in part
        assert part.endswith("3FA85F64")


def test_the_subjects_language_comes_first() -> None:
    assert short_text(controller(), edition(), facts(language="en")).startswith("Notice from")
    assert short_text(controller(), edition(), facts(language="ar")).startswith("إشعار من")


def test_without_a_page_the_privacy_mailbox_stands_for_it() -> None:
    only_mail = controller(privacy_channel={"email": "privacy@example.com"})
    assert short_text(only_mail, edition(), facts()).count("\nprivacy@example.com\n") == 2


def test_old_telephones_get_no_marks_of_direction() -> None:
    assert not set(short_text(controller(), edition(), facts())) & set("\u200e\u200f\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize("length", [10, 60, 120, 400])
def test_names_too_long_are_cut_and_addresses_never(length: int) -> None:
    long = facts(source_title={"ar": "ا" * length, "en": "A" * length})
    text = short_text(controller(), edition(), long)
    assert len(text) <= 600
    assert text.count("https://www.example.com/privacy/requests") == 2
    assert text.count("3FA85F64") == 2
    assert ("…" in text) == (length > 60)
