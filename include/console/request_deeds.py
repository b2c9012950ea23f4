"""What an officer does with a request: the verbs of the command line and of the DAG, each sent as a sealed form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from include.console.forms import sealed
from include.console.offices import Deciding
from include.console.request_page import page_of_request
from include.console.settings import Settings
from include.console.showing import Pages
from include.duties.correcting import ProposalUnfit
from include.duties.rights import answer_by_officer, extend, identify, lift, refuse, withdraw
from include.duties.rights.actions import NotAllowed
from include.duties.rights.entering import propose_said
from include.errors import MayBeRetried, NeverRetry
from include.law import load_controller, now

__all__ = ["Done", "add_to"]

Done = Literal[
    "answered", "in_work", "extended", "refused", "identified", "withdrawn", "proposed", "lifted", "lift_queued",
    "told",
]  # fmt: skip
Code = Annotated[str, Form(pattern=r"^[a-z_]{1,64}$")]
Shown = Annotated[str, Form(max_length=40)]
"""The reference of what shows something: of a recording, a mail or a form."""
Codes = Annotated[list[str], Form(max_length=20)]
About = Annotated[str, Form(pattern=r"^(point:\d{1,18}|listing:\d{1,18}:[a-z_]{1,32})$")]


def add_to(router: APIRouter, pages: Pages, settings: Settings) -> None:
    """Add the routes of the verbs. `settings` says where carriers and other systems are reached."""

    def done(request: Request, id: UUID, act: Callable[[], Done]) -> Response:
        """Do something; where it is refused, say why on the request's own page."""
        try:
            said = act()
        except NotAllowed as error:
            return page_of_request(pages, request, id, status=409, why=error.why)
        except ProposalUnfit:
            return pages.told(request, "unfit_proposal", 422, back=f"/requests/{id}")
        except (NeverRetry, MayBeRetried) as error:
            return page_of_request(pages, request, id, status=409, refused=str(error))
        return pages.back_to(request, f"/requests/{id}?said={said}")

    _deciding(router, done, settings)
    _ending(router, done, settings)
    _noting(router, done)


def _deciding(router: APIRouter, done: Callable[..., Response], settings: Settings) -> None:
    @router.post("/{id}/answer", dependencies=[Depends(sealed)])
    def answer(
        request: Request, who: Deciding, id: UUID,
        handed_over: Annotated[str, Form(max_length=3)] = "", told: Shown = "",
    ) -> Response:  # fmt: skip
        """Carry a request out, and answer it; of a correction, make what was proposed stand."""

        def act() -> Done:
            became = answer_by_officer(
                id, load_controller(), by=who.login, at=now(), settings=settings(),
                handed_over=bool(handed_over), told=told or None,
            )  # fmt: skip
            return "in_work" if became == "in_work" else "told" if became == "told_otherwise" else "answered"

        return done(request, id, act)

    @router.post("/{id}/extend", dependencies=[Depends(sealed)])
    def later(
        request: Request, who: Deciding, id: UUID, reason: Code,
        days: Annotated[str, Form(pattern=r"^\d{0,3}$")] = "",
    ) -> Response:  # fmt: skip
        """Answer later, once, for a reason that the law knows."""

        def act() -> Done:
            extend(
                id, reason, load_controller(), by=who.login, at=now(), settings=settings(),
                days=int(days) if days else None,
            )  # fmt: skip
            return "extended"

        return done(request, id, act)

    @router.post("/{id}/refuse", dependencies=[Depends(sealed)])
    def no(request: Request, who: Deciding, id: UUID, ground: Code) -> Response:
        """Refuse a request on one of the law's grounds."""

        def act() -> Done:
            refuse(id, ground, load_controller(), by=who.login, at=now(), settings=settings())
            return "refused"

        return done(request, id, act)


def _ending(router: APIRouter, done: Callable[..., Response], settings: Settings) -> None:
    @router.post("/{id}/withdraw", dependencies=[Depends(sealed)])
    def taken_back(request: Request, who: Deciding, id: UUID, through: Code, evidence: Shown) -> Response:
        """Close a request that its person takes back, and write to them."""

        def act() -> Done:
            withdraw(
                id, load_controller(), through=through, evidence=evidence, by=who.login, at=now(), settings=settings()
            )
            return "withdrawn"

        return done(request, id, act)

    @router.post("/{id}/lift", dependencies=[Depends(sealed)])
    def used_again(request: Request, who: Deciding, id: UUID, reason: Code, told: Shown = "") -> Response:
        """Let what the request held back be used again, once its person was told."""

        def act() -> Done:
            became = lift(id, reason, load_controller(), by=who.login, at=now(), told=told or None, settings=settings())
            return "lifted" if became == "lifted" else "lift_queued"

        return done(request, id, act)


def _noting(router: APIRouter, done: Callable[..., Response]) -> None:
    @router.post("/{id}/identify", dependencies=[Depends(sealed)])
    def seen(
        request: Request, who: Deciding, id: UUID,
        answers: Codes = [], guardianship: Annotated[str, Form(max_length=32)] = "",  # noqa: B006 (FastAPI's own way)
    ) -> Response:  # fmt: skip
        """Write down by which answers it was seen who asks."""

        def act() -> Done:
            identify(id, answers, by=who.login, at=now(), guardianship=guardianship or None)
            return "identified"

        return done(request, id, act)

    @router.post("/{id}/propose", dependencies=[Depends(sealed)])
    def proposed(
        request: Request, _who: Deciding, id: UUID, about: About, value: Annotated[str, Form(max_length=300)]
    ) -> Response:
        """Write down what a person says that a field should say."""

        def act() -> Done:
            propose_said(id, [(about, value)], at=now())
            return "proposed"

        return done(request, id, act)
