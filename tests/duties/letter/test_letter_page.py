"""How the letter shows: directions, escaping, nothing fetched, nothing coloured."""

from __future__ import annotations

import re

from notice_case import Reader, controller, edition, facts

from include.duties.letter import render

LETTER = render(controller(), edition(), facts())


def test_an_isolated_value_cannot_turn_its_line_around() -> None:
    mixed = facts(source_title={"ar": "Riyadh (2026)", "en": "دليل (2026)"})
    letter = render(controller(), edition(), mixed)
    assert "المصدر: \u2068Riyadh (2026)\u2069" in letter.text
    assert "Source: \u2068دليل (2026)\u2069" in letter.text
    assert "الهاتف: \u2066+966 11 000 0000\u2069" in letter.text
    assert '<span dir="ltr" style="unicode-bidi:isolate">+966 11 000 0000</span>' in letter.html
    assert "<bdi>Riyadh (2026)</bdi>" in letter.html
    assert 'href="mailto:privacy@example.com" dir="ltr"' in letter.html


def test_every_arabic_line_of_the_text_runs_from_right_to_left_and_no_english_one_does() -> None:
    arabic, english = LETTER.text.split("_" * 40)
    for line in filter(None, arabic.splitlines()):
        assert line.startswith("\u200f\u2067")
    for line in filter(None, english.splitlines()):
        assert not line.startswith("\u200f")


def test_no_mark_touches_an_address_that_a_mail_reader_would_make_a_link_of() -> None:
    for address in re.findall(r"\S*(?:https://|@)\S*", LETTER.text):
        assert address.isascii(), ascii(address)


def test_what_a_hostile_source_calls_itself_stays_text() -> None:
    hostile = '<script>alert(1)</script><img src="https://evil.example/x.png">&amp;"\'\nSecond: line\u2028x'
    title = {"ar": hostile, "en": hostile}
    letter = render(controller(), edition(), facts(source_title=title, reference='"><b>x</b>'))
    tags = {tag for tag, _ in Reader(letter.html).tags}
    assert tags.isdisjoint({"script", "img", "b"})
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in letter.html
    assert "&amp;amp;" in letter.html
    assert not any(line.lstrip("\u200f\u2067").startswith("Second") for line in letter.text.splitlines())


def test_words_of_the_profile_are_no_template() -> None:
    sly = controller(retention={"ar": "{{ legal_name }}", "en": "{% if x %} {{ 7 * 7 }}"})
    letter = render(sly, edition(), facts())
    assert "{{ 7 * 7 }}" in letter.text
    assert "49" not in letter.html


def test_the_page_fetches_nothing_and_runs_nothing() -> None:
    for tag, attributes in Reader(LETTER.html).tags:
        assert tag not in {"img", "script", "link", "iframe", "object", "form", "style", "base"}
        assert not attributes.keys() & {"src", "srcset", "background", "onclick", "onload"}
        assert "url(" not in (attributes.get("style") or "")
    assert "@import" not in LETTER.html


def test_the_page_leaves_colours_to_the_reader_so_that_the_dark_stays_dark() -> None:
    styles = " ".join(attributes.get("style") or "" for _, attributes in Reader(LETTER.html).tags)
    assert not re.search(r"(?<![-\w])(color|background(-color)?):", styles)
    assert '<meta name="color-scheme" content="light dark">' in LETTER.html
