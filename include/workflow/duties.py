"""The tasks of the DAGs that keep promises: each a docstring and one call."""

from __future__ import annotations

import os
from dataclasses import asdict

from include.errors import NeverRetry
from include.workflow.shards import relays
from include.workflow.steps import skip, started, step

__all__ = [
    "abandon",
    "check_coverage",
    "destroy",
    "keep_records",
    "plan",
    "queue",
    "read",
    "redecide",
    "relay",
    "seal",
    "verify",
    "watch",
]


@step()
def plan() -> dict[str, int]:
    """Treat as personal what nobody decided in time, and open a notice for everybody who is owed one; return counts."""
    from include.duties.notice.actions import plan_notices
    from include.duties.review import settle_unreviewed
    from include.law import now

    started()
    return {"unreviewed": settle_unreviewed(now()), "notices_planned": plan_notices(now())}


@step()
def redecide() -> dict[str, int]:
    """Decide again what is held of every source, or look what that would change; return counts by transition."""
    from collections import Counter

    from airflow.sdk import get_current_context

    from include.duties.redeciding import left_out, redecide_all
    from include.intake.contracts import contracts
    from include.law import now

    started()
    apply = bool(get_current_context()["params"].get("apply"))
    counts, known = Counter[str](), contracts()
    for found in redecide_all(known.values(), at=now(), apply=apply):
        counts.update(found.transitions | {"found": found.found, "kept": found.kept, "unread": found.unread})
        counts.update({f"elsewhere_{name}": points for name, points in found.transitions_elsewhere.items()})
    skipped = left_out(known)
    if apply and skipped:
        raise NeverRetry(f"the others were decided, and not {', '.join(skipped)}: their contracts cannot be read")
    return dict(counts) | {"skipped": len(skipped)}


@step()
def queue() -> int:
    """Write the letters that may go out now; return how many."""
    from include.duties.notice.actions import queue_notices
    from include.law import load_controller, now
    from include.workflow.connections import carrier_settings

    return queue_notices(now(), load_controller(), carrier_settings())


@step()
def destroy() -> dict[str, int]:
    """Destroy the data of whoever asked for it or whose clock ran out, and look again; return counts."""
    from include.duties.destroying import destroy_everywhere
    from include.law import now
    from include.workflow.connections import carrier_settings, with_systems

    started()
    return destroy_everywhere(now(), with_systems(carrier_settings()))


@step()
def relay(number: int = 0) -> dict[str, int]:
    """Send what is due; return counts.

    Relays side by side, `number` tells which, share the rate; what one of them holds the others skip.
    """
    from include.duties.relaying import relay_outbox
    from include.law import now
    from include.workflow.connections import carrier_settings

    if number == 0:  # one of them writes down who began the run
        started()
    rate = float(os.environ.get("AMANAH_MESSAGES_PER_MINUTE") or 0) / relays() or None
    return asdict(relay_outbox(now(), carrier_settings(), rate_per_minute=rate))


@step()
def read() -> dict[str, int]:
    """Read what came back and do what it asks for; return counts. Skipped where nothing came or no mailbox is set."""
    from include.channels.mailboxes import open_mailbox
    from include.duties.returning import read_returns
    from include.law import load_controller, now
    from include.workflow.connections import mailbox_settings

    started()
    with open_mailbox(mailbox_settings()) as box:
        if box is None:
            skip("no mailbox of returns is set: AMANAH_RETURNS_URL, or the connection amanah_returns", noted=False)
        counts = read_returns(box, load_controller(), now())
    if not counts:
        skip("nothing came back", noted=False)
    return counts


@step()
def seal() -> int:
    """Sign the ledger as it stands; return the number of the last record under a seal, 0 if nothing was new."""
    from include.evidence import seal as sign
    from include.law import now

    started()
    made = sign(now())
    return made.seq if made is not None else 0


@step()
def verify() -> int:
    """Verify the whole chain; return how many events it holds."""
    from include.evidence import verify as examine

    verdict = examine()
    if verdict.first_fault is not None:
        raise NeverRetry(f"the evidence is not whole: {verdict.first_fault.flaw} at record {verdict.first_fault.seq}")
    return verdict.events


@step()
def abandon() -> int:
    """Destroy what is left of deliveries that nobody finished; return how many there were."""
    from include.intake.abandoning import abandon as abandon_stale
    from include.law import now

    started()
    return abandon_stale(now())


@step()
def keep_records() -> dict[str, int]:
    """Note which processing activities there are, and open and close the duties of checks; return counts."""
    from include.duties.records import facts_at
    from include.duties.records import keep_records as keep
    from include.law import now

    started()
    at = now()
    return keep(facts_at(at), at)


@step()
def watch() -> dict[str, int]:
    """Count what the console shows; raise warnings, missed clocks, late deliveries; fail where a clock was missed."""
    from include.duties.marketing.tallying import tally
    from include.duties.watch import watch as watch_clocks
    from include.intake.contracts import load_all
    from include.law import load_controller, now

    started()
    good, broken = load_all()
    tally(now())
    found = watch_clocks(now(), load_controller(), good.values(), broken={fault.key for fault in broken})
    if found["missed"] or found["overdue"]:
        told = f"{found['missed']} clock(s) were missed, {found['overdue']} destruction(s) are overdue"
        raise NeverRetry(f"{told}: see `python -m include status` and what the DAGs' docs say")
    return found


@step()
def check_coverage() -> dict[str, int]:
    """Compare every mapped database with its data map; return counts. Skipped where no system is mapped."""
    from include.duties.covering import check_coverage as compare
    from include.law import now
    from include.workflow.connections import with_systems

    started()
    if not os.environ.get("AMANAH_SYSTEMS"):
        skip("AMANAH_SYSTEMS names no data map", noted=False)
    return compare(now(), with_systems(os.environ))
