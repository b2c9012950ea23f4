"""The warnings of the authority's clock: at the edition's hours from knowing, each raised once, whoever raises it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy import Connection, text

from include.channels import Channel, OutgoingMessage, enqueue
from include.duties.breach.incidents import incident, note_event
from include.duties.breach.rules import warnings_due
from include.duties.breach.words import LANGUAGES
from include.duties.letter.dates import moment
from include.duties.notice.calendar import HOME
from include.evidence import Kind
from include.law import Controller, edition_for, edition_named
from include.store import Role, begin

__all__ = ["Warned", "raise_warnings", "warn"]

ALERT = text("""
    insert into duties.alert (duty_id, level, raised_at) values (:id, :level, :at)
    on conflict (duty_id, level) do nothing
""")
MISSED = text("""
    update duties.duty set state = 'missed', closed_at = :at where id = :id and state = 'open' and due_at < :at
""")
RUNNING = text("""
    select breach.id from duties.breach join duties.duty on duty.id = breach.id
     where duty.state = 'open' and duty.due_at is not null and breach.id = coalesce(:only, breach.id)
     order by breach.due_at
""")


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning that was raised just now."""

    incident: UUID
    reference: str
    hour: int
    due_at: datetime


def raise_warnings(connection: Connection, at: datetime, only: UUID | None = None) -> list[Warned]:
    """Raise what has come by `at` (UTC) of every open clock, or of one; return what is new.

    A rehearsal has no clock.
    """
    raised = list[Warned]()
    for row in connection.execute(RUNNING, {"only": only}).all():
        about = incident(connection, row.id)
        if about.due_at is None:
            continue
        for hour in warnings_due(edition_named(about.edition), about.known_at, about.due_at, at):
            values = {"id": about.id, "level": f"hour_{hour}", "at": at}
            if connection.execute(ALERT, values).rowcount:
                note_event(connection, Kind.PROMISE_WARNED, about, at, counts={"hour": hour},
                           codes={"kind": "breach_authority", "level": f"hour_{hour}"})  # fmt: skip
                raised.append(Warned(about.id, about.reference, hour, about.due_at))
    return raised


def warn(breach: UUID, controller: Controller, at: datetime) -> list[Warned]:
    """Raise the warnings of one incident, and its end where that has come; mail the officer about each that is new."""
    with begin(Role.DUTIES) as connection:
        raised = raise_warnings(connection, at, breach)
        ended = _raise_end(connection, breach, at)
        mails = [_mail(each, controller, f"hour_{each.hour}", at) for each in raised]
        mails += [_mail(each, controller, "missed", at) for each in ended]
        enqueue(connection, *filter(None, mails), at=at)
    return raised + ended


def _raise_end(connection: Connection, breach: UUID, at: datetime) -> list[Warned]:
    """Raise that a clock has ended with nothing filed, unless the watch did already."""
    if not connection.execute(MISSED, {"id": breach, "at": at}).rowcount:
        return []
    about = incident(connection, breach)
    connection.execute(ALERT, {"id": breach, "level": "missed", "at": at})
    codes = {"kind": "breach_authority", "level": "missed"}
    note_event(connection, Kind.PROMISE_MISSED, about, at, codes=codes, counts={"notices": 1})
    due = about.due_at or at
    return [Warned(breach, about.reference, (due - about.known_at) // timedelta(hours=1), due)]


def _local_and_utc(instant: datetime, at: datetime, language: str) -> str:
    """Say an instant on the controller's own clock, and in UTC as logs have it."""
    return f"{moment(instant, edition_for(HOME, at).zone, language)} ({instant:%Y-%m-%d %H:%M} UTC)"


def _mail(each: Warned, controller: Controller, level: str, at: datetime) -> OutgoingMessage | None:
    if controller.dpo is None or controller.dpo.email is None:
        return None
    due = {language: _local_and_utc(each.due_at, at, language) for language in LANGUAGES}
    arabic = f"مضت {each.hour} ساعة على العلم بالتسرب {each.reference}. آخر موعد لإشعار الجهة المختصة: {due['ar']}"
    english = f"{each.hour} hours have passed since breach {each.reference} became known. Tell the authority by "
    english += f"{due['en']}."
    if level == "missed":
        arabic = f"انتهت مهلة الإشعار بالتسرب {each.reference} ولم يُقدَّم تقرير: {due['ar']}. قدّمه الآن مع أسباب التأخر."
        english = f"The time to report breach {each.reference} ended {due['en']}, and nothing was filed. Report it now."
    where = "Open respond_to_breach in Airflow, or run: python -m include breach list"
    return OutgoingMessage(
        id=uuid5(each.incident, level),
        kind="promise_alert",
        channel=Channel.EMAIL,
        recipient=controller.dpo.email,
        subject=f"موعد إشعار التسرب {each.reference} | The clock of breach {each.reference}",
        text=f"{arabic}\n\n{english}\n\n{where}\n",
        language="ar",
        template="promise_alert/1",
        jurisdiction=HOME,
        not_before=at,
    )
