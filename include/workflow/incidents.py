"""What begins the run of an incident: the form is read, the incident noted, and the run sees to it from then on."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from airflow.sdk import get_current_context

from include.errors import NeverRetry
from include.workflow.steps import skip, started, step

__all__ = ["receive"]


@step()
def receive() -> dict[str, str]:
    """Note the incident of the form, or take over the one that is named; return its id and reference.

    Where another run sees to it and the form says when it ended, that is written down, it is counted anew, and the
    rest is skipped: the other run goes on with it. Cleared, it leaves an end as an officer corrected it since.
    """
    from include.duties.breach import Means
    from include.duties.breach.incidents import incident
    from include.duties.breach.noting import note, take_run
    from include.duties.breach.warning import warn
    from include.law import load_controller, now
    from include.store import Role, begin

    start, conf = started(), dict(get_current_context()["params"])
    ended, by = _moment("ended_at", conf["ended_at"]), _starter()
    if ended is not None:
        _tell_of_the_end(conf, start.run, by)
    if conf["incident"]:
        breach = UUID(conf["incident"])
        take_run(breach, start.run, ended, by=by, at=now())
    else:
        breach = note(_given(conf), means=Means.FORM, by=by, at=now(), run=start.run)
    warn(breach, load_controller(), now())  # what had come before anybody noted it
    with begin(Role.DUTIES) as connection:
        return {"incident": str(breach), "reference": incident(connection, breach).reference}


def _tell_of_the_end(conf: Mapping[str, Any], run: str, by: str) -> None:
    """Write the end of an incident down that another run sees to, and skip what that one does."""
    from include.duties.breach import Means, end, note, scope
    from include.duties.breach.incidents import of_conf
    from include.duties.breach.noting import seen_to_by_another
    from include.law import now
    from include.workflow.connections import with_systems

    breach = of_conf(conf)
    if breach is None or not seen_to_by_another(breach, run):
        return
    if conf["incident"]:
        end(breach, datetime.fromisoformat(conf["ended_at"]), by=by, at=now())
    else:
        note(_given(conf), means=Means.FORM, by=by, at=now())
    scope(breach, now(), with_systems(os.environ))
    skip("its end is written down, and it is counted anew; the run that sees to it goes on")


def _given(conf: Mapping[str, Any]) -> Any:
    from include.duties.breach import Given

    moments: dict[str, Any] = {
        name: _moment(name, conf[name]) for name in ("discovered_at", "known_at", "began_at", "ended_at")
    }
    for name in ("discovered_at", "known_at", "began_at"):
        if moments[name] is None:
            raise NeverRetry(f"{name} is missing: start another run with it filled in")
    return Given(
        kind=conf["kind"], systems=tuple(conf["systems"]), evidence=conf["evidence"], rehearsal=conf["rehearsal"],
        processor=conf["processor"] or None, jurisdiction=conf["jurisdiction"], **moments,
    )  # fmt: skip


def _moment(name: str, given: str | None) -> datetime | None:
    if not given:
        return None
    try:
        return datetime.fromisoformat(given)
    except ValueError:
        raise NeverRetry(f"{name} is no ISO 8601 instant such as 2026-03-19T15:30:00+03:00") from None


def _starter() -> str:
    return str(get_current_context()["dag_run"].triggering_user_name or "unknown")
