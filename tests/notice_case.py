"""One complete controller and one notice, from which the tests take things away."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

from include.duties.letter import Letter, NoticeFacts
from include.law import Controller, Edition, edition_for

RECEIVED = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
DUE = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

PROFILE: dict[str, Any] = {
    "legal_name": {"ar": "شركة أمانة التجريبية", "en": "Amanah Sample Company"},
    "registration": "1010000000",
    "contacts": {
        "address": {"ar": "ص.ب 1000، الرياض 11000", "en": "P.O. Box 1000, Riyadh 11000"},
        "phone": "+966 11 000 0000",
        "email": "hello@example.com",
    },
    "privacy_channel": {
        "email": "privacy@example.com",
        "url": "https://www.example.com/privacy/requests",
        "phone": "+966 11 000 0002",
    },
    "dpo": {"name": "مكتب حماية البيانات", "email": "dpo@example.com", "phone": "+966 11 000 0001"},
    "purposes": {
        "business_contact": {
            "ar": "التواصل مع المنشآت",
            "en": "reaching establishments",
            "legal_basis": {"ar": "المصلحة المشروعة، المادة 10", "en": "legitimate interest, Article 10"},
        },
        "register_upkeep": {
            "ar": "تحديث السجل",
            "en": "keeping the register up to date",
            "legal_basis": {"ar": "مصدر متاح للعموم، المادة 10", "en": "public source, Article 10"},
        },
    },
    "retention": {"ar": "حتى تجيب أو تنقضي المدة", "en": "until you answer or the time has passed"},
    "obligation": {"ar": "لست ملزمًا بتقديم بياناتك", "en": "you need not give us your data"},
    "recipients": [
        {"ar": "مزود البريد", "en": "our mail provider", "capacity": {"ar": "جهة معالجة", "en": "processor"}},
    ],
    "transfers": {"outside": False, "ar": "تبقى بياناتك في المملكة", "en": "your data stays in the Kingdom"},
    "automated_decisions": {"ar": "يصنف برنامج بيانات الاتصال", "en": "a program sorts contact details"},
    "policy": "https://www.example.com/privacy",
}


MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u2066\u2067\u2068\u2069"))
"""Marks of direction, to be taken out of a text."""


def controller(*without: str, **changes: Any) -> Controller:
    """The complete profile, without some fields (`contacts.address.ar`, `recipients.0.capacity`) and with changes."""
    given = copy.deepcopy(PROFILE)
    for path in without:
        *way, last = path.split(".")
        place: Any = given
        for step in way:
            place = place[int(step)] if step.isdecimal() else place[step]
        del place[last]
    return Controller.model_validate(given | changes)


def facts(**changes: Any) -> NoticeFacts:
    """A notice to somebody in a Riyadh directory."""
    given: dict[str, Any] = {
        "reference": "3FA85F64",
        "source_title": {"ar": "دليل الرياض للأعمال", "en": "Riyadh Business Directory"},
        "source_kind": "public_directory",
        "received_at": RECEIVED,
        "categories": ("person", "role", "phone", "email"),
        "purposes": ("business_contact", "register_upkeep"),
        "due_at": DUE,
    }
    return NoticeFacts(**(given | changes))


def edition(jurisdiction: str = "sa") -> Edition:
    """The edition in force when the data was received."""
    return edition_for(jurisdiction, RECEIVED)


class Reader(HTMLParser):
    """Reads a page as a person would: its text, and what it would fetch."""

    BLOCKS = frozenset({"p", "li", "h1", "h2", "title"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.languages: list[tuple[str, str]] = []
        self.texts: dict[str, str] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag == "div" and given.get("lang"):
            self.languages.append((str(given["lang"]), str(given["dir"])))

    def handle_endtag(self, tag: str) -> None:
        if tag in self.BLOCKS and self.languages:
            self.handle_data("\n")

    def handle_data(self, data: str) -> None:
        if self.languages:
            language = self.languages[-1][0]
            self.texts[language] = self.texts.get(language, "") + data


def halves(letter: Letter) -> dict[str, str]:
    """The two languages of the text part, without marks of direction."""
    first, second = letter.text.translate(MARKS).split("_" * 40)
    return {"ar": first, "en": second} if letter.language == "ar" else {"en": first, "ar": second}
