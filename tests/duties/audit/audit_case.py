"""A small installation with a day to audit: people from a directory, some of whom are destroyed later."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from builders import START, Held, person

from include.duties.audit.model import Day
from include.duties.notice.actions import plan_notices
from include.evidence import Kind, record
from include.store import Role, begin

__all__ = [
    "AFTER",
    "COMPANY",
    "DAY",
    "HOUR",
    "MIDNIGHT",
    "Make",
    "a_day",
    "files",
    "lines_of",
    "put_aside",
    "record_late",
]

Make = Callable[..., Held]
HOUR = timedelta(hours=1)
DAY = Day.of(date(2026, 3, 1))
MIDNIGHT = datetime(2026, 3, 1, 21, tzinfo=UTC)
AFTER = MIDNIGHT + timedelta(seconds=5)
COMPANY = {"id": "900", "name": "شركة النور للتجارة المحدودة", "phone": "920000001", "email": "info@alnoor.example"}


def a_day(source: Make, people: int = 6) -> Held:
    """Let a directory deliver people and a company on the first day, and plan their notices."""
    guide = source()
    guide.delivers([COMPANY, *(person(number) for number in range(people))])
    plan_notices(START + HOUR)
    return guide


def lines_of(pack: Path, file: str) -> list[dict[str, Any]]:
    """Read a file of a pack."""
    return [json.loads(line) for line in (pack / file).read_text("utf-8").splitlines()]


def record_late(at: datetime, kind: Kind = Kind.HOLD_PLACED) -> None:
    """Record now that something happened at an earlier instant."""
    with begin(Role.DUTIES) as connection:
        record(connection, kind, at=at, counts={"people": 1})


def files(pack: Path) -> dict[str, bytes]:
    """Read every file of a pack."""
    return {file.name: file.read_bytes() for file in sorted(pack.iterdir())}


def put_aside(pack: Path, to: Path) -> None:
    """Move a pack and its signature elsewhere."""
    shutil.move(pack, to / pack.name)
    shutil.move(f"{pack}.sig", to)
