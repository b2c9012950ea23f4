"""The warnings of the authority's clock: at the edition's hours from knowing, each raised once, whoever raises it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import Connection, text

from include.channels import Channel, OutgoingMessage, enqueue
from include.duties.breach.incidents import incident, note_event
from include.duties.breach.rules import warnings_due
from include.duties.notice.calendar import HOME
from include.evidence import Kind
from include.law import Controller, edition_named
from include.store import Role, begin

__all__ = ["Warned", "raise_warnings", "warn"]

ALERT = text("""
    insert into duties.alert (duty_id, level, raised_at) values (:id, :level, :at)
    on conflict (duty_id, level) do nothing
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
    """Raise the warnings of one incident, and write the officer a mail about each that is new."""
    with begin(Role.DUTIES) as connection:
        raised = raise_warnings(connection, at, breach)
        enqueue(connection, *_mails(raised, controller, at), at=at)
    return raised


def _mails(raised: Iterable[Warned], controller: Controller, at: datetime) -> Iterable[OutgoingMessage]:
    if controller.dpo is None or controller.dpo.email is None:
        return
    for each in raised:
        due = f"{each.due_at:%Y-%m-%d %H:%M} UTC"
        arabic = f"مضت {each.hour} ساعة على العلم بالتسرب {each.reference}. آخر موعد لإشعار الجهة المختصة: {due}"
        english = (
            f"{each.hour} hours have passed since breach {each.reference} became known. Tell the authority by {due}."
        )
        where = "Open respond_to_breach in Airflow, or run: python -m include breach list"
        yield OutgoingMessage(
            id=uuid5(each.incident, f"hour_{each.hour}"),
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
