"""
# Watch every clock

**Promises** that no clock runs out unseen: at four fifths of it a warning, at its end an alarm, each raised once, into
the evidence and by mail to the data protection officer.

A destruction that somebody asked for and that is not done within an hour raises an alarm like a clock that was missed:
look at `destroy_due`.

A delivery that did not come within its contract's grace raises an alarm too, once; its own DAG says what failed. A
source whose contract broke, or was taken away, is awaited as before; set `refresh: manual` before you take one away.
A processor whose check is due, and an assessment whose review is due or that is no longer valid, are clocks like the
others (`AMANAH_RECORDS`): write the day of the check, or of the new assessment, into that file. Which processing
activities there are is noted too, so that one that has ended stays on record for as long as the law wants; a map, a
profile or a file of records that cannot be read fails `keep_records` by its name, and the other clocks are watched all
the same.

What is left of deliveries that nobody finished within a week, or that are too long past to be read again, is taken
away. How consents, stops and restrictions stand is counted anew for the console.

The people of an open breach whose letter came back are written to another way, and their clock ends when all are told.
While a system that it concerns is away, it is counted anew every hour, and the clock runs on. `follow_breaches` fails
by the name of that system, or of a map that does not fit, once every other breach is seen to.

**When it fails**: a clock was missed. The task log says how many; `python -m include status` says which kind. Look why
the DAG that should have kept it did not run, and let it run now: what is overdue is then destroyed or told at once.

**Safe to clear and to run again**: an alarm is raised once, so a cleared run succeeds unless another clock was missed.
"""

from airflow.sdk import DAG, CronTriggerTimetable

from include.workflow.assets import OUTBOX, ZONE
from include.workflow.breach import follow
from include.workflow.duties import abandon, keep_records, watch
from include.workflow.steps import DEFAULTS, REASON

with DAG(
    "watch_promises",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("15 * * * *", timezone=ZONE),
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,  # a promise does not wait until somebody switches a DAG on
    params={"reason": REASON},
    default_args=DEFAULTS,
    tags=["amanah", "duties"],
):
    abandon()
    keep_records()
    follow.override(outlets=[OUTBOX], task_id="follow_breaches")()
    watch()
