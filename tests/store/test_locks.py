"""A named lock is held by one unit of work at a time."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from include.errors import MayBeRetried
from include.store import Role, advisory_lock, begin


def test_a_held_lock_makes_another_unit_of_work_wait_and_another_name_does_not(database: str) -> None:
    with begin(Role.INTAKE) as first:
        advisory_lock(first, "register")
        with begin(Role.INTAKE) as second:
            advisory_lock(second, "landing")
        with pytest.raises(MayBeRetried), begin(Role.INTAKE) as second:  # noqa: PT012
            second.execute(text("set local lock_timeout = '50ms'"))
            advisory_lock(second, "register")


def test_a_lock_ends_with_its_unit_of_work(database: str) -> None:
    for _ in range(2):
        with begin(Role.INTAKE) as connection:
            connection.execute(text("set local lock_timeout = '50ms'"))
            advisory_lock(connection, "register")
