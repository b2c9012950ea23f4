"""Breaches: the list, one incident with its counts, and what an officer writes, weighs, decides, approves and files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, Response

from include.console.breach_deeds import ended_by_form, noted_by_form, printed_report, shown_notice, time_of
from include.console.counting import STEPS
from include.console.forms import sealed
from include.console.offices import Deciding, Looking, Reading, Right
from include.console.settings import Settings
from include.console.showing import Pages, language_of
from include.duties.breach import (
    IncompleteReport,
    Unfit,
    allow_notice,
    approve,
    close,
    decide,
    do_step,
    draft,
    estimate,
    file,
    notice_of,
    say,
    scope,
    tell,
    weigh,
)
from include.duties.breach.incidents import incident, incidents
from include.duties.breach.model import Deferral, Delay, Element, Kind, Question, Reason
from include.duties.breach.owing import owed_of
from include.duties.breach.progress import progress_of
from include.duties.breach.rules import DEFERRABLE, SAID, stage_of
from include.duties.breach.scoping import scope_of
from include.duties.breach.words import label_of, words_in
from include.errors import MayBeRetried, NeverRetry
from include.law import load_controller, now
from include.store import Role, begin

__all__ = ["routes"]

HERE = "/breach"
Word = Annotated[str, Form(max_length=64)]
Hash = Annotated[str, Form(pattern=r"^[0-9a-f]{64}$")]
Long = Annotated[str, Form(max_length=6000)]
Codes = Annotated[list[str], Form(max_length=20)]
Done = Literal["noted", "counted", "weighed", "decided", "written", "drafted", "approved", "filed", "allowed", "told",
               "ticked", "estimated", "ended", "closed"]  # fmt: skip


def routes(pages: Pages, settings: Settings) -> APIRouter:
    """Give the routes of breaches. `settings` says where carriers and other systems are reached."""
    router = APIRouter(prefix=HERE, default_response_class=HTMLResponse)

    @router.get("")
    def every(request: Request, _who: Looking) -> HTMLResponse:
        """Show every incident with its clock, and the form of a new one."""
        with begin(Role.CONSOLE) as connection:
            found = [(about, stage_of(about).value) for about in incidents(connection)]
        return pages.show(request, "breach", incidents=found, kinds=[*Kind], **_words(request))

    @router.get("/{breach}")
    def one(request: Request, who: Looking, breach: UUID, said: Annotated[Done | None, Query()] = None) -> HTMLResponse:
        """Show one incident: codes, counts, clocks, and what was written and when; no word of it."""
        found = _found(request, breach)
        notice, lacking = _notice(breach) if who.may(Right.DECIDE) else (None, ())
        return pages.show(request, "incident", here="breach", said=said, notice=notice, lacking=lacking, **found)

    def done(request: Request, breach: UUID, said: Done, act: Callable[[], object]) -> Response:
        """Do something; where it is refused, say why on the incident's own page: codes and elements alone."""
        try:
            act()
        except (NeverRetry, MayBeRetried) as error:
            who = request.state.operator
            notice, lacking = _notice(breach) if who.may(Right.DECIDE) else (None, ())
            found = _found(request, breach) | {"refused": str(error)}
            return pages.show(request, "incident", status=409, here="breach", notice=notice, lacking=lacking, **found)
        return pages.back_to(request, f"{HERE}/{breach}?said={said}")

    @router.post("", dependencies=[Depends(sealed)])
    def note(
        request: Request, who: Deciding, kind: Word, evidence: Word, discovered: Word, known: Word, began: Word,
        systems: Annotated[str, Form(max_length=400)], ended: Word = "", processor: Word = "", rehearsal: Word = "",
    ) -> Response:  # fmt: skip
        """Note an incident and start its clocks."""
        given = {"discovered_at": discovered, "known_at": known, "began_at": began, "ended_at": ended}
        codes = {"kind": kind, "evidence": evidence.strip(), "processor": processor.strip() or None}
        try:
            moments = {name: time_of(value) for name, value in given.items()}
            breach = noted_by_form(codes, moments, systems, rehearsal=bool(rehearsal), by=who.login)
        except Unfit:
            return pages.told(request, "unfit", 409, back=HERE)
        return pages.back_to(request, f"{HERE}/{breach}?said=noted")

    _counting(router, done, settings)
    _reporting(router, done, settings)
    return router


def _counting(router: APIRouter, done: Callable[..., Response], settings: Settings) -> None:
    @router.post("/{breach}/count", dependencies=[Depends(sealed)])
    def count(request: Request, _who: Deciding, breach: UUID) -> Response:
        """Count anew whom it concerns."""
        return done(request, breach, "counted", lambda: scope(breach, now(), settings()))

    @router.post("/{breach}/end", dependencies=[Depends(sealed)])
    def ending(request: Request, who: Deciding, breach: UUID, ended: Word) -> Response:
        """Write down when it ended, and count anew whom it concerns."""
        act = lambda: ended_by_form(breach, ended, by=who.login, at=now(), settings=settings())  # noqa: E731
        return done(request, breach, "ended", act)

    @router.post("/{breach}/estimate", dependencies=[Depends(sealed)])
    def reckon(request: Request, who: Deciding, breach: UUID, people: Annotated[int, Form(ge=0, lt=10**8)]) -> Response:
        """Say about how many it concerns."""
        return done(request, breach, "estimated", lambda: estimate(breach, people, by=who.login, at=now()))

    @router.post("/{breach}/weigh", dependencies=[Depends(sealed)])
    def weighing(
        request: Request, who: Deciding, breach: UUID, harms_data: Word, harms_person: Word, against_rights: Word,
        sensitive: Word, identifies: Word, protected: Word, contained: Word,
    ) -> Response:  # fmt: skip
        """Record the answers of the assessment."""
        given = (harms_data, harms_person, against_rights, sensitive, identifies, protected, contained)
        answers = {question.value: answer for question, answer in zip(Question, given, strict=True)}
        return done(request, breach, "weighed", lambda: weigh(breach, answers, by=who.login, at=now()))

    @router.post("/{breach}/decide", dependencies=[Depends(sealed)])
    def against(
        request: Request, who: Deciding, breach: UUID,
        whom: Annotated[Literal["authority", "people"], Form()], reason: Annotated[Reason, Form()],
    ) -> Response:  # fmt: skip
        """Decide that somebody is not told."""
        return done(request, breach, "decided", lambda: decide(breach, whom, [reason], by=who.login, at=now()))

    @router.post("/{breach}/step/{step}", dependencies=[Depends(sealed)])
    def tick(request: Request, who: Deciding, breach: UUID, step: str) -> Response:
        """Tick a step of containment off."""
        return done(request, breach, "ticked", lambda: do_step(breach, step, by=who.login, at=now()))

    @router.post("/{breach}/close", dependencies=[Depends(sealed)])
    def shut(request: Request, who: Deciding, breach: UUID) -> Response:
        """Close an incident."""
        return done(request, breach, "closed", lambda: close(breach, by=who.login, at=now()))


def _reporting(router: APIRouter, done: Callable[..., Response], settings: Settings) -> None:
    @router.post("/{breach}/say", dependencies=[Depends(sealed)])
    def write(request: Request, who: Deciding, breach: UUID, element: Word, arabic: Long, english: Long) -> Response:
        """Write what is to be said of an element, in both languages."""
        texts = {"ar": arabic, "en": english}
        return done(request, breach, "written", lambda: say(breach, element, texts, by=who.login, at=now()))

    @router.post("/{breach}/draft", dependencies=[Depends(sealed)])
    def drafting(
        request: Request, _who: Deciding, breach: UUID, because: Annotated[Deferral, Form()],
        later: Codes = [], delays: Codes = [],  # noqa: B006 (FastAPI's own declaration)
    ) -> Response:  # fmt: skip
        """Draft the next report."""
        deferred = dict.fromkeys(later, because.value)
        act = lambda: draft(breach, load_controller(), at=now(), deferred=deferred, delays=delays)  # noqa: E731
        return done(request, breach, "drafted", act)

    @router.post("/{breach}/approve", dependencies=[Depends(sealed)])
    def approving(request: Request, who: Deciding, breach: UUID, shown: Hash) -> Response:
        """Approve the report as it was shown."""
        act = lambda: approve(breach, shown, load_controller(), by=who.login, at=now())  # noqa: E731
        return done(request, breach, "approved", act)

    @router.post("/{breach}/allow", dependencies=[Depends(sealed)])
    def allowing(request: Request, who: Deciding, breach: UUID, shown: Hash) -> Response:
        """Allow the notice to people as it was shown."""
        act = lambda: allow_notice(breach, shown, load_controller(), by=who.login, at=now())  # noqa: E731
        return done(request, breach, "allowed", act)

    @router.post("/{breach}/file", dependencies=[Depends(sealed)])
    def filing(request: Request, who: Deciding, breach: UUID, reference: Word) -> Response:
        """Record that the report was filed."""
        return done(request, breach, "filed", lambda: file(breach, reference.strip(), by=who.login, at=now()))

    @router.post("/{breach}/tell", dependencies=[Depends(sealed)])
    def telling(request: Request, _who: Deciding, breach: UUID) -> Response:
        """Write the letters to the people concerned."""
        act = lambda: tell(breach, load_controller(), at=now(), settings=settings())  # noqa: E731
        return done(request, breach, "told", act)

    @router.post("/{breach}/print", dependencies=[Depends(sealed)])
    def printing(request: Request, who: Reading, breach: UUID) -> Response:
        """Show the report that stands, and record who read it."""
        made = printed_report(breach, language_of(request), by=who.login, at=now())
        if made is None:
            raise HTTPException(404)
        return Response(made, media_type="application/pdf")

    @router.post("/{breach}/letter", dependencies=[Depends(sealed)])
    def letter(request: Request, who: Reading, breach: UUID) -> Response:
        """Show the notice to people as it reads now, and record who read it."""
        try:
            said = shown_notice(breach, language_of(request), by=who.login, at=now())
        except NeverRetry:
            raise HTTPException(404) from None
        return Response(said, media_type="text/plain; charset=utf-8")


def _found(request: Request, breach: UUID) -> dict[str, Any]:
    with begin(Role.CONSOLE) as connection:
        try:
            about = incident(connection, breach)
        except Unfit:
            raise HTTPException(404) from None
        one = {"breach": breach}
        found = scope_of(connection, breach)
        return _words(request) | {
            "about": about, "stage": stage_of(about).value, "scope": found, "refused": None,
            "lines": [line for line in found.lines if line.category != "people" and (
                line.people or line.category != "destroyed_since")], "owed": owed_of(connection, about),
            "progress": progress_of(connection, about),
            "written": {row.element: row for row in STEPS.rows(connection, "breach_words", one)},
            "steps": STEPS.rows(connection, "breach_steps", one),
            "answers": {row.question: row.answer for row in STEPS.rows(connection, "breach_answers", one)},
            "decisions": STEPS.rows(connection, "breach_decisions", one),
            "reports": STEPS.rows(connection, "breach_reports", one),
        }  # fmt: skip


def _notice(breach: UUID) -> tuple[str | None, tuple[str, ...]]:
    """Give the hash of the notice to people as it reads now, or what it lacks; nothing where all is over."""
    try:
        return notice_of(breach, load_controller())[1].hex(), ()
    except IncompleteReport as error:
        return None, error.missing
    except NeverRetry:
        return None, ()


def _words(request: Request) -> dict[str, Any]:
    words = words_in("ar" if language_of(request) == "ar" else "en")
    return {
        "told": words, "label": lambda category: label_of(category, words) if category.startswith("user") or
        category in words.labels else category,
        "said_elements": SAID, "questions": [*Question], "reasons": [*Reason], "deferrals": [*Deferral],
        "late_reasons": [*Delay], "deferrable": [each for each in Element if each in DEFERRABLE],
    }  # fmt: skip
