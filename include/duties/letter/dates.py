"""Dates and periods in words, Gregorian, with the digits that telephones and web addresses have too."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, get_timezone_location

from include.law import Edition

__all__ = ["LOCALES", "city_of", "complaint_period", "counted", "day", "moment", "request_period"]

LOCALES = {"ar": "ar_SA", "en": "en_GB"}
"""January is `يناير` in the first, and the day comes before the month in both."""
AT = {"ar": "{day}، الساعة {time} بتوقيت {city}", "en": "{day}, {time} {city} time"}
COUNTED = {
    ("ar", "day"): {"one": "يوم واحد", "two": "يومين", "few": "{n} أيام", "many": "{n} يومًا", "other": "{n} يوم"},
    ("ar", "working_day"): {"one": "يوم عمل واحد", "two": "يومي عمل", "few": "{n} أيام عمل", "other": "{n} يوم عمل"},
    ("ar", "month"): {"one": "شهر واحد", "two": "شهرين", "few": "{n} أشهر", "many": "{n} شهرًا", "other": "{n} شهر"},
    ("ar", "year"): {"one": "سنة واحدة", "two": "سنتين", "few": "{n} سنوات", "other": "{n} سنة"},
    ("en", "day"): {"one": "{n} day", "other": "{n} days"},
    ("en", "working_day"): {"one": "{n} working day", "other": "{n} working days"},
    ("en", "month"): {"one": "{n} month", "other": "{n} months"},
    ("en", "year"): {"one": "{n} year", "other": "{n} years"},
}
"""Counted nouns by CLDR's plural category; the Arabic ones in the case that follows `خلال`."""


@lru_cache(maxsize=1024)
def day(at: datetime, zone: ZoneInfo, language: str) -> str:
    """Write the local day of an instant: `الاثنين، 2 مارس 2026`, `Monday, 2 March 2026`."""
    pattern = {"ar": "EEEE، d MMMM y", "en": "EEEE, d MMMM y"}[language]
    return format_date(at.astimezone(zone).date(), pattern, locale=LOCALES[language])


@lru_cache(maxsize=1024)
def moment(at: datetime, zone: ZoneInfo, language: str) -> str:
    """Write an instant to the minute, never later than it is, with the city whose clock it is."""
    time = format_time(at.astimezone(zone), "HH:mm", tzinfo=zone, locale=LOCALES[language])
    return AT[language].format(day=day(at, zone, language), time=time, city=city_of(zone, language))


def city_of(zone: ZoneInfo, language: str) -> str:
    """Name the city whose clock a zone is."""
    return str(get_timezone_location(zone, locale=LOCALES[language], return_city=True))


def request_period(edition: Edition, language: str) -> str | None:
    """Write how long answering a request takes at most; None where the law leaves it open."""
    requests = edition.requests
    if requests.months:
        return counted(requests.months.value, "month", language)
    if requests.days is None:
        return None
    if requests.day_type.value == "calendar":
        return counted(requests.days.value, "day", language)
    return counted(requests.days.value, "working_day", language)


def complaint_period(edition: Edition, language: str) -> str | None:
    """Write how long a complaint to the authority may be made; None where the law names no period."""
    window = edition.authority.complaint_window_days
    return counted(window.value, "day", language) if window else None


def counted(number: int, unit: str, language: str) -> str:
    """Write a number of days, working days, months or years, as it follows a preposition."""
    form = Locale.parse(LOCALES[language]).plural_form(number)
    forms = COUNTED[language, unit]
    return forms.get(form, forms["other"]).format(n=number)
