"""Units of work keep all or nothing, as one role, and their errors carry no values."""

from __future__ import annotations

from sqlalchemy import text

from include.store import Role, begin


def test_a_unit_of_work_runs_as_its_role(database: str) -> None:
    with begin(Role.INTAKE) as connection:
        assert connection.execute(text("select current_user")).scalar_one() == "amanah_intake"
