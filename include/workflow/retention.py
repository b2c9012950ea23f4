"""The steps of a retention run: what is due, what an officer has to allow, and what then goes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from airflow.sdk import get_current_context

from include.workflow.steps import skip, started, step

__all__ = [
    "ALLOW",
    "BODY",
    "OPTIONS",
    "SUBJECT",
    "ask",
    "carry_out",
    "decide",
    "flag_unannounced",
    "keep_house",
    "officer_of",
    "plan",
    "remind",
]

ALLOW = "Allow"
OPTIONS = [ALLOW, "Reject"]
SUBJECT = "{{ ti.xcom_pull(task_ids='ask')['subject'] }}"
BODY = "{{ ti.xcom_pull(task_ids='ask')['body'] }}"


@step()
def plan() -> dict[str, Any]:
    """Plan what the rules make due; return counts and the plans that wait. By hand, nothing is written unless asked."""
    from include.duties.retention import plan_due
    from include.law import now
    from include.workflow.connections import with_systems

    start = started()
    if not os.environ.get("AMANAH_SYSTEMS"):
        skip("AMANAH_SYSTEMS names no data map", noted=False)
    by_hand = start.kind == "manual"
    dry = by_hand and bool(get_current_context()["params"]["dry_run"])
    found = plan_due(now(), with_systems(os.environ), by_hand=by_hand, dry_run=dry)
    return {"counts": found.counts, "waiting": [] if dry else list(found.halted), "dry": dry}


@step()
def ask(planned: dict[str, Any]) -> dict[str, str]:
    """Put into words what waits for the officer: ids, codes and counts. Skipped where nothing does."""
    waiting = planned["waiting"]
    if not waiting:
        skip("no plan waits for an officer", noted=False)
    from include.duties.retention.wording import body_of, subject_of

    return {"subject": subject_of(waiting), "body": body_of(waiting)}


@step()
def decide(planned: dict[str, Any], answer: dict[str, Any]) -> dict[str, int]:
    """Allow or reject the plans that were shown, each by its hash; one that somebody decided meanwhile stays so.

    Fails where no officer answered.
    """
    from include.duties.retention import decide_all
    from include.law import now

    return decide_all(planned["waiting"], allowed=ALLOW in answer["chosen_options"], login=officer_of(answer), at=now())


def officer_of(answer: Mapping[str, Any]) -> str:
    """Give the login of the officer who answered, as the console knows it. Raises NotAnOfficer where it was another.

    Airflow hands the user over as data, or as an object of its own: with the simple logins the id is the login too,
    with FAB's it is a number. Their role is not told to a task.
    """
    from include.duties.officers import only_an_officer

    user = answer.get("responded_by_user")
    return only_an_officer(user["name"] if isinstance(user, Mapping) else getattr(user, "name", None))


@step()
def carry_out(planned: dict[str, Any]) -> dict[str, int]:
    """Destroy what is allowed, and look again; return counts."""
    from include.duties.retention import carry_out_allowed
    from include.law import now
    from include.workflow.connections import with_systems

    if planned["dry"]:
        skip("a dry run changes nothing: start it again with Dry run off", noted=True)
    return carry_out_allowed(now(), with_systems(os.environ))


@step()
def keep_house() -> dict[str, int]:
    """Let go of what is past its time in our own store, files and logs; return counts. A dry run changes nothing."""
    from include.duties.own_system import keep_house as keep
    from include.law import now

    _skip_dry_run()
    return keep(now())


@step()
def flag_unannounced() -> dict[str, int]:
    """Count the recordings of other systems whose call was not announced; return the sums."""
    from include.duties.purposes import flag_unannounced as flag
    from include.law import now
    from include.workflow.connections import with_systems

    _skip_dry_run()
    if not os.environ.get("AMANAH_SYSTEMS"):
        skip("AMANAH_SYSTEMS names no data map", noted=False)
    return flag(now(), with_systems(os.environ))


@step()
def remind() -> dict[str, int]:
    """Write which accounts end soon, for the product to remind; return counts."""
    from include.duties.archives.reminding import write_reminders
    from include.law import now
    from include.workflow.connections import with_systems

    _skip_dry_run()
    if not os.environ.get("AMANAH_SYSTEMS"):
        skip("AMANAH_SYSTEMS names no data map", noted=False)
    return write_reminders(now(), with_systems(os.environ))


def _skip_dry_run() -> None:
    if started().kind == "manual" and get_current_context()["params"]["dry_run"]:
        skip("a dry run changes nothing: start it again with Dry run off", noted=True)
