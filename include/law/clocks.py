"""The clocks that events start: pure functions of an edition and an instant.

Every instant that comes in must know its zone, every instant that goes out is UTC. Hours and days are elapsed time (a
day is 24 hours), so weekends, holidays and summer time neither stop nor stretch them, and no clock ends later than the
end of its last day under any way of counting. Periods in months, years and working days are counted on the calendar of
the edition's zone, without the day of the event, and end with the last second of the last local day (Reg. 1182/71 Art.
3): to end them at the hour of the event would let a later event have an earlier end. All are Gregorian.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from include.errors import NeverRetry
from include.law.days import add_months, first_second, last_second, local_day, utc, working_day_after, working_day_from
from include.law.edition import Edition, OpenFigure
from include.law.rule import Rule

__all__ = [
    "BackupWindow",
    "NoticePlan",
    "OpenFigure",
    "add_working_days",
    "backup_window",
    "breach_authority_due",
    "breach_subject_due",
    "complaint_end",
    "consent_answer_due",
    "consent_record_end",
    "marketing_stop_due",
    "notice_due",
    "notice_plan",
    "request_due",
    "request_extended_due",
    "ropa_end",
    "warning_at",
]


@dataclass(frozen=True, slots=True)
class NoticePlan:
    """When a source notice is sent, UTC."""

    not_before: datetime
    """From receipt on it may be sent."""
    send_by: datetime
    """By then it is to be sent, so that there is time to answer (house)."""
    last_sending: datetime
    """After this too little time is left to answer: the data is destroyed instead (house)."""
    due_at: datetime
    """The end of the clock (IR 4(3))."""


@dataclass(frozen=True, slots=True)
class BackupWindow:
    """Between which instants a backup is destroyed, UTC (policy 4)."""

    earliest: datetime
    """Until then it must still be there: the last second of the local day."""
    latest: datetime
    """By then it is gone: the first second of the local day, so that no way of counting makes it late."""


def notice_due(edition: Edition, received_at: datetime, first_contact_at: datetime | None = None) -> datetime:
    """Return the latest instant of the source notice, UTC.

    The clock starts at receipt of the row, not at its classification or review (SA: IR 4(3); EU: Art. 14(3)(a)). Where
    the edition says so, the first communication with the person ends it earlier (EU: Art. 14(3)(b)), though never
    before receipt. Raises `OpenFigure` where the law gives no period.
    """
    start, notice = utc(received_at, "received_at"), edition.notice
    if notice.days is not None:
        due = start + timedelta(days=notice.days.value)
    else:
        due = _months_end(edition, start, _figure(edition, "source notice", notice.months))
    if first_contact_at is None or not notice.also_first_contact.value:
        return due
    return min(due, max(start, utc(first_contact_at, "first_contact_at")))


def notice_plan(edition: Edition, received_at: datetime) -> NoticePlan:
    """Return when the source notice may be, is to be and can last be sent, and when it is due, UTC.

    The due instant is the law's (SA: IR 4(3)); the two before it are house values of the edition. Raises `OpenFigure`
    where the law gives no period.
    """
    start, due = utc(received_at, "received_at"), notice_due(edition, received_at)
    return NoticePlan(
        not_before=start,
        send_by=start + timedelta(days=edition.notice.send_by_days.value),
        last_sending=due - timedelta(days=edition.notice.answer_days_min.value),
        due_at=due,
    )


def request_due(edition: Edition, received_at: datetime) -> datetime:
    """Return the latest instant of the answer to a person's request, UTC.

    SA: 30 days (Law 21, IR 3(1)(a)); EU: 1 month (Art. 12(3)); EG: 6 working days (Art. 10, 32). An extension must have
    been told before it. Raises `OpenFigure` where the law gives no period.
    """
    return _request_end(edition, received_at, extended=False)


def request_extended_due(edition: Edition, received_at: datetime) -> datetime:
    """Return the latest instant of the answer after the one extension, UTC, counted from receipt of the request.

    SA: 30 days more (IR 3(1)(a)); EU: 2 months more (Art. 12(3)). It holds only if the person was told, with reasons,
    before `request_due`. Raises `OpenFigure` where the law knows no extension.
    """
    return _request_end(edition, received_at, extended=True)


def breach_authority_due(edition: Edition, known_at: datetime, *, national_security: bool = False) -> datetime:
    """Return the latest instant of the breach notice to the authority, UTC: elapsed hours from knowing.

    SA: 72 (Law 20(1), IR 24(1)); EU: 72 (Art. 33(1)); EG: 72, at once where national security is touched (Art. 7).
    Raises `OpenFigure` where the law gives no period.
    """
    breach = edition.breach
    special = breach.authority_hours_national_security if national_security else None
    hours = _figure(edition, "breach notice to the authority", special or breach.authority_hours)
    return utc(known_at, "known_at") + timedelta(hours=hours)


def breach_subject_due(edition: Edition, known_at: datetime, filed_at: datetime | None = None) -> datetime:
    """Return the latest instant of the breach notice to affected people, UTC.

    Where the law says without undue delay (SA: Law 20(2), IR 24(5); EU: Art. 34(1)) the edition's house value in hours
    from knowing holds. EG: 3 working days after the authority was told (Art. 7); until it was, they count from knowing,
    so that filing can only move the end later. Raises `OpenFigure` where the law leaves it open.
    """
    breach = edition.breach
    start = utc(known_at, "known_at")
    if breach.subject_working_days is None:
        return start + timedelta(hours=_figure(edition, "breach notice to people", breach.subject_hours))
    filed = start if filed_at is None else max(start, utc(filed_at, "filed_at"))
    return add_working_days(edition, filed, breach.subject_working_days.value)


def marketing_stop_due(edition: Edition, asked_at: datetime) -> datetime:
    """Return the instant by which a request to stop marketing must have taken hold, UTC.

    SA: 24 hours (CST 4-6-6-3) while IR 28(3)(c) says at once: the edition's `stop_target_hours` is what we aim at.
    """
    return utc(asked_at, "asked_at") + timedelta(hours=edition.marketing.stop_max_hours.value)


def consent_answer_due(edition: Edition, received_at: datetime) -> datetime:
    """Return until when an answer about consent is awaited, UTC, counted from receipt of the data, not of the question.

    A house value (LAW CON-09): silence is never consent (IR 11(1)), and what nobody consented to is destroyed then.
    """
    return utc(received_at, "received_at") + timedelta(days=edition.consent.answer_days.value)


def backup_window(edition: Edition, ended_at: datetime) -> BackupWindow:
    """Return between which instants the backup of an ended subscription is destroyed (policy 4), UTC.

    The same day of the month, or the month's last day where it has none.
    """
    day = local_day(edition, utc(ended_at, "ended_at"))
    least, most = edition.retention.backup_min_months.value, edition.retention.backup_max_months.value
    return BackupWindow(
        earliest=last_second(edition, add_months(day, least)),
        latest=first_second(edition, add_months(day, most)),
    )


def complaint_end(edition: Edition, learned_at: datetime) -> datetime:
    """Return until when a person may complain to the authority, UTC (SA: 90 days; Law 34, IR 37(1)).

    Raises `OpenFigure` where the law gives no period.
    """
    days = _figure(edition, "complaint to the authority", edition.authority.complaint_window_days)
    return utc(learned_at, "learned_at") + timedelta(days=days)


def consent_record_end(edition: Edition, last_message_at: datetime) -> datetime:
    """Return until when the proof of a consent is kept, UTC, counted from the last message sent under it.

    EG: 36 months (Art. 18); SA: a house value. A minimum, so the calendar's longer count is taken. Raises `OpenFigure`
    where the law gives no period.
    """
    months = _figure(edition, "record of consent", edition.consent.record_months)
    return _kept_until(edition, utc(last_message_at, "last_message_at"), months)


def ropa_end(edition: Edition, activity_ended_at: datetime) -> datetime:
    """Return until when the record of a processing is kept after it ended, UTC (SA: 5 Gregorian years; IR 33).

    Raises `OpenFigure` where the law gives no period.
    """
    years = _figure(edition, "record of processing", edition.retention.ropa_tail_years)
    return _kept_until(edition, utc(activity_ended_at, "activity_ended_at"), 12 * years)


def add_working_days(edition: Edition, start: datetime, days: int) -> datetime:
    """Return the last second of the local day that is so many working days after the day of `start`, UTC.

    The day of the event isn't counted; weekend days and holidays of the edition aren't either. Raises `NeverRetry` for
    fewer than one day.
    """
    if days < 1:
        raise NeverRetry("add_working_days: days must be at least 1")
    day = local_day(edition, utc(start, "start"))
    return last_second(edition, working_day_after(edition, day, days))


def warning_at(start: datetime, due: datetime, share: float = 0.8) -> datetime:
    """Return the instant at which the given share of a clock has passed, UTC.

    Raises `NeverRetry` where the clock ends before it starts or the share isn't above 0 and at most 1.
    """
    begun, end = utc(start, "start"), utc(due, "due")
    if end < begun or not 0 < share <= 1:
        raise NeverRetry("warning_at: due must not lie before start, and share must be above 0 and at most 1")
    return begun + (end - begun) * share


def _request_end(edition: Edition, received_at: datetime, *, extended: bool) -> datetime:
    start, requests = utc(received_at, "received_at"), edition.requests
    if requests.months is not None:
        more = _figure(edition, "extended answer to a request", requests.extension_months) if extended else 0
        return _months_end(edition, start, requests.months.value + more)
    days = _figure(edition, "answer to a request", requests.days)
    days += _figure(edition, "extended answer to a request", requests.extension_days) if extended else 0
    if requests.day_type.value == "working":
        return add_working_days(edition, start, days)
    return start + timedelta(days=days)


def _figure(edition: Edition, clock: str, rule: Rule[int] | None) -> int:
    if rule is None:
        raise OpenFigure(edition, clock)
    return rule.value


def _months_end(edition: Edition, start: datetime, months: int) -> datetime:
    day = add_months(local_day(edition, start), months)
    return last_second(edition, working_day_from(edition, day) if edition.roll_to_working_day.value else day)


def _kept_until(edition: Edition, start: datetime, months: int) -> datetime:
    return last_second(edition, add_months(local_day(edition, start), months))
