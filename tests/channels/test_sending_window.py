from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.channels import is_open, next_sending
from include.channels.window import is_waived
from include.errors import NeverRetry
from include.law import edition_for
from include.law.rule import Rule, Weekday
from include.law.terms import SendingWindow

RIYADH = ZoneInfo("Asia/Riyadh")
CAIRO = ZoneInfo("Africa/Cairo")
BRUSSELS = ZoneInfo("Europe/Brussels")


def window(start: str = "09:00", end: str = "21:00", days: set[Weekday] | None = None) -> SendingWindow:
    def rule(value: object) -> Rule:
        return Rule(value=value, article="house", confidence="R")

    return SendingWindow(
        start=rule(time.fromisoformat(start)),
        end=rule(time.fromisoformat(end)),
        days=rule(frozenset(days or set(Weekday))),
    )


def local(zone: ZoneInfo, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-02-03T08:59:59", "2026-02-03T09:00"),
        ("2026-02-03T09:00:00", "2026-02-03T09:00"),
        ("2026-02-03T20:59:59", "2026-02-03T20:59:59"),
        ("2026-02-03T21:00:00", "2026-02-04T09:00"),
        ("2026-02-03T23:30:00", "2026-02-04T09:00"),
        ("2026-02-28T22:00:00", "2026-03-01T09:00"),
    ],
)
def test_the_saudi_edition_sends_from_nine_to_nine(at: str, opens: str) -> None:
    edition = edition_for("sa", local(RIYADH, at))
    assert next_sending(edition.sending_window, edition.zone, local(RIYADH, at)) == local(RIYADH, opens)


def test_the_window_is_read_on_the_recipients_clock() -> None:
    at = datetime(2026, 2, 3, 18, 30, tzinfo=UTC)  # 21:30 in Riyadh, 20:30 in Cairo, 19:30 in Brussels
    assert next_sending(window(), RIYADH, at) == local(RIYADH, "2026-02-04T09:00")
    assert next_sending(window(), CAIRO, at) == at
    assert next_sending(window(), BRUSSELS, at) == at


def test_an_opening_stays_at_nine_when_summer_time_begins() -> None:
    at = local(CAIRO, "2026-04-23T22:00")  # clocks go forward at midnight
    opens = next_sending(window(), CAIRO, at)
    assert opens == datetime(2026, 4, 24, 6, 0, tzinfo=UTC)
    assert opens - at == timedelta(hours=10)


def test_an_opening_that_summer_time_skips_comes_after_the_jump() -> None:
    at = local(BRUSSELS, "2026-03-29T01:00")  # 02:00 to 03:00 does not happen
    assert next_sending(window("02:30", "06:00"), BRUSSELS, at) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_a_window_that_summer_time_skips_waits_for_the_next_day() -> None:
    at = local(BRUSSELS, "2026-03-29T01:00")
    assert next_sending(window("02:10", "02:50"), BRUSSELS, at) == local(BRUSSELS, "2026-03-30T02:10")


def test_an_hour_that_the_clock_shows_twice_is_open_twice() -> None:
    twice = window("02:00", "02:30")
    between = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)  # 02:45 the first time
    assert next_sending(twice, BRUSSELS, between) == datetime(2026, 10, 25, 1, 0, tzinfo=UTC)


def test_a_window_of_some_weekdays_waits_for_one_of_them() -> None:
    working = window(days={Weekday.SUNDAY, Weekday.MONDAY})
    assert next_sending(working, RIYADH, local(RIYADH, "2026-02-03T10:00")) == local(RIYADH, "2026-02-08T09:00")


def test_a_window_that_never_opens_is_an_error_and_no_endless_search() -> None:
    sundays = window("02:10", "02:50", {Weekday.SUNDAY})
    assert next_sending(sundays, BRUSSELS, local(BRUSSELS, "2026-03-28T10:00")) == local(BRUSSELS, "2026-04-05T02:10")
    shut = SendingWindow.model_construct(
        start=sundays.start, end=sundays.end, days=Rule(value=frozenset(), article="house", confidence="R")
    )
    with pytest.raises(NeverRetry, match="sending_window"):
        next_sending(shut, RIYADH, local(RIYADH, "2026-02-03T10:00"))


@given(
    at=st.integers(1_577_836_800, 1_893_456_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    zone=st.sampled_from([RIYADH, CAIRO, BRUSSELS, ZoneInfo("Asia/Dubai"), ZoneInfo("Australia/Lord_Howe")]),
    start=st.times(),
    minutes=st.integers(1, 600),
    days=st.sets(st.sampled_from(list(Weekday)), min_size=1),
)
def test_what_comes_back_is_open_and_nothing_before_it_was(
    at: datetime, zone: ZoneInfo, start: time, minutes: int, days: set[Weekday]
) -> None:
    start = start.replace(microsecond=0)
    end = (datetime(2026, 1, 1, start.hour, start.minute, start.second, tzinfo=UTC) + timedelta(minutes=minutes)).time()
    if end <= start:
        end = time(23, 59, 59)
    if end <= start:
        return
    hours = window(start.isoformat(), end.isoformat(), days)
    opens = next_sending(hours, zone, at)
    assert opens >= at
    assert opens.tzinfo is UTC
    assert is_open(hours, zone, opens)
    steps = min(int((opens - at) / timedelta(minutes=minutes / 2)), 600)
    for step in range(steps):
        before = at + (opens - at) * step / steps
        assert not is_open(hours, zone, before)


def test_the_window_is_lifted_for_drills_and_never_beside_a_production_key(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_waived()
    monkeypatch.setenv("AMANAH_SENDING_WINDOW", "always")
    assert is_waived()
    monkeypatch.setenv("AMANAH_KEY", "1:" + "ab" * 32)
    with pytest.raises(NeverRetry, match="AMANAH_SENDING_WINDOW"):
        is_waived()
    monkeypatch.setenv("AMANAH_KEY", "dev:" + "ab" * 32)
    monkeypatch.setenv("AMANAH_SENDING_WINDOW", "sometimes")
    with pytest.raises(NeverRetry, match="always"):
        is_waived()
