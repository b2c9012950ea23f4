"""The tasks of audiences: built, handed out, and followed until everybody who has to go is taken out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from airflow.sdk import get_current_context

from include.workflow.steps import run_of, skip, started, step

__all__ = ["build", "call", "export", "find", "hand_over", "keep"]

GIVEN = ("purpose", "recipient", "form", "country", "safeguard", "platform", "days")


def _asked() -> Any:
    from include.duties.audience import Asked

    context = get_current_context()
    given = {name: context["params"].get(name) or None for name in GIVEN}
    known = {name: value for name, value in given.items() if value is not None}
    by = context["dag_run"].triggering_user_name or "scheduled"
    return Asked(asked_by=str(by), run=run_of(), **known)


def _licensed() -> frozenset[str]:
    from include.duties.marketing.licences import licences
    from include.law import load_controller

    return licences(load_controller())


@step()
def build() -> str:
    """Choose everybody whom the gate lets through, and look at them again; return the audience's id."""
    from include.duties.audience import build as choose
    from include.law import now

    started()
    return str(choose(_asked(), now(), licensed=_licensed()))


@step()
def export(audience: str) -> str:
    """Write file and manifest and record the disclosure; return the audience's id."""
    from include.duties.audience import export as write
    from include.law import now

    write(UUID(audience), _asked(), now(), licensed=_licensed())
    return audience


@step()
def hand_over(audience: str) -> int:
    """Move the files to the object storage that the run names; return how many. Skipped where it names none."""
    from include.duties.audience import handed_over, upload
    from include.duties.audience.exporting import audience_folder
    from include.law import now
    from include.workflow.places import AirflowConnections

    params = get_current_context()["params"]
    target, login = str(params.get("to") or "").rstrip("/"), params.get("connection") or None
    if not target:
        skip("no object storage is named", noted=False)
    place = f"{target}/{audience}"
    count = upload(sorted(audience_folder(UUID(audience)).iterdir()), place, login, AirflowConnections().stored)
    handed_over(UUID(audience), _asked(), now(), place=place, login=login)
    return count


@step()
def find() -> dict[str, int]:
    """Write the removal lists of whoever may not be used any more; return counts."""
    from include.duties.audience import find_removals
    from include.law import now

    started()
    return find_removals(now(), licensed=_licensed())


@step()
def keep() -> dict[str, int]:
    """Delete the files of audiences that are over, and take out of the others whoever has to go; return counts."""
    from include.duties.audience import tidy
    from include.law import now
    from include.workflow.places import AirflowConnections

    return tidy(now(), AirflowConnections().stored)


@step()
def call() -> dict[str, int]:
    """Tell recipients of stops and removals at their own addresses; return counts.

    Stops that all have been told of then go under the newest key of suppression, where there is one.
    """
    from include.duties.suppressing import raise_told
    from include.duties.webhooks import call_webhooks
    from include.law import now

    counts = call_webhooks(now())
    raise_told(now())
    return counts
