"""What may be done with a request, and when: pure decisions of an edition, the request and an instant."""

from __future__ import annotations

from datetime import datetime, timedelta

from include.duties.references import REFERENCE
from include.duties.rights.grounds import grounds
from include.duties.rights.model import MOVES, PACKAGES, Awaited, Extension, Refusal, Standing, State, Why
from include.law import Edition, clocks
from include.law.clocks import OpenFigure

__all__ = [
    "OFFICER", "SENTENCES", "WAYS", "answered_unproven_at", "awaits", "begun", "may_extend", "may_lift", "may_move",
    "may_refuse", "may_withdraw", "needs_officer",
]  # fmt: skip

WAYS = ("phone", "email", "sms", "whatsapp", "post", "counter", "page")
"""How somebody can say that they take a request back."""
OFFICER = frozenset({"correct", "restrict", "review", "complain"})
"""Rights that a person answers: a program does not judge who is right."""
SENTENCES = {
    Why.CLOSED: "the request is closed; nothing more becomes of it",
    Why.UNKNOWN_REASON: "the law knows no such reason for taking longer: {reasons} (IR 3(1)(a))",
    Why.UNKNOWN_GROUND: "the law knows no such ground for a refusal: {grounds} (IR 3(2), Law 9, 16, 18)",
    Why.GROUND_OF_ANOTHER_RIGHT: "this ground does not stand against this right",
    Why.NO_EXTENSION: "the law in force knows no extension",
    Why.EXTENDED: "the request was extended before, and there is one extension only",
    Why.TOO_LATE: "the first period is over: an extension had to be told before its end",
    Why.NOT_SENT_IN_TIME: "there is no address to tell it at before the first period ends",
    Why.TOO_LONG: "the extension is longer than the law allows",
    Why.NOT_SEVERAL: "no other request of this person is open, so several requests are no reason",
    Why.NOT_REPEATED: "this person asked for this right once within a year: that is not repeated",
    Why.NOT_CHECKED: "it is not known yet who asks, and until then nothing is said that depends on what is held",
    Why.OUT_OF_ORDER: "this does not follow from how the request stands",
    Why.BEGUN: "the destruction that it asked for has begun, and nothing calls it back: answer it when it is done",
    Why.NOTHING_HELD_BACK: "this request holds nothing back",
    Why.NOT_ANSWERED: "what it holds back stays so until it is answered: answer or refuse it",
    Why.STANDS_FOR_GOOD: "an objection stands until its person takes it back; no officer ends it",
    Why.UNKNOWN_LIFT: "what was held back is used again for one of these reasons: {lifts} (IR 7(1))",
    Why.LIFTING: "its end is being told already: it ends a day after that letter has gone out",
    Why.UNKNOWN_WAY: "somebody takes a request back by one of {ways}",
    Why.NO_EVIDENCE: "say what shows it: the reference of a recording, a mail or a form, without a name",
    Why.NO_PACKAGE: "no copy of it lies ready to be handed over: have it made first (`request answer`)",
    Why.NO_ADDRESS: "there is no address to write to; without a letter nobody is told",
}


def may_move(now: State, then: State) -> Why | None:
    """Say why a request may not go from one state to another; None where it may."""
    if then in MOVES[now]:
        return None
    return Why.OUT_OF_ORDER if MOVES[now] else Why.CLOSED


def may_extend(
    edition: Edition,
    request: Standing,
    reason: str,
    at: datetime,
    leaves_at: datetime | None,
    days: int | None = None,
) -> Extension:
    """Decide whether a request may be answered later (SA: IR 3(1)(a): once, at most 30 days, told before day 30).

    `leaves_at` is when its notice can go out (UTC), None where nobody can be told. `days` more than the first period,
    by default as many as the law allows. The numbers are those of the edition that the request was born under.
    """
    article = grounds().extensions[reason].article if reason in grounds().extensions else ""
    try:
        latest = clocks.request_extended_due(edition, request.received_at)
    except OpenFigure:
        return Extension(edition.name, article, None, Why.NO_EXTENSION)
    due = latest if days is None else request.first_due_at + timedelta(days=days)
    why = _against_extension(request, reason, at, leaves_at)
    if why is None and not request.first_due_at < due <= latest:
        why = Why.TOO_LONG
    return Extension(edition.name, article, None if why else due, why)


def _against_extension(request: Standing, reason: str, at: datetime, leaves_at: datetime | None) -> Why | None:
    if request.closed:
        return Why.CLOSED
    if reason not in grounds().extensions:
        return Why.UNKNOWN_REASON
    if request.extension_message is not None:
        return Why.EXTENDED
    if at >= request.first_due_at:
        return Why.TOO_LATE
    if leaves_at is None or leaves_at >= request.first_due_at:
        return Why.NOT_SENT_IN_TIME
    if reason == "several_requests" and not request.others:
        return Why.NOT_SEVERAL
    return None


def may_refuse(edition: Edition, request: Standing, ground: str) -> Refusal:
    """Decide whether a request may be refused on a ground (SA: IR 3(2); Law 9, 16, 18). Nothing else is a ground."""
    known = grounds().grounds.get(ground)
    if known is None:
        return Refusal(edition.name, None, Why.UNKNOWN_GROUND)
    why = None
    if request.closed:
        why = Why.CLOSED
    elif known.rights and request.right not in known.rights:
        why = Why.GROUND_OF_ANOTHER_RIGHT
    elif request.proof is None:
        why = Why.NOT_CHECKED
    elif ground == "repeated" and not request.earlier:
        why = Why.NOT_REPEATED
    else:
        why = begun(request)
    return Refusal(edition.name, known.article, why)


def begun(request: Standing) -> Why | None:
    """Say that what a request asks for goes its way already: to call it refused or taken back would be untrue."""
    return Why.BEGUN if request.destruction_request is not None else None


def may_lift(request: Standing, reason: str, held_back: str | None, letter: str | None) -> Why | None:
    """Say why what a request holds back may not be used again; None where it may (IR 7(1)).

    `held_back` is the kind of the restriction that stands, `letter` the state of an earlier letter about its end.
    """
    if held_back is None:
        return Why.NOTHING_HELD_BACK
    if held_back == "objection":
        return Why.STANDS_FOR_GOOD
    if not request.closed:
        return Why.NOT_ANSWERED
    if reason not in grounds().lifts:
        return Why.UNKNOWN_LIFT
    return Why.LIFTING if letter in ("ready", "sent") else None


def may_withdraw(request: Standing, through: str, evidence: str) -> Why | None:
    """Say why a request may not be closed as taken back; None where it may: it is known how it was said, and shown."""
    if (why := may_move(request.state, State.WITHDRAWN) or begun(request)) is not None:
        return why
    if through not in WAYS:
        return Why.UNKNOWN_WAY
    return None if REFERENCE.fullmatch(evidence) else Why.NO_EVIDENCE


def needs_officer(request: Standing) -> bool:
    """Say whether a person decides: about some rights, and where an operator's word alone proves who asks."""
    return request.right in OFFICER or request.proof == "operator"


def answered_unproven_at(edition: Edition, request: Standing) -> datetime:
    """Return until when a proof of who asks is awaited, UTC; then everybody without one gets the same answer.

    The edition's warning share of the first period, so that it comes at the same moment whether something is held or
    not, and well before the clock ends.
    """
    return clocks.warning_at(request.received_at, request.first_due_at, edition.warning_share.value)


def awaits(request: Standing) -> Awaited:
    """Say what a request waits for."""
    if request.closed:
        return Awaited.NOTHING
    if request.proof is None:
        return Awaited.PROOF
    if request.state is State.CHECKED:
        return Awaited.OFFICER if needs_officer(request) else Awaited.PROGRAM
    if request.destruction_request is not None:
        return Awaited.DESTRUCTION
    return Awaited.HANDING_OVER if request.right in PACKAGES else Awaited.PROGRAM
