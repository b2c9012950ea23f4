"""The steps of one incident's run, and of what starts it: ids, codes, counts and hashes travel between them."""

from __future__ import annotations

import os
from typing import Any
from uuid import UUID

from airflow.providers.standard.operators.hitl import HITLEntryOperator, HITLOperator
from airflow.sdk import TaskGroup, TriggerRule

from include.errors import NeverRetry
from include.workflow.breach_forms import ALLOW, FILING, REPORT
from include.workflow.retention import officer_of
from include.workflow.steps import skip, started, step

__all__ = [
    "ANYHOW",
    "NOW",
    "check_readiness",
    "close",
    "count",
    "follow",
    "left_open",
    "reported",
    "tell",
    "waiting",
    "weigh",
]

ANYHOW = TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS
"""Whether there was a supplement or not."""
NOW: dict[str, Any] = {"retries": 0}
"""What waits for a person is not asked twice."""


@step()
def count(noted: dict[str, str]) -> dict[str, int]:
    """Count whom it concerns, as of its time; return counts."""
    from include.duties.breach import scope
    from include.law import now
    from include.workflow.connections import with_systems

    found = scope(UUID(noted["incident"]), now(), with_systems(os.environ))
    return {"people": found.people, "destroyed_since": found.destroyed_since, "uncounted": len(found.uncounted)}


@step()
def weigh(noted: dict[str, str], answer: dict[str, Any]) -> dict[str, str]:
    """Record an officer's answers, and what follows; return codes."""
    from include.duties.breach import weigh as record_answers
    from include.law import now

    found = record_answers(UUID(noted["incident"]), answer["params_input"], by=officer_of(answer), at=now())
    return {"risk": found.risk, "authority": "notify" if found.authority else "not_notify"}


@step()
def draft(noted: dict[str, str], said: dict[str, Any]) -> dict[str, Any]:
    """Draft the report, or a supplement where something was left out, whole or not at all; return its hash."""
    from include.duties.breach.reporting import draft as draft_report
    from include.law import load_controller, now

    given = said["params_input"]
    deferred = dict.fromkeys(given.get("deferred") or (), given.get("because") or "still_investigated")
    made = draft_report(
        UUID(noted["incident"]), load_controller(), at=now(), deferred=deferred, delays=given.get("delays") or ()
    )
    return {"report": made.hash.hex(), "number": made.number, "deferred": sorted(made.deferred)}


@step()
def ask_approval(noted: dict[str, str], drafted: dict[str, Any]) -> dict[str, str]:
    """Put into words what an officer approves: hashes and codes. The words themselves are read in the console."""
    from include.duties.breach import notice_of
    from include.law import load_controller

    _, notice = notice_of(UUID(noted["incident"]), load_controller())
    later = ", ".join(f"`{each}`" for each in drafted["deferred"]) or "–"
    body = (
        f"- report · التقرير `{noted['reference']}` no. {drafted['number']}, hash `{drafted['report']}`\n"
        f"- follows later · يُقدَّم لاحقًا: {later}\n- notice to people · إشعار الأشخاص, hash `{notice.hex()}`\n\n"
        f"Read both in the console: /amanah/breach/{noted['incident']}"
    )
    return {"subject": f"Approve the report of {noted['reference']}", "body": body, "notice": notice.hex()}


@step()
def approve(noted: dict[str, str], drafted: dict[str, Any], shown: dict[str, str], answer: dict[str, Any]) -> str:
    """Approve the report and the notice as they were shown, by their hashes; fails where an officer said no."""
    from include.duties.breach import allow_notice
    from include.duties.breach import approve as approve_report
    from include.law import load_controller, now

    by = officer_of(answer)
    if ALLOW not in answer["chosen_options"]:
        raise NeverRetry("an officer did not approve it: correct it in the console, then clear `write`")
    breach, controller = UUID(noted["incident"]), load_controller()
    approve_report(breach, drafted["report"], controller, by=by, at=now())
    allow_notice(breach, shown["notice"], controller, by=by, at=now())
    return "approved"


@step()
def filed(noted: dict[str, str], answer: dict[str, Any]) -> dict[str, Any]:
    """Record that a person filed the report, under the authority's reference; return what it left for a supplement."""
    from include.duties.breach import file
    from include.duties.breach.incidents import incident
    from include.duties.breach.owing import owed_of
    from include.law import now
    from include.store import Role, begin

    breach = UUID(noted["incident"])
    file(breach, str(answer["params_input"].get("reference") or ""), by=officer_of(answer), at=now())
    with begin(Role.DUTIES) as connection:
        return {"owed": list(owed_of(connection, incident(connection, breach)))}


@step()
def tell(noted: dict[str, str]) -> dict[str, int]:
    """Write the letters to the people concerned into the outbox; return counts. A rehearsal writes none."""
    from dataclasses import asdict

    from include.duties.breach import tell as tell_people
    from include.law import load_controller, now
    from include.workflow.connections import carrier_settings, with_systems

    settings = with_systems(carrier_settings())
    return asdict(tell_people(UUID(noted["incident"]), load_controller(), at=now(), settings=settings))


@step()
def close(noted: dict[str, str], answer: dict[str, Any]) -> str:
    """Close the incident; fails, naming what is open, where anything is."""
    from include.duties.breach import close as close_incident
    from include.duties.breach.telling import settle
    from include.law import now

    breach = UUID(noted["incident"])
    settle(breach, now())
    close_incident(breach, by=officer_of(answer), at=now())
    return "closed"


@step()
def left_open(after: dict[str, Any]) -> list[str]:
    """Name what the first report left for a supplement; skipped where it left nothing."""
    if not after["owed"]:
        skip("the report left nothing for a supplement", noted=False)
    return list(after["owed"])


def reported(group: str, noted: Any, before: Any) -> tuple[Any, Any]:
    """Put a report on its way: written, drafted, approved, filed; return the approval and what was filed."""
    with TaskGroup(group):
        write = HITLEntryOperator(task_id="write", subject="Write it in the console · اكتبه في لوحة التحكم",
                                  body=WRITING, params=REPORT, **NOW)  # fmt: skip
        before >> write
        drafted = draft(noted, write.output)
        shown = ask_approval(noted, drafted)
        said = f"{{{{ ti.xcom_pull(task_ids='{group}.ask_approval')['%s'] }}}}"
        allow = HITLOperator(task_id="allow", subject=said % "subject", body=said % "body",
                             options=[ALLOW, "Reject"], **NOW)  # fmt: skip
        shown >> allow
        approved = approve(noted, drafted, shown, allow.output)
        hand_in = HITLEntryOperator(task_id="file", subject="File it with the authority · قدّمه للجهة المختصة",
                                    params=FILING, **NOW)  # fmt: skip
        approved >> hand_in
        return approved, filed(noted, hand_in.output)


WRITING = (
    "Write in the console what happened, the risks, the measures and the advice, then say here what follows later."
)


@step()
def waiting() -> list[dict[str, Any]]:
    """Name the incidents that no run sees to yet, each with what its run is started with."""
    from include.duties.breach.incidents import conf_of, waiting_without_run
    from include.store import Role, begin

    started()
    with begin(Role.DUTIES) as connection:
        found = waiting_without_run(connection)
    return [{"trigger_run_id": f"incident_{about.id}", "conf": conf_of(about)} for about in found]


@step()
def check_readiness() -> dict[str, Any]:
    """Check whether a breach could be reported today; return what is missing. The console shows it."""
    from include.duties.breach.readiness import check_readiness as check
    from include.law import load_controller, now

    started()
    return {"missing": list(check(now(), load_controller()).missing)}


@step()
def follow() -> dict[str, int]:
    """Go on telling the people of open breaches: letters that came back go another way; return counts."""
    from include.duties.breach.following import follow as go_on
    from include.law import load_controller, now
    from include.workflow.connections import carrier_settings, with_systems

    counts = go_on(now(), load_controller(), with_systems(carrier_settings()))
    if not (counts["breaches"] or counts["recounted"]):
        skip("no letter about a breach is under way", noted=False)
    return counts
