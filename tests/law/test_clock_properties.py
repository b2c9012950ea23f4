from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.law import Edition, clocks, edition_named
from include.law.days import add_months, first_second, last_second, local_day, working_day_from
from include.law.rule import Weekday

SA = edition_named("sa-2024-09-14")
EU = edition_named("eu-2018-05-25")
EG = edition_named("eg-2025-11-01")

ZONES = ["UTC", "Asia/Riyadh", "Africa/Cairo", "Europe/Brussels", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu"]

# Ends of months, leap days, and the nights in which Cairo and Brussels change their clocks.
EDGES = ["2024-01-31", "2024-02-29", "2025-08-31", "2026-01-29", "2026-02-28", "2026-03-29", "2026-04-24", "2026-10-25"]
EDGES += ["2026-10-29", "2026-12-31"]

near_edges = st.builds(
    lambda day, hours: datetime.fromisoformat(f"{day}T00:00:00Z") + hours,
    st.sampled_from(EDGES),
    st.timedeltas(timedelta(hours=-30), timedelta(hours=54)),
)
anywhere = st.datetimes(datetime(2018, 6, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (given a zone)
instants = near_edges | anywhere
spans = st.timedeltas(timedelta(0), timedelta(days=70))
light = settings(deadline=None, max_examples=100, database=None)

Clock = Callable[[Edition, datetime], datetime]

CLOCKS = [
    pytest.param(edition, clock, id=f"{edition.jurisdiction} {name}")
    for edition, name, clock in [
        (SA, "notice", clocks.notice_due),
        (EU, "notice", clocks.notice_due),
        (SA, "last sending", lambda edition, at: clocks.notice_plan(edition, at).last_sending),
        (EU, "last sending", lambda edition, at: clocks.notice_plan(edition, at).last_sending),
        (SA, "request", clocks.request_due),
        (EU, "request", clocks.request_due),
        (EG, "request", clocks.request_due),
        (SA, "extension", clocks.request_extended_due),
        (EU, "extension", clocks.request_extended_due),
        (SA, "breach", clocks.breach_authority_due),
        (EG, "breach", clocks.breach_authority_due),
        (EG, "breach to people", clocks.breach_subject_due),
        (SA, "stop", clocks.marketing_stop_due),
        (SA, "consent answer", clocks.consent_answer_due),
        (SA, "least backup", lambda edition, at: clocks.backup_window(edition, at).earliest),
        (SA, "most backup", lambda edition, at: clocks.backup_window(edition, at).latest),
        (EG, "record of consent", clocks.consent_record_end),
        (SA, "record of processing", clocks.ropa_end),
    ]
]


@pytest.mark.parametrize(("edition", "clock"), CLOCKS)
@light
@given(at=instants, span=spans)
def test_what_starts_later_never_ends_earlier(edition: Edition, clock: Clock, at: datetime, span: timedelta) -> None:
    assert clock(edition, at) <= clock(edition, at + span)


@pytest.mark.parametrize(("edition", "clock"), CLOCKS)
@light
@given(at=instants, zone=st.sampled_from(ZONES))
def test_the_same_instant_ends_the_same_in_every_zone(edition: Edition, clock: Clock, at: datetime, zone: str) -> None:
    due = clock(edition, at.astimezone(ZoneInfo(zone)))
    assert due == clock(edition, at)
    assert due.tzinfo is UTC
    assert due > at


@light
@given(at=instants)
def test_a_notice_plan_is_in_order_and_leaves_time_to_answer(at: datetime) -> None:
    for edition in (SA, EU):
        plan = clocks.notice_plan(edition, at)
        assert at == plan.not_before < plan.send_by <= plan.last_sending < plan.due_at
        assert plan.due_at - plan.last_sending >= timedelta(days=14)


@light
@given(at=instants)
def test_a_saudi_notice_is_never_later_than_the_end_of_day_30(at: datetime) -> None:
    assert clocks.notice_due(SA, at) <= last_second(SA, local_day(SA, at) + timedelta(days=30))


@light
@given(at=instants, days=st.integers(1, 40))
def test_working_days_end_on_a_working_day_and_none_is_skipped(at: datetime, days: int) -> None:
    first, last = local_day(EG, at), local_day(EG, clocks.add_working_days(EG, at, days))
    between = [first + timedelta(days=number) for number in range(1, (last - first).days + 1)]
    assert Weekday.of(last) not in (Weekday.FRIDAY, Weekday.SATURDAY)
    assert sum(Weekday.of(day) not in (Weekday.FRIDAY, Weekday.SATURDAY) for day in between) == days


@light
@given(at=instants)
def test_a_european_month_ends_on_a_working_day_between_28_and_34_days_later(at: datetime) -> None:
    first, last = local_day(EU, at), local_day(EU, clocks.notice_due(EU, at))
    assert Weekday.of(last) not in (Weekday.SATURDAY, Weekday.SUNDAY)
    assert last == working_day_from(EU, last)
    assert 28 <= (last - first).days <= 34


@light
@given(day=st.dates(max_value=date(2200, 1, 1)), months=st.integers(1, 120))
def test_months_keep_the_day_or_end_with_the_month(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@light
@given(at=instants)
def test_hours_are_elapsed_hours_through_summer_time(at: datetime) -> None:
    for edition in (SA, EU, EG):
        assert clocks.breach_authority_due(edition, at.astimezone(edition.zone)) - at == timedelta(hours=72)


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2026-04-24", 23), ("2026-10-29", 25), ("2026-06-01", 24)],  # Cairo changes its clocks at midnight
)
def test_a_day_lasts_from_its_first_second_to_its_last_where_midnight_is_skipped_or_repeated(
    day: str, hours: int
) -> None:
    at = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=EG.zone)
    today = local_day(EG, at)
    first, last = first_second(EG, today), last_second(EG, today)
    assert last - first == timedelta(hours=hours, seconds=-1)
    assert local_day(EG, first) == local_day(EG, last) == today
    assert local_day(EG, first - timedelta(seconds=1)) < today < local_day(EG, last + timedelta(seconds=1))


@light
@given(at=instants, span=spans, share=st.floats(0.01, 1))
def test_a_warning_lies_inside_its_clock(at: datetime, span: timedelta, share: float) -> None:
    assert at <= clocks.warning_at(at, at + span, share) <= at + span
