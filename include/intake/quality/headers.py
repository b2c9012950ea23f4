"""What a column's name says about every value under it."""

from __future__ import annotations

import re

from include.intake.quality.lexicon import knowledge

__all__ = ["header_says", "says_something"]

_HEADERS = {
    "birth_date": (
        r"\b(?:dob|d o b|birth ?da(?:te|y)s?|date of birth|year of birth|birth year|born(?: on)?)\b",
        r"^birth$",
        r"(?:تاريخ|سنه|عام|يوم) (?:ال)?(?:ميلاد|ولاده|مولد)",
        r"^(?:ال)?(?:ميلاد|مواليد)$",
    ),
    "health": (
        r"\bblood (?:type|group)\b|\bdiagnos[ie]s\b",
        r"\b(?:medical|health) (?:condition|history|status|record|file)\b",
        r"^(?:\w+ )?(?:disease|illness|disability|allerg(?:y|ies)|chronic (?:disease|condition)s?)(?: type| notes?)?$",
        r"^patients?(?: (?:name|id|no|number|file|notes?))?$",
        r"(?:فصيله|زمره) (?:ال)?دم",
        r"^(?:ال)?(?:تشخيص|مرض|امراض|حساسيه)$",
        r"(?:ال)?حاله (?:ال)?(?:صحيه|مرضيه)|(?:تاريخ|سجل|ملف) (?:ال)?(?:مرضي|طبي)|امراض (?:ال)?مزمنه",
        r"(?:^|اسم |رقم |ملف )(?:ال)?مريضه?$",
        r"^(?:نوع )?(?:ال)?اعاقه$",
    ),
    "religion": (
        r"\breligion$|^religious (?:belief|affiliation)s?$|^(?:faith|sect|creed)$",
        r"^(?:ال)?(?:ديانه|معتقد|مذهب|طائفه)$|^الدين$|(?<!\w)(?:ديانه|ديانته|مذهب) ",
    ),
}
_PATTERNS = {code: re.compile("|".join(patterns)) for code, patterns in _HEADERS.items()}


def header_says(words: str) -> str | None:
    """Return the code of what every value under this header is, from the header's folded words, or None."""
    return next((code for code, pattern in _PATTERNS.items() if pattern.search(words)), None)


def says_something(folded: str, code: str) -> bool:
    """Tell whether a value under such a header says anything: a dash and `none` do not, a birth date has digits."""
    value = folded.strip()
    return value not in knowledge("conditions")["says_nothing"] and (
        code != "birth_date" or any(map(str.isdigit, value))
    )
