"""How a page is put together: the reader's language, values that no markup escapes from, and one layout."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from pydantic import RootModel

from include.console.forms import seal_for
from include.console.offices import Operator, Right
from include.duties.letter.bidi import DIRECTIONS
from include.duties.letter.dates import LOCALES, day, moment
from include.duties.notice.calendar import HOME
from include.law import edition_for, load_strict, now

__all__ = [
    "COOKIE", "STYLE_OF_STRANGERS", "Pages", "language_of", "number_in", "short_day", "whole_day", "words_of",
    "written",
]  # fmt: skip

HERE = Path(__file__).parent
COOKIE = "amanah_language"
"""Airflow keeps its language where only a script can read it; ours puts it here."""
ROOMS = (
    ("today", "/", Right.LOOK),
    ("sources", "/sources", Right.LOOK),
    ("review", "/review", Right.LOOK),
    ("people", "/people", Right.LOOK),
    ("requests", "/requests", Right.LOOK),
    ("notices", "/notices", Right.LOOK),
    ("consent", "/consent", Right.LOOK),
    ("retention", "/retention", Right.LOOK),
    ("breach", "/breach", Right.LOOK),
    ("records", "/records", Right.LOOK),
    ("evidence", "/evidence", Right.EVIDENCE),
    ("law", "/law", Right.LOOK),
)
"""The pages in the order of the navigation, and the right that each asks for."""


STRANGERS = Markup((HERE / "templates/signed_out.css").read_text("utf-8"))
STYLE_OF_STRANGERS = "sha256-" + b64encode(sha256(STRANGERS.encode()).digest()).decode()
"""What a policy of content names it by: no other style in a page is obeyed."""


class _Words(RootModel[dict[str, str | dict[str, str]]]):
    """What the pages say in one language."""


class Pages:
    """The pages in both languages."""

    def __init__(self) -> None:
        self._layout = Environment(
            autoescape=True,
            undefined=StrictUndefined,
            loader=FileSystemLoader(HERE / "templates"),
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def show(self, request: Request, name: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """Fill a page for who asks, in their language."""
        language = language_of(request)
        who: Operator | None = getattr(request.state, "operator", None)
        root = request.scope.get("root_path", "")
        told = {
            "words": words_of(language),
            "language": language,
            "direction": DIRECTIONS[language],
            "root": root,
            "page": name,
            "rooms": [(room, path) for room, path, right in ROOMS if who is not None and who.may(right)],
            "who": who,
            "posted": request.method == "POST",
            "seal": partial(_seal, who.login) if who else None,
            "number": number_in(language),
            "whole_day": partial(whole_day, language=language),
            "said": None,
        } | _dates(language)
        body = self._layout.get_template(f"{name}.html.j2").render(told | values)
        return HTMLResponse(body, status_code=status, headers={"Content-Language": language})

    def words(self, request: Request) -> Mapping[str, Any]:
        """Give what the pages say in the language of who asks."""
        return words_of(language_of(request))

    def told(self, request: Request, word: str, status: int, back: str = "/") -> HTMLResponse:
        """Say in one sentence what was not done, and why."""
        return self.show(request, "told", status=status, word=word, back=back)

    def signed_out(self, request: Request, sign_in: str | None) -> HTMLResponse:
        """Ask a stranger to sign in. No file of ours is given to them, so the page bears its few lines of style."""
        return self.show(request, "signed_out", status=401, style=STRANGERS, sign_in=sign_in)

    def back_to(self, request: Request, path: str) -> RedirectResponse:
        """Lead to a page after a deed: to load it again repeats nothing."""
        return RedirectResponse(request.scope.get("root_path", "") + path, status_code=303)


def language_of(request: Request) -> str:
    """Give Airflow's language as the script told it; before that, the browser's own."""
    told = request.cookies.get(COOKIE)
    if told in DIRECTIONS:
        return told
    return "ar" if request.headers.get("accept-language", "").strip().lower().startswith("ar") else "en"


@cache
def words_of(language: str) -> Mapping[str, Any]:
    """Give what the pages say in a language."""
    return load_strict(HERE / "words" / f"{language}.yml", _Words).root


def number_in(language: str) -> Callable[[int | float], str]:
    """Give what writes a number in a language."""
    return partial(format_decimal, locale=language)


def short_day(at: date, language: str) -> str:
    """Write a day below the column of a chart: `2 Mar`, `2 مارس`."""
    return format_date(at, "d MMM", locale=LOCALES[language])


def whole_day(at: date, language: str) -> str:
    """Write a day with its year: `2 March 2026`."""
    return format_date(at, "d MMMM y", locale=LOCALES[language])


def written(at: datetime, language: str) -> str:
    """Write an instant to the minute, by the clock of the edition at home."""
    return moment(at, edition_for(HOME, now()).zone, language)


def _seal(login: str, path: str) -> str:
    return seal_for(login, path, now())


def _dates(language: str) -> dict[str, Callable[[datetime], str]]:
    zone = edition_for(HOME, now()).zone
    return {"day": lambda at: day(at, zone, language), "moment": lambda at: moment(at, zone, language)}
