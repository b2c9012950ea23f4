"""The moments that a schedule names, in the edition's time zone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from include.intake.contracts.slots import next_slot, slots

RIYADH, BERLIN = ZoneInfo("Asia/Riyadh"), ZoneInfo("Europe/Berlin")


def local(cron: str, zone: ZoneInfo, after: str, until: str) -> list[str]:
    begin, end = (datetime.fromisoformat(text).replace(tzinfo=zone) for text in (after, until))
    return [f"{slot.astimezone(zone):%m-%d %H:%M}" for slot in slots(cron, zone, begin, end)]


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("0 2 * * *", ["03-02 02:00", "03-03 02:00", "03-04 02:00"]),
        ("*/30 2,4 2 * *", ["03-02 02:00", "03-02 02:30", "03-02 04:00", "03-02 04:30"]),
        ("15 1 * * 0-2", ["03-02 01:15", "03-03 01:15"]),
        ("0 3 * * 7", ["03-01 03:00"]),
        ("0 3 4 * 1", ["03-02 03:00", "03-04 03:00"]),
        ("0 3 * 4 *", []),
        ("5/20 0 3 * *", ["03-03 00:05", "03-03 00:25", "03-03 00:45"]),
    ],
)  # fmt: skip
def test_a_schedule_names_its_moments(cron: str, expected: list[str]) -> None:
    assert local(cron, RIYADH, "2026-03-01T02:00", "2026-03-04T03:00") == expected


def test_a_moment_is_later_than_what_it_follows_and_the_end_counts() -> None:
    assert local("0 2 * * *", RIYADH, "2026-03-01T02:00", "2026-03-02T02:00") == ["03-02 02:00"]


def test_a_night_in_which_the_clocks_change_has_one_moment_too() -> None:
    assert local("30 2 * * *", BERLIN, "2026-03-28T12:00", "2026-03-30T12:00") == ["03-29 03:30", "03-30 02:30"]
    assert local("30 2 * * *", BERLIN, "2026-10-24T12:00", "2026-10-26T12:00") == ["10-25 02:30", "10-26 02:30"]


def test_the_next_moment_may_be_years_away_or_never_come() -> None:
    begin = datetime(2026, 3, 1, tzinfo=RIYADH)
    leap = next_slot("0 2 29 2 *", RIYADH, begin)
    assert leap is not None
    assert leap.astimezone(RIYADH).year == 2028
    assert next_slot("0 2 30 2 *", RIYADH, begin) is None
