"""
# Enforce retention

**Promises** that nothing is kept past its time in any system that a data map describes, and that nothing goes that was
not planned, shown and allowed. Every night each rule of each map says what is due; a plan names it exactly, by a hash.

**Steps**: plan → carry out what may go by itself (small, and its rule has run before) · ask the officer about the rest,
here in Airflow, by counts → allow or reject, by hash → carry out. Rows under a legal hold stay; what a law wants kept
stays with the columns that it wants. A second look by another path follows, and cannot be skipped. Archives of ended
accounts go in the same step. Beside it our own store is kept by `include/duties/own_system/places.yml`, recordings that
nobody announced are counted, and accounts that end soon are written to `AMANAH_HOME/reminders`, by the product's ids.

**By hand** it is a dry run first: the counts are in the log and nothing is written. Switch *Dry run* off to plan in
earnest; such a plan always waits for the officer.
The DAG waits to be switched on until the data maps are looked through and an officer is there to answer.

**When it fails**
- a system is away: it is tried again; the other systems are done. *Only a data protection officer*: clear `allow`.
- a map or rule is unfit, or a large table lacks an index: the message names it, with the index to make.
- a second look found something left: do not clear, call the data protection officer.
- *destruction stands still*: an officer stopped everything; `python -m include destruction go` ends that.

**Safe to clear, to run twice and to kill**: a plan is carried out once; what was cut short ends first. A large plan
goes in batches: the log says how far it is and why it pauses. Stopped between two, it goes on there.
"""

from datetime import timedelta

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import DAG, CronTriggerTimetable, Param

from include.workflow.assets import ZONE
from include.workflow.retention import BODY, OPTIONS, SUBJECT, ask, carry_out, decide, plan, remind
from include.workflow.retention import flag_unannounced as flag
from include.workflow.retention import keep_house as keep
from include.workflow.steps import DEFAULTS, REASON

DRY_RUN = Param(True, type="boolean", title="Dry run", description="On: say what is due and write nothing.")

with DAG(
    "enforce_retention",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 2 * * *", timezone=ZONE),
    catchup=False,
    max_active_runs=4,
    params={"reason": REASON, "dry_run": DRY_RUN},
    default_args=DEFAULTS,
    tags=["amanah", "systems"],
):
    keep()
    flag()
    remind()
    planned = plan()
    carry_out.override(task_id="carry_out_small")(planned)
    shown = ask(planned)
    allow = HITLOperator(
        task_id="allow", subject=SUBJECT, body=BODY, options=OPTIONS, response_timeout=timedelta(days=7), retries=0
    )
    shown >> allow
    decide(planned, allow.output) >> carry_out.override(task_id="carry_out_allowed")(planned)
