"""Clocks that Airflow itself watches: when one warns or ends while a run waits for somebody, it is raised that moment.

A reference is asked once, when a run is created, in whichever process creates it. It never raises: whatever goes wrong
there, the run has no deadline, its first task says what is wrong with it, and `watch_promises` minds the clock.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import (  # type: ignore[attr-defined]
    BaseDeadlineReference,
    DeadlineAlert,
    SyncCallback,
    deadline_reference,
)

__all__ = [
    "BREACH",
    "NEXT_REQUEST",
    "REFERENCES",
    "BreachDue",
    "FirstWarning",
    "NextRequestDue",
    "SecondWarning",
    "ThirdWarning",
    "instant_of",
    "raise_clocks",
    "warn",
]

log = logging.getLogger("amanah.deadlines")


class _Asked(BaseDeadlineReference):  # type: ignore[misc]
    """A reference that asks for its instant, and has none where that fails."""

    def _evaluate_with(self, *, session: Any, **given: Any) -> datetime | None:
        try:
            return self._instant(session, given)
        except Exception as error:  # the scheduler asks: it must not end by it
            from include.errors import place_of

            log.warning("no deadline was set: %s", place_of(error))
            return None

    def _instant(self, session: Any, given: Mapping[str, Any]) -> datetime | None:
        raise NotImplementedError


@deadline_reference()
class NextRequestDue(_Asked):
    """The next end of an open request's clock, as it stands when a run is made; none where no clock runs."""

    def _instant(self, session: Any, given: Mapping[str, Any]) -> datetime | None:
        from include.duties.rights.listing import next_due
        from include.law import now

        del session, given
        return next_due(now())


class _OfTheRun(_Asked):
    """An instant of the clock of the incident that a run is started with."""

    required_kwargs = {"dag_id", "run_id"}  # noqa: RUF012 (Airflow's own declaration)
    place: int | None = None
    """Of a warning in the edition; None for the end."""

    def _instant(self, session: Any, given: Mapping[str, Any]) -> datetime | None:
        from airflow.models import DagRun
        from sqlalchemy import select

        asked = select(DagRun.conf).where(DagRun.dag_id == given["dag_id"], DagRun.run_id == given["run_id"])
        return instant_of(session.scalar(asked), self.place)


def instant_of(conf: Any, place: int | None) -> datetime | None:
    """Return the instant of a warning by its place in the edition, or of the end; None where the law gives none.

    An incident that was noted is asked for its clock, whatever else stands in the form; a new one has the form's.
    """
    from include.duties.breach.incidents import clock_of

    return clock_of(conf).instant(place)


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
"""Those of a breach, in the order of their coming."""


def raise_clocks(**_context: Any) -> None:
    """Look at every clock at once, and not at the next quarter past: alarms, evidence and the officer's mail follow."""
    from include.duties.watch import watch
    from include.law import load_controller, now

    watch(now(), load_controller())


def warn(context: Mapping[str, Any], **_given: Any) -> None:
    """Do what a deadline of a run asks for: raise its warning, by evidence and mail, unless the watch did already."""
    from include.duties.breach.incidents import of_conf
    from include.duties.breach.warning import warn as raise_it
    from include.law import load_controller, now

    conf = (context.get("dag_run") or {}).get("conf") or {}
    breach = of_conf(conf)
    if breach is not None:
        raise_it(breach, load_controller(), now())


NEXT_REQUEST = DeadlineAlert(NextRequestDue(), timedelta(0), SyncCallback(raise_clocks), name="request_clock")
"""Raised when a request's clock ends while a run of `answer_requests` waits for somebody, or has failed."""
BREACH = [
    DeadlineAlert(reference=reference(), interval=timedelta(0), callback=SyncCallback(warn), name=reference.__name__)
    for reference in REFERENCES
]
"""Three warnings and the end, each at its instant by the edition."""
