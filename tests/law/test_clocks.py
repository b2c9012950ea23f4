from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from include.errors import NeverRetry
from include.law import Edition, clocks, edition_named
from include.law.edition import OpenFigure

SA = edition_named("sa-2024-09-14")
EU = edition_named("eu-2018-05-25")
EG = edition_named("eg-2025-11-01")
AE = edition_named("ae-2022-01-02")


def local(edition: Edition, text: str) -> datetime:
    """An instant written in the edition's own time."""
    return datetime.fromisoformat(text).replace(tzinfo=edition.zone)


def shown(edition: Edition, instant: datetime) -> str:
    """An instant as a person in the edition's zone reads it."""
    assert instant.tzinfo is UTC
    return instant.astimezone(edition.zone).strftime("%a %Y-%m-%d %H:%M:%S")


def with_holidays(edition: Edition, *days: str) -> Edition:
    values = edition.model_dump(mode="json")
    values["holidays"]["value"] = list(days)
    return Edition.model_validate(values)


# The worked examples of the law's reading: one row each.


@pytest.mark.parametrize("hour", ["00:00:00", "09:15:00", "23:59:59"])
def test_a_saudi_row_received_on_31_january_is_told_by_2_march(hour: str) -> None:
    due = clocks.notice_due(SA, local(SA, f"2026-01-31 {hour}"))
    assert shown(SA, due) == f"Mon 2026-03-02 {hour}"


@pytest.mark.parametrize("hour", ["00:00:00", "09:15:00", "23:59:59"])
def test_a_european_month_from_31_january_rolls_over_the_weekend_to_2_march(hour: str) -> None:
    due = clocks.notice_due(EU, local(EU, f"2026-01-31 {hour}"))
    assert shown(EU, due) == "Mon 2026-03-02 23:59:59"


def test_an_egyptian_request_is_answered_within_six_working_days() -> None:
    due = clocks.request_due(EG, local(EG, "2026-01-29 11:00"))
    assert shown(EG, due) == "Sun 2026-02-08 23:59:59"


def test_a_saudi_request_is_answered_within_30_days_and_extended_to_60() -> None:
    received = local(SA, "2026-11-22 10:00")
    assert shown(SA, clocks.request_due(SA, received)) == "Tue 2026-12-22 10:00:00"
    assert shown(SA, clocks.request_extended_due(SA, received)) == "Thu 2027-01-21 10:00:00"


def test_a_saudi_breach_is_reported_within_72_hours_though_the_weekend_lies_between() -> None:
    due = clocks.breach_authority_due(SA, local(SA, "2026-03-19 15:30"))
    assert shown(SA, due) == "Sun 2026-03-22 15:30:00"


def test_an_egyptian_breach_is_reported_after_72_elapsed_hours_though_summer_time_starts_between() -> None:
    due = clocks.breach_authority_due(EG, local(EG, "2026-04-22 14:00"))
    assert shown(EG, due) == "Sat 2026-04-25 15:00:00"


# The source notice.


def test_the_notice_plan_leaves_time_to_answer() -> None:
    received = local(SA, "2026-01-31 09:00")
    plan = clocks.notice_plan(SA, received)
    assert plan == clocks.NoticePlan(
        not_before=received.astimezone(UTC),
        send_by=received.astimezone(UTC) + timedelta(days=7),
        last_sending=received.astimezone(UTC) + timedelta(days=16),
        due_at=received.astimezone(UTC) + timedelta(days=30),
    )


def test_the_first_contact_ends_the_european_clock_earlier_but_never_before_receipt() -> None:
    received, contact = local(EU, "2026-01-31 09:00"), local(EU, "2026-02-05 12:00")
    assert clocks.notice_due(EU, received, contact) == contact
    assert clocks.notice_due(EU, received, local(EU, "2026-05-01 12:00")) == clocks.notice_due(EU, received)
    assert clocks.notice_due(EU, received, local(EU, "2026-01-01 12:00")) == received


def test_the_first_contact_does_not_touch_the_saudi_clock() -> None:
    received = local(SA, "2026-01-31 09:00")
    assert clocks.notice_due(SA, received, received + timedelta(days=1)) == clocks.notice_due(SA, received)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-02-28 10:00", "Mon 2026-03-30"),  # the corresponding date is Saturday the 28th
        ("2024-01-31 10:00", "Thu 2024-02-29"),  # a leap year has a last day of its own
        ("2023-12-30 10:00", "Tue 2024-01-30"),  # over the end of a year
        ("2026-02-27 23:30", "Fri 2026-03-27"),  # the evening belongs to the local day, in winter
        ("2026-07-15 00:30", "Mon 2026-08-17"),  # and so does the night, in summer
    ],
)
def test_a_european_month_ends_on_the_corresponding_date_or_the_next_working_day(received: str, due: str) -> None:
    assert shown(EU, clocks.notice_due(EU, local(EU, received))).startswith(due)


def test_a_holiday_moves_a_european_month_to_the_next_working_day() -> None:
    on_holiday = with_holidays(EU, "2026-03-02", "2026-03-03")
    assert shown(EU, clocks.notice_due(on_holiday, local(EU, "2026-01-31 10:00"))).startswith("Wed 2026-03-04")


# Requests.


def test_an_egyptian_holiday_is_not_a_working_day() -> None:
    on_holiday = with_holidays(EG, "2026-02-01", "2026-02-06")  # a Sunday, and a Friday that is none anyway
    due = clocks.request_due(on_holiday, local(EG, "2026-01-29 11:00"))
    assert shown(EG, due) == "Mon 2026-02-09 23:59:59"


def test_a_european_extension_counts_three_months_from_receipt() -> None:
    received = local(EU, "2026-01-31 10:00")
    assert shown(EU, clocks.request_due(EU, received)).startswith("Mon 2026-03-02")
    assert shown(EU, clocks.request_extended_due(EU, received)).startswith("Thu 2026-04-30")


# Breaches.


def test_egypt_wants_to_know_at_once_where_national_security_is_touched() -> None:
    known = local(EG, "2026-04-22 14:00")
    assert clocks.breach_authority_due(EG, known, national_security=True) == known
    assert clocks.breach_authority_due(SA, known, national_security=True) == clocks.breach_authority_due(SA, known)


def test_affected_people_in_egypt_are_told_three_working_days_after_the_filing() -> None:
    known, filed = local(EG, "2026-04-22 14:00"), local(EG, "2026-04-25 09:00")
    assert shown(EG, clocks.breach_subject_due(EG, known)) == "Mon 2026-04-27 23:59:59"
    assert shown(EG, clocks.breach_subject_due(EG, known, filed)) == "Tue 2026-04-28 23:59:59"


def test_without_undue_delay_is_held_to_mean_no_later_than_the_authority() -> None:
    for edition in (SA, EU):
        known = local(edition, "2026-03-19 15:30")
        assert clocks.breach_subject_due(edition, known) <= clocks.breach_authority_due(edition, known)


# Marketing, consent, retention.


def test_marketing_stops_within_24_hours() -> None:
    asked = local(SA, "2026-03-19 15:30")
    assert clocks.marketing_stop_due(SA, asked) == asked + timedelta(hours=24)


def test_an_answer_about_consent_is_awaited_until_day_30_from_receipt() -> None:
    received = local(SA, "2026-01-31 09:00")
    assert clocks.consent_answer_due(SA, received) == clocks.notice_due(SA, received)


@pytest.mark.parametrize(
    ("ended", "earliest", "latest"),
    [
        ("2026-01-15 13:00", "Wed 2026-04-15 23:59:59", "Wed 2026-07-15 00:00:00"),
        ("2026-08-31 13:00", "Mon 2026-11-30 23:59:59", "Sun 2027-02-28 00:00:00"),
        ("2023-11-30 00:10", "Thu 2024-02-29 23:59:59", "Thu 2024-05-30 00:00:00"),
    ],
)
def test_a_backup_is_kept_three_months_and_gone_after_six(ended: str, earliest: str, latest: str) -> None:
    window = clocks.backup_window(SA, local(SA, ended))
    assert (shown(SA, window.earliest), shown(SA, window.latest)) == (earliest, latest)


def test_proof_outlives_what_it_proves() -> None:
    ended = local(SA, "2024-02-29 10:00")
    assert shown(SA, clocks.ropa_end(SA, ended)) == "Wed 2029-02-28 23:59:59"
    assert shown(SA, clocks.consent_record_end(SA, ended)) == "Wed 2029-02-28 23:59:59"
    assert shown(EG, clocks.consent_record_end(EG, local(EG, "2026-01-31 10:00"))) == "Wed 2029-01-31 23:59:59"
    assert clocks.complaint_end(SA, ended) == ended + timedelta(days=90)


def test_the_warning_comes_when_four_fifths_of_the_clock_have_passed() -> None:
    received = local(SA, "2026-01-31 09:00")
    due = clocks.notice_due(SA, received)
    assert clocks.warning_at(received, due, SA.warning_share.value) == received + timedelta(days=24)
    assert clocks.warning_at(received, due, 0.5) == received + timedelta(days=15)
    assert clocks.warning_at(received, received) == received


# What the law leaves open, and what no clock can be asked.


@pytest.mark.parametrize(
    ("edition", "clock", "named"),
    [
        (EG, clocks.notice_due, "source notice"),
        (AE, clocks.notice_due, "source notice"),
        (AE, clocks.notice_plan, "source notice"),
        (AE, clocks.request_due, "answer to a request"),
        (EG, clocks.request_extended_due, "extended answer to a request"),
        (AE, clocks.breach_authority_due, "breach notice to the authority"),
        (AE, clocks.breach_subject_due, "breach notice to people"),
        (EU, clocks.consent_record_end, "record of consent"),
        (EU, clocks.ropa_end, "record of processing"),
        (EG, clocks.complaint_end, "complaint to the authority"),
    ],
)
def test_a_clock_that_the_law_leaves_open_is_refused_by_name(edition: Edition, clock: object, named: str) -> None:
    assert callable(clock)
    with pytest.raises(OpenFigure, match=f"{edition.jurisdiction}: .*{named}") as caught:
        clock(edition, local(edition, "2026-01-31 09:00"))
    assert isinstance(caught.value, NeverRetry)
    assert (caught.value.edition, caught.value.clock) == (edition.name, named)


@pytest.mark.parametrize("clock", [clocks.notice_due, clocks.request_due, clocks.breach_authority_due])
def test_an_instant_without_a_zone_is_refused_by_name(clock: object) -> None:
    assert callable(clock)
    naive = local(SA, "2026-01-31 09:00").replace(tzinfo=None)
    with pytest.raises(NeverRetry, match=r"(received_at|known_at) has no time zone"):
        clock(SA, naive)


def test_a_clock_that_ends_before_it_starts_has_no_warning() -> None:
    start = local(SA, "2026-01-31 09:00")
    with pytest.raises(NeverRetry, match="due must not lie before start"):
        clocks.warning_at(start, start - timedelta(seconds=1))
    with pytest.raises(NeverRetry, match="share"):
        clocks.warning_at(start, start, 0)
    with pytest.raises(NeverRetry, match="at least 1"):
        clocks.add_working_days(EG, start, 0)


def test_a_day_is_found_whatever_zone_the_instant_is_written_in() -> None:
    received = datetime(2026, 1, 30, 21, 30, tzinfo=UTC)  # already the 31st in Riyadh
    elsewhere = received.astimezone(ZoneInfo("America/Los_Angeles"))
    assert shown(SA, clocks.backup_window(SA, elsewhere).earliest) == "Thu 2026-04-30 23:59:59"
