"""What a drafted source is called: a key made of its file's name that no other source has, and a title."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Collection

__all__ = ["key_of", "title_of"]

SUFFIXES = re.compile(
    r"(\.(csv|tsv|tab|txt|xlsx|xlsm|xls|json|jsonl|ndjson|geojson|xml|parquet|pq|vcf|vcard|gz|zip|bz2))+$",
    re.IGNORECASE,
)
DATE = re.compile(r"(?<!\d)(\d{6,}|(19|20)\d\d[-_. ]\d{1,2}([-_. ]\d{1,2})?)(?!\d)")
"""A day or a long number belongs to one delivery and not to its source."""
LONGEST = 44
LATIN = dict(
    zip(
        "ابتثجحخدذرزسشصضطظعغفقكلمنهويأإآىةؤئءپچژگکیہٹڈڑںے",
        [
            "a",
            "b",
            "t",
            "th",
            "j",
            "h",
            "kh",
            "d",
            "dh",
            "r",
            "z",
            "s",
            "sh",
            "s",
            "d",
            "t",
            "z",
            "a",
            "gh",
            "f",
            "q",
            "k",
            "l",
            "m",
            "n",
            "h",
            "w",
            "y",
            "a",
            "i",
            "a",
            "a",
            "a",
            "w",
            "y",
            "",
            "p",
            "ch",
            "zh",
            "g",
            "k",
            "y",
            "h",
            "t",
            "d",
            "r",
            "n",
            "e",
        ],
        strict=True,
    )
)
"""Plain Latin letters for Arabic and Urdu ones: enough for a name that a person recognises."""


def key_of(file: str, taken: Collection[str] = ()) -> str:
    """Return a key for the source of a file of this name: always the same one, and none that is taken.

    Dates and numbers of seven digits or more are left out: the next delivery will have another.
    """
    words = re.findall(r"[a-z0-9]+", _latin(DATE.sub(" ", _stem(file))).lower())
    key = re.sub(r"\d{7,}", "", "_".join(words))[:LONGEST].strip("_")
    if not re.match(r"[a-z][a-z0-9_]", key):
        key = f"source_{key}".rstrip("_") if key else "new_source"
    number = 2
    free = key
    while free in taken:
        free, number = f"{key}_{number}", number + 1
    return free


def title_of(file: str) -> tuple[str, str]:
    """Return a name for people in Arabic and in English, for somebody to correct."""
    plain = " ".join(re.sub(r"[_\-.]+", " ", DATE.sub(" ", _stem(file))).split())
    if not re.search(r"[^\W\d_]", plain):
        plain = "new directory"
    if re.search(r"[\u0620-\u064a]", plain):
        return plain, string.capwords(_latin(plain))
    english = string.capwords(plain) if plain.islower() else plain
    return f"دليل {english}", english


def _stem(file: str) -> str:
    return SUFFIXES.sub("", unicodedata.normalize("NFC", file))


def _latin(text: str) -> str:
    spelled = "".join(LATIN.get(sign, sign) for sign in text)
    plain = unicodedata.normalize("NFKD", spelled)
    return "".join(sign for sign in plain if not unicodedata.combining(sign))
