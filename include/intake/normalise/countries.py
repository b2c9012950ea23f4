"""Which country a cell names: by its ISO 3166 code, or by its name in Arabic, English or French (Unicode CLDR)."""

from __future__ import annotations

from functools import cache

from include.intake.normalise.names import fold

__all__ = ["country_of"]

ALSO = {
    "ksa": "SA",
    "kingdom of saudi arabia": "SA",
    "السعودية": "SA",
    "المملكة": "SA",
    "uae": "AE",
    "emirates": "AE",
    "الإمارات": "AE",
    "usa": "US",
    "united states of america": "US",
    "uk": "GB",
    "great britain": "GB",
    "جمهورية مصر العربية": "EG",
    "دولة الكويت": "KW",
    "دولة قطر": "QA",
    "مملكة البحرين": "BH",
    "سلطنة عمان": "OM",
}
"""What directories write beside the names of CLDR."""


def country_of(text: str) -> str | None:
    """Return the ISO 3166 alpha-2 code of the country that a cell names; None where it names none that we know."""
    return _codes().get(fold(text).strip(" ."))


@cache
def _codes() -> dict[str, str]:
    from babel import Locale

    def named(language: str) -> dict[str, str]:
        territories = {str(code): str(name) for code, name in Locale(language).territories.items()}
        return {fold(name): code for code, name in territories.items() if len(code) == 2 and code.isalpha()}

    names = named("fr") | named("en") | named("ar")
    return names | {code.lower(): code for code in names.values()} | {fold(name): code for name, code in ALSO.items()}
