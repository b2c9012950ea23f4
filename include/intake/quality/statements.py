"""What a text says about a person's birth, health or religion.

An organisation's name and trade say nothing of the kind: a pharmacy, a hospital, a mosque, an Islamic bank and a shop
for the newborn are businesses. A statement names a person's condition (`مريض سكري`, `blood type O+`) or labels a value
(`الديانة: …`). Every pattern runs on folded text: see `folding`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from include.intake.quality.folding import SKIPPED
from include.intake.quality.lexicon import knowledge

__all__ = ["MARK", "statements_in"]

_SIGN = r"\s*(?::|=|-|\bis\b|هو\b|هي\b)?\s*"
_LABELS = r"\s*[:=]\s*[^\s:=]"
_DATE = (
    r"(?:\d{4} ?[/.\-] ?\d{1,2} ?[/.\-] ?\d{1,2}|\d{1,2} ?[/.\-] ?\d{1,2} ?[/.\-] ?\d{2,4}"
    r"|\d{1,2}(?:st|nd|rd|th)?[ \-](?:of )?[^\W\d_]{3,9}[ ,\-]{1,2}\d{4}|[a-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4})"
)
_DATE_OR_YEAR = rf"(?:{_DATE}|(?:1[34]\d\d|19\d\d|20\d\d)(?!\d))"
_BLOOD = r"(?:ab|a|b|o)\s?(?:\+|-(?!\w)|rh|positive|negative|pos\b|neg\b|موجب|سالب)"
_PERSON = r"(?:he|she|owner|manager|director|employee|customer|client|contact|patient|mrs?\.? \w+)"
_GROUPS = "people|children|those|adults|patients|individuals|women|men|students|persons"

_CLEAR = {
    "birth_date": (
        rf"(?:date of birth|birth ?date|year of birth|\bd\.?o\.?b\b\.?){_SIGN}{_DATE_OR_YEAR}",
        rf"(?:birth ?day{_SIGN}|\bborn(?:\s*:|\s+on|\s+in)?\s+(?:the )?){_DATE}",
        rf"(?:تاريخ|سنه|عام) (?:ال)?(?:ميلاد|ولاده|مولد)(?:ه|ها|ي)?{_SIGN}(?:في\s+)?{_DATE_OR_YEAR}",
        rf"(?<!\w)مواليد(?:\s+[^\W\d]+){{0,3}}\W{{1,3}}{_DATE_OR_YEAR}",
        rf"(?<!\w)(?:ولد|ولدت|مولود|مولوده)\s+(?:في|بتاريخ|عام|سنه|يوم)\s+(?:عام |سنه |تاريخ )?{_DATE_OR_YEAR}",
    ),
    "health": (
        "".join(f"(?<!{group} )" for group in _GROUPS.split("|")) + r"\bdiagnosed (?:with|as)\b",
        rf"\bblood (?:type|group){_SIGN}{_BLOOD}",
        r"\bhiv[ \-]?(?:positive\b|\+)",
        rf"\b{_PERSON} (?:is|has|had|suffer(?:s|ed) from) (?:an? |type \d )?(?:<diseases.en>|disabled\b|pregnant\b)",
        r"\b(?:diagnosis|disease|condition|illness)(?:\s*[:=]\s*|\s+is\s+)(?:an? |type \d )?<diseases.en>",
        r"(?<!\w)(?:ال)?(?:تشخيص|مرض)(?:ه|ها)?\s*[:=]\s*(?:ال)?<diseases.ar>",
        r"\bsuffers from (?:type \d )?<diseases.en>",
        r"\b(?:<diseases.en>|cardiac|dialysis|psychiatric) patient\b"
        r"(?! (?:care|services?|support|cent(?:er|re)|society|association|aid|welfare|education|transport))",
        r"\bpatient (?:of|with) <diseases.en>",
        rf"فصيله (?:ال)?دم(?:ه|ها|ي)?{_SIGN}{_BLOOD}",
        r"(?<!\w)مصابه? ب(?:مرض |ال|داء )*<diseases.ar>",
        r"(?<!هل )(?<!\w)[يت]عاني من (?:مرض |ال|داء )*<diseases.ar>",
        r"(?<!\w)مريضه? (?:ب(?:مرض |ال|داء )*)?<diseases.ar>",
    ),
    "religion": (
        rf"\breligion{_SIGN}<faiths.en>",
        rf"\b{_PERSON} is (?:an? )?(?:devout |practi[cs]ing )?<faiths.en>",
        r"\b(?:devout|practi[cs]ing) <faiths.en>",
        r"\bconverted to <faiths.en>",
        rf"(?<!\w)(?:ال)?ديان(?:ه|ته|تها|تي){_SIGN}<faiths.ar>",
        r"(?<!\w)(?:هو|هي) <faiths.ar>",
        r"(?<!\w)[يت]عتنق <faiths.ar>",
    ),
}
"""Says it of a person, wherever it stands. `<diseases.en>` is any of those words of `knowledge/conditions.yml`."""

_LABELLED = {
    "health": (
        rf"\b(?:diagnosis|disability|disease|illness|allerg(?:y|ies)|blood (?:type|group)){_LABELS}",
        rf"\b(?:medical|health) (?:condition|history|status){_LABELS}",
        r"\b(?:patient(?:.?s)?(?: (?:name|id|no|number|file))?|mrn|medical record(?: no| number)?)\.?\s*[:=#]\s*\w",
        rf"(?<!\w)(?:ال)?(?:تشخيص|مرض|اعاقه|حساسيه|(?:فصيله|زمره) (?:ال)?دم)(?:ه|ها)?{_LABELS}",
        rf"(?<!\w)(?:(?:اسم|رقم|ملف) )*(?:ال)?مريضه?{_LABELS}",
        rf"(?<!\w)(?:(?:ال)?حاله (?:ال)?(?:صحيه|مرضيه)|تاريخ (?:ال)?مرضي|ملف (?:ال)?طبي|نوع الاعاقه){_LABELS}",
    ),
    "religion": (
        rf"\breligion{_LABELS}",
        rf"(?<!\w)(?:ال)?(?:ديان(?:ه|ته|تها)|مذهب(?:ه|ها)?|معتقد(?:ه|ها)?|طائفه){_LABELS}",
    ),
}
"""A label and a value: a trade's own list of services looks the same, so not in a name or a trade."""

_STEMS_EN = (
    r"(?:^|\W)(?:birth|born\b|d\.?o\.?b\b|diagnos|blood |hiv\b|patient|diseas|illness|disab|allerg|mrn\b|suffer|"
    r"medical |condition|health (?:cond|hist|stat)|religion|devout|practi[cs]ing |converted to|diabet|epilep|asthma|"
    r"cancer|hepatit|aids\b|depress|schizo|autis|dementia|leuk|hypertens|tubercul|sickle|kidney f|heart d|"
    r"multiple scl|bipolar|anemi|cardiac|dialysis|psychiat|pregnan|"
    r"is (?:an? )?(?:muslim|christian|jew|hindu|sikh|buddh|shi|sunni|cathol|protest|orthod|copt|"
    r"druze|baha|atheist|islam|juda))"
)
_STEMS_AR = (
    r"ميلاد|ولاده|المولد|مولود|مواليد|(?:^|\W)ولد(?:ت)? |مصاب|عاني|مريض|فصيله|زمره|مذهب|معتقد|ديان|طائفه|اعاق|"
    r"حساسي|حاله|عتنق|(?:^|\W)ه[وي] |(?:تشخيص|مرض|طبي)[^:=：]{0,4}[:=：]"
)
_SPELLINGS = {"ا": "[اأإآٱ]", "ه": "[هة]", "ي": "[يى]"}


def _loosely(stems: str) -> str:
    """Spell stems as they may stand in a source: hamza or not, and vowel marks or tatweel after any letter."""
    return re.sub("[ء-ي]", lambda letter: f"{_SPELLINGS.get(letter[0], letter[0])}[{SKIPPED}]*", stems)


MARK = f"(?i:{_STEMS_EN})|{_loosely(_STEMS_AR)}"
"""What a cell must match, before folding, to be worth reading. For linear-time engines: no look-around."""


def statements_in(folded: str, *, of_a_trade: bool) -> Iterator[str]:
    """Yield the codes of what a folded text says of a person; `of_a_trade` where it is a name or trade."""
    clear, labelled = _patterns()
    for code, pattern in clear.items():
        if pattern.search(folded) or (not of_a_trade and code in labelled and labelled[code].search(folded)):
            yield code


@cache
def _patterns() -> tuple[dict[str, re.Pattern[str]], dict[str, re.Pattern[str]]]:
    return _compiled(_CLEAR), _compiled(_LABELLED)


def _compiled(sorts: dict[str, tuple[str, ...]]) -> dict[str, re.Pattern[str]]:
    return {
        code: re.compile(re.sub(r"<(\w+)\.(\w+)>", lambda name: _any_of(name[1], name[2]), "|".join(patterns)))
        for code, patterns in sorts.items()
    }


def _any_of(kind: str, language: str) -> str:
    """Match any word of a list of conditions; the article may stand before an Arabic faith."""
    words = (re.escape(word).replace(r"\*", r"\w*") for word in knowledge("conditions")[kind][language])
    article = "(?:ال)?" if (kind, language) == ("faiths", "ar") else ""
    return rf"{article}(?:{'|'.join(words)})(?!\w)"
