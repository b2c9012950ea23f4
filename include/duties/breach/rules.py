"""What follows from what is known of a breach: pure decisions, each with its reasons and under its edition."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from include.duties.breach.model import Answer, Block, Element, Given, Incident, Kind, Question, Stage, Unfit
from include.duties.references import REFERENCE
from include.law import Edition, clocks
from include.law.clocks import OpenFigure

__all__ = [
    "BLOCKS",
    "DEFERRABLE",
    "SAID",
    "SKEW",
    "STAGES",
    "Assessment",
    "assess",
    "authority_due",
    "check",
    "check_end",
    "grown",
    "people_due",
    "stage_of",
    "warnings_due",
]

CODE = re.compile(r"[a-z][a-z0-9_]{0,62}")
SKEW = timedelta(minutes=5)
"""So far another clock may be from ours."""

BLOCKS: dict[Element, Block] = {
    Element.DESCRIPTION: Block.A, Element.WHEN: Block.A, Element.HOW: Block.A, Element.KNOWN: Block.A,
    Element.CATEGORIES: Block.B, Element.SUBJECTS: Block.B, Element.DATA_TYPES: Block.B,
    Element.RISKS: Block.C, Element.EFFECTS: Block.C, Element.MEASURES_TAKEN: Block.C,
    Element.MEASURES_PLANNED: Block.C, Element.PEOPLE_TOLD: Block.D, Element.CONTACT: Block.E,
}  # fmt: skip
"""Which part of IR 24(1) asks for an element."""

SAID = ("description", "how", "data_types", "risks", "effects", "measures_taken", "measures_planned", "advice", "delay")
"""What an officer writes, in both languages; `data_types` is for systems that nobody could count, `advice` for those
concerned (IR 24(5)), `delay` for lateness."""

DEFERRABLE = frozenset(
    {Element.HOW, Element.CATEGORIES, Element.SUBJECTS, Element.DATA_TYPES, Element.RISKS, Element.EFFECTS,
     Element.MEASURES_PLANNED}
)  # fmt: skip
"""What may come later with a reason (IR 24(2)); that something happened, when it was known, what was done about it and
whom to ask is known to whoever reports (house)."""

HARMS = (Question.HARMS_DATA, Question.HARMS_PERSON, Question.AGAINST_RIGHTS)
STAGES = ("closed", "told", "supplemented", "reported", "assessed", "scoped")


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the answers come to."""

    may_harm: bool
    authority: bool
    """Whether the authority has to be told."""
    people: bool
    """Whether the people concerned have to be told."""
    risk: str
    """low | medium | high."""
    reasons: tuple[str, ...]
    """The questions that it rests on, or `no_harm_test` where the edition has none."""
    edition: str


def check(given: Given, at: datetime) -> None:
    """Refuse an incident whose codes are none or whose times cannot be at `at` (UTC).

    One from before anything was held, and in a system that no map describes, is taken: its clock runs all the same.
    Raises Unfit naming the field.
    """
    instants = {"discovered_at": given.discovered_at, "known_at": given.known_at, "began_at": given.began_at}
    for name, instant in instants.items():
        _see_that_it_has_been(name, instant, at)
    if given.known_at < given.discovered_at:
        raise Unfit("known_at lies before discovered_at: nobody knows what is not found yet")
    if given.began_at > given.discovered_at:
        raise Unfit("began_at lies after discovered_at")
    if given.ended_at is not None:
        check_end(given.began_at, given.ended_at, at)
    if given.kind not in {*Kind}:
        raise Unfit(f"kind is one of {', '.join(Kind)}")
    if not given.systems or not all(CODE.fullmatch(system) for system in given.systems):
        raise Unfit("systems names one or more keys of data maps, or `register` for our own")
    if not REFERENCE.fullmatch(given.evidence):
        raise Unfit("evidence is a reference: letters, digits and ./_- alone, at most 40, and no name")
    if given.processor is not None and not CODE.fullmatch(given.processor):
        raise Unfit("processor is a code such as mailer")


def check_end(began_at: datetime, ended_at: datetime, at: datetime) -> None:
    """Refuse an end that cannot be at `at` (UTC). Raises Unfit."""
    _see_that_it_has_been("ended_at", ended_at, at)
    if ended_at < began_at:
        raise Unfit("ended_at lies before began_at")


def grown(named: Mapping[str, int], now: Mapping[str, int]) -> tuple[str, ...]:
    """Name the elements of a report that a later count outgrew: what it named of each, and what is counted now."""
    found = {Element.SUBJECTS: "people", Element.DATA_TYPES: "lines"}
    return tuple(element.value for element, what in found.items() if now[what] > named[what])


def authority_due(edition: Edition, known_at: datetime) -> datetime | None:
    """Return by when the authority is told, UTC: elapsed hours from knowing, through weekends (Law 20(1), IR 24(1)).

    None where the edition's law gives no period.
    """
    try:
        return clocks.breach_authority_due(edition, known_at)
    except OpenFigure:
        return None


def people_due(edition: Edition, known_at: datetime) -> datetime | None:
    """Return by when the people concerned are told, UTC (Law 20(2), IR 24(5)); None where the law leaves it open."""
    try:
        return clocks.breach_subject_due(edition, known_at)
    except OpenFigure:
        return None


def warnings_due(edition: Edition, known_at: datetime, due_at: datetime, at: datetime) -> tuple[int, ...]:
    """Return the hours of the edition's warnings that have come by `at` (UTC), while the clock still runs."""
    hours = edition.breach.warn_hours.value
    return tuple(h for h in hours if known_at + timedelta(hours=h) <= at < due_at)


def assess(answers: Mapping[str, str], edition: Edition) -> Assessment:
    """Weigh the answers. What nobody knows may harm; no size and no encryption exempts (LAW BRE-02).

    Where the edition has no harm test, or leaves it open, every breach is told (LAW BRE-11). Raises Unfit where a
    question has no answer.
    """
    given = {question: Answer(answers[question]) for question in Question if answers.get(question) in {*Answer}}
    if missing := [question.value for question in Question if question not in given]:
        raise Unfit(f"these questions have no answer: {', '.join(missing)}")
    against = tuple(question.value for question in HARMS if given[question] is not Answer.NO)
    tested = edition.breach.harm_test is not None and edition.breach.harm_test.value
    tell = bool(against) or not tested
    worse = sum(given[each] is not Answer.NO for each in (Question.SENSITIVE, Question.IDENTIFIES))
    worse += sum(given[each] is not Answer.YES for each in (Question.PROTECTED, Question.CONTAINED))
    risk = "low" if not against else "high" if worse >= 3 else "medium"
    reasons = against if against else ("no_harm",) if tested else ("no_harm_test",)
    return Assessment(bool(against), tell, tell, risk, reasons, edition.name)


def stage_of(incident: Incident) -> Stage:
    """Say how far an incident has come: the last stage that was reached."""
    reached = (stage for stage in STAGES if getattr(incident, f"{stage}_at") is not None)
    return Stage(next(reached, "received"))


def unmapped(systems: Collection[str], mapped: Collection[str]) -> tuple[str, ...]:
    """Name the systems that no data map describes."""
    return tuple(system for system in systems if system != "register" and system not in mapped)


def _see_that_it_has_been(name: str, instant: datetime, at: datetime) -> None:
    if instant.tzinfo is None:
        raise Unfit(f"{name} has no time zone; add one, such as +03:00")
    if instant > at + SKEW:
        raise Unfit(f"{name} lies in the future")
