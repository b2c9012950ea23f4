"""Weigh the risk by recorded answers, and decide who is told; not to tell is a person's word, with its reasons."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection, text

from include.duties.breach.actions import opened, stamp
from include.duties.breach.incidents import note_event
from include.duties.breach.model import Answer, Incident, Question, Reason, Unfit
from include.duties.breach.owing import close_duty, reopen_duties
from include.duties.breach.rules import Assessment, assess
from include.evidence import Kind
from include.law import edition_named
from include.store import Role, begin

__all__ = ["answers_of", "assessed", "decide", "decision_of", "weigh"]


def weigh(breach: UUID, answers: Mapping[str, str], *, by: str, at: datetime) -> Assessment:
    """Record the answers of the assessment, and what follows from them; both stand until somebody answers again.

    Where it has to be told after all, whoever was not to be told is owed it again. Raises Unfit where a question has no
    answer.
    """
    with begin(Role.DUTIES) as connection:
        about = opened(connection, breach)
        found = assess(answers, edition_named(about.edition))
        given = {question.value: Answer(answers[question.value]).value for question in Question}
        for question, answer in given.items():
            row = {"id": breach, "question": question, "answer": answer, "by": by, "at": at}
            connection.execute(ANSWER, row)
        stamp(connection, breach, "assessed", at)
        note_event(
            connection, Kind.BREACH_ASSESSED, about, at, by=by,
            codes=given | {"risk": found.risk, "verdict": "notify" if found.authority else "not_notify"},
        )  # fmt: skip
        if found.authority:
            if (before := decision_of(connection, about.id, "people")) and before[0] == "not_notify":
                connection.execute(UNTOLD, {"id": breach})
            for whom in ("authority", "people"):
                _decide(connection, about, whom, "notify", found.reasons, by, at)
            reopen_duties(connection, about)
    return found


def decide(
    breach: UUID, whom: Literal["authority", "people"], reasons: Collection[str], *, by: str, at: datetime
) -> None:
    """Decide that the authority, or the people concerned, are not told, and record why (LAW BRE-08).

    Letters that have not gone out yet are taken back. Raises Unfit where nobody has weighed the risk yet, where the
    edition's law wants every breach told, where the answers say that it may harm, and without a reason.
    """
    if not reasons or not set(reasons) <= {*Reason}:
        raise Unfit(f"not to tell needs one or more reasons: {', '.join(Reason)}")
    with begin(Role.DUTIES) as connection:
        about = opened(connection, breach)
        found = assessed(connection, about)
        if found is None:
            raise Unfit("nobody has weighed the risk of this incident yet: answer the assessment first")
        if found.authority:
            why = "no_harm_test" if "no_harm_test" in found.reasons else "may_harm"
            raise Unfit(f"it has to be told ({why}: {', '.join(found.reasons)}); answer the assessment anew if it errs")
        _decide(connection, about, whom, "not_notify", sorted(reasons), by, at)
        close_duty(connection, about, whom, "not_notified", at)
        if whom == "people":
            connection.execute(TAKE_BACK, {"id": breach})
            stamp(connection, breach, "told", at)


def answers_of(connection: Connection, breach: UUID) -> dict[str, str]:
    """Give the answers that stand."""
    rows = connection.execute(ANSWERS, {"id": breach})
    return {row.question: row.answer for row in rows}


def assessed(connection: Connection, about: Incident) -> Assessment | None:
    """Say what the answers that stand come to; None where nobody answered yet."""
    answers = answers_of(connection, about.id)
    return assess(answers, edition_named(about.edition)) if answers else None


def decision_of(connection: Connection, breach: UUID, whom: str) -> tuple[str, tuple[str, ...]] | None:
    """Give the decision that stands about the authority or the people: its verdict and reasons."""
    row = connection.execute(DECISION, {"id": breach, "whom": whom}).one_or_none()
    return (row.verdict, tuple(row.reasons)) if row else None


def _decide(
    connection: Connection,
    about: Incident,
    whom: str,
    verdict: str,
    reasons: Collection[str],
    by: str,
    at: datetime,
) -> None:
    if decision_of(connection, about.id, whom) == (verdict, tuple(reasons)):
        return
    row = {"id": about.id, "whom": whom, "verdict": verdict, "reasons": list(reasons), "edition": about.edition,
           "by": by, "at": at}  # fmt: skip
    connection.execute(DECIDE, row)
    told = {f"reason_{place}": reason for place, reason in enumerate(list(reasons)[:3], 1)}
    note_event(connection, Kind.BREACH_DECIDED, about, at, by=by, codes={"whom": whom, "verdict": verdict} | told)


ANSWER = text("""
    insert into duties.breach_answer (breach_id, question, answer, answered_by, answered_at)
    values (:id, :question, :answer, :by, :at)
    on conflict (breach_id, question, answered_at) do update set answer = excluded.answer
""")
UNTOLD = text("update duties.breach set told_at = null where id = :id")
ANSWERS = text("""
    select distinct on (question) question, answer from duties.breach_answer where breach_id = :id
     order by question, answered_at desc
""")
TAKE_BACK = text("""
    with waiting as (
        select message.id from channels.message join duties.breach_person on breach_person.message_id = message.id
         where breach_person.breach_id = :id and breach_person.state = 'queued' and message.state = 'ready'
           for update of message
    )
    update duties.breach_person set state = 'owed', message_id = null from waiting where message_id = waiting.id
""")
"""A relay that is sending one of them at this moment is waited for; that one has gone out. It refuses the others."""
DECIDE = text("""
    insert into duties.breach_decision (breach_id, whom, verdict, reasons, edition, decided_by, decided_at)
    values (:id, :whom, :verdict, cast(:reasons as text[]), :edition, :by, :at)
    on conflict (breach_id, whom, decided_at) do update
       set verdict = excluded.verdict, reasons = excluded.reasons, decided_by = excluded.decided_by
""")
DECISION = text("""
    select verdict, reasons from duties.breach_decision where breach_id = :id and whom = :whom
     order by decided_at desc limit 1
""")
