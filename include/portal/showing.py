"""How a page is put together: words of its language, values that no markup escapes from, and one layout."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, Literal

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import RootModel
from starlette.exceptions import HTTPException

from include.duties.letter.bidi import DIRECTIONS
from include.duties.letter.dates import complaint_period, day, moment
from include.duties.notice.calendar import HOME
from include.errors import MayBeRetried, place_of
from include.law import Controller, edition_for, load_strict, now

__all__ = ["Language", "Pages"]

log = logging.getLogger("amanah.portal")
HERE = Path(__file__).parent
Language = Literal["ar", "en"]


class _Words(RootModel[dict[str, str | dict[str, str]]]):
    """What the pages say in one language."""


class Pages:
    """The pages of one controller."""

    def __init__(self, controller: Controller, channels: tuple[str, ...] = ("email",)) -> None:
        self.controller = controller
        self.channels = channels
        """Over which a code reaches somebody: those that have a carrier."""
        self._detached = ThreadPoolExecutor(2, thread_name_prefix="portal")
        self._layout = Environment(
            autoescape=True,
            undefined=StrictUndefined,
            loader=FileSystemLoader(HERE / "templates"),
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def show(self, name: str, language: str, *, status: int = 200, here: str = "", **values: Any) -> HTMLResponse:
        """Fill a page; `here` is the path that the switch of languages leads to."""
        at = now()
        edition = edition_for(HOME, at)
        told = {
            "words": _words(language),
            "language": language,
            "other": "en" if language == "ar" else "ar",
            "direction": DIRECTIONS[language],
            "here": here,
            "name": self._said("legal_name", language),
            "privacy": self.controller.privacy_channel,
            "channels": self.channels,
            "policy": self.controller.policy,
            "authority": edition.authority.name.in_(language),
            "authority_url": edition.authority.url,
            "complaint_period": complaint_period(edition, language),
            "day": lambda instant: day(instant, edition.zone, language),
            "moment": lambda instant: moment(instant, edition.zone, language),
        }
        body = self._layout.get_template(f"{name}.html.j2").render(told | values)
        return HTMLResponse(body, status_code=status, headers={"Content-Language": language})

    def words(self, language: str) -> Mapping[str, Any]:
        """Give what the pages say in a language."""
        return _words(language)

    def purpose(self, code: str, language: str) -> str:
        """Say a purpose in words; its code where the profile lacks them."""
        words = self.controller.purposes.get(code)
        return (words.in_(language) if words else None) or code

    def later(self, work: Callable[..., None], *given: Any) -> None:
        """Do something apart from the answer, so that not even the next request of the same reader waits for it."""
        self._detached.submit(_quietly, work, *given)

    def away(self) -> HTMLResponse:
        """Say in both languages that nothing could be done just now."""
        words = {language: _words(language) for language in DIRECTIONS}
        return self.show("away", "ar", status=503, both=words, directions=DIRECTIONS)

    def gone(self, language: str = "ar") -> HTMLResponse:
        """Say that a link opens nothing: forged, cut, expired or of somebody of whom nothing is held, all alike."""
        return self.show("gone", language, status=404, here="/")

    def catch_errors(self, app: FastAPI) -> None:
        """Answer what is wrong with a request in a page, and never with what was sent."""

        @app.exception_handler(RequestValidationError)
        def unfit(request: Request, _error: RequestValidationError) -> HTMLResponse:
            return self.show("unfit", _asked(request), status=422, here="/")

        @app.exception_handler(HTTPException)
        def refused(request: Request, error: HTTPException) -> HTMLResponse:
            page = "gone" if error.status_code in (404, 405) else "unfit"
            answer = self.show(page, _asked(request), status=error.status_code, here="/")
            answer.headers.update(error.headers or {})
            return answer

    def _said(self, field: str, language: str) -> str:
        wording = getattr(self.controller, field)
        return (wording.in_(language) if wording else None) or ""


def _asked(request: Request) -> str:
    return "en" if request.query_params.get("lang") == "en" else "ar"


def _quietly(work: Callable[..., None], *given: Any) -> None:
    try:
        work(*given)
    except MayBeRetried as error:
        log.warning("%s", error)
    except Exception as error:
        log.error("%s", place_of(error))


@cache
def _words(language: str) -> Mapping[str, Any]:
    return load_strict(HERE / "words" / f"{language}.yml", _Words).root
