"""What a person wrote themselves, and whether it asks to stop."""

from __future__ import annotations

import pytest

from include.channels.returns.own_words import own_words
from include.channels.returns.stopping import stop_in

QUOTATIONS = [
    "On Tue, 3 Feb 2026 at 10:00, Amanah <privacy@example.com> wrote:\n> STOP",
    "On Tue, 3 Feb 2026 at 10:00, Amanah\n<privacy@example.com> wrote:\n> STOP",
    "في الثلاثاء، ٣ فبراير ٢٠٢٦ في ١٠:٠٠ ص كتب شركة أمانة <privacy@example.com>:\n> إلغاء",
    "بتاريخ ٣ فبراير ٢٠٢٦، كتب أمانة:\n> إلغاء",
    "-----Original Message-----\nFrom: Amanah\nSTOP",
    "-----الرسالة الأصلية-----\nمن: أمانة\nإلغاء",
    "________________________________\nFrom: Amanah <privacy@example.com>\nSTOP",
    "من: أمانة <privacy@example.com>\nتوقف",
    "> STOP\n> إلغاء",
    "-- \nSTOP Trading Est.",
    "Sent from my phone\nSTOP",
    "أُرسل من الآيفون\nإلغاء",
]


@pytest.mark.parametrize("quoted", QUOTATIONS)
def test_what_is_quoted_of_us_or_added_by_a_program_is_not_the_person_s_own(quoted: str) -> None:
    assert own_words(f"شكرا لكم\n\n{quoted}\n") == ["شكرا لكم"]
    assert stop_in("Re: notice", own_words(quoted)) is None


@pytest.mark.parametrize(
    "written",
    [
        "STOP",
        "Stop.",
        "please stop",
        "UNSUBSCRIBE!",
        "unsubscribe me please, thank you",
        "Please stop sending me these",
        "إلغاء",
        "الغاء",
        "إلغاء الترويجيات",
        "الغاء الترويجيات",
        "إِلْغَاءُ التَّرْوِيجِيَّات",
        "الـــغـــاء",
        "ألغاء",
        "توقف",
        "توقّف",
        "تَوَقَّفْ!",
        "توقفوا",
        "ايقاف الرسائل من فضلكم",
        "السلام عليكم، إلغاء الاشتراك لو سمحتم",
        "\u200fإلغاء\u200e",
        "لا ترسلوا لي رسائل",
        "اوقفوا الرسايل",
    ],
)
def test_a_wish_to_stop_is_understood_in_every_spelling(written: str) -> None:
    assert stop_in("Re: notice", own_words(written)) is not None


@pytest.mark.parametrize(
    "written",
    [
        "",
        "شكرا",
        "Where did you get my number?",
        "The bus stop is in front of our shop",
        "لم يتوقف العمل لدينا",
        "تم إلغاء الموعد مع المورد أمس",
        "please do not stop sending me the magazine",
        "You may stop by our office on Sunday",
    ],
)
def test_other_words_stop_nothing(written: str) -> None:
    assert stop_in("Re: notice", own_words(written)) is None


def test_the_subject_alone_says_it_too_and_what_else_was_written_is_for_a_person() -> None:
    assert stop_in("STOP", []) is not None
    assert stop_in("Re: إلغاء", []) is not None
    alone, with_more = stop_in("", ["STOP", "thanks"]), stop_in("", ["STOP", "and delete my file 12"])
    assert alone is not None
    assert with_more is not None
    assert (alone.all_of_it, with_more.all_of_it) == (True, False)
