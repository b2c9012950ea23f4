"""The deadlines of a breach's run, as Airflow watches them: each at the instant that the edition says.

A reference is asked once, when the run is created, in whichever process creates it. It never raises: a run without an
incident that it can read has no deadline, and its first task says what is wrong.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from airflow.sdk import BaseDeadlineReference, deadline_reference  # type: ignore[attr-defined]

__all__ = ["REFERENCES", "BreachDue", "FirstWarning", "SecondWarning", "ThirdWarning", "instant_of"]


def instant_of(conf: Any, place: int | None) -> datetime | None:
    """Return the instant of a warning by its place in the edition, or of the end; None where there is none."""
    from datetime import timedelta

    from include.duties.breach.rules import authority_due
    from include.law import edition_for

    try:
        known_at = datetime.fromisoformat(str(conf["known_at"]))
        edition = edition_for(str(conf.get("jurisdiction") or "sa"), known_at)
        if place is None:
            return authority_due(edition, known_at)
        return known_at + timedelta(hours=edition.breach.warn_hours.value[place])
    except Exception:  # whatever is wrong with it, the run's first task tells; the scheduler must not end by it
        return None


class _OfTheRun(BaseDeadlineReference):  # type: ignore[misc]
    required_kwargs = {"dag_id", "run_id"}  # noqa: RUF012 (Airflow's own declaration)
    place: int | None = None

    def _evaluate_with(self, *, session: Any, **given: Any) -> datetime | None:
        from airflow.models import DagRun
        from sqlalchemy import select

        asked = select(DagRun.conf).where(DagRun.dag_id == given["dag_id"], DagRun.run_id == given["run_id"])
        return instant_of(session.scalar(asked), self.place)


@deadline_reference()
class BreachDue(_OfTheRun):
    """The end of the authority's clock."""


@deadline_reference()
class FirstWarning(_OfTheRun):
    """The edition's first warning."""

    place = 0


@deadline_reference()
class SecondWarning(_OfTheRun):
    """The edition's second warning."""

    place = 1


@deadline_reference()
class ThirdWarning(_OfTheRun):
    """The edition's third warning."""

    place = 2


REFERENCES = (FirstWarning, SecondWarning, ThirdWarning, BreachDue)
"""In the order of their coming."""
