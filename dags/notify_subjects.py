"""
# Tell people where we got their details

**Promises** that every person found in a source is told of it, in Arabic and English, within the days of the edition
(30 in Saudi Arabia, sent within 7), and that whoever is silent, cannot be reached or can no longer be told in time is
destroyed before the deadline. Nothing stays pending past it.

**Steps**: plan (what is undetermined and nobody decided within the edition's `review_days` is personal from now on; who
is owed a notice) → queue (letters into the outbox) → destroy (whose clock ran out; verified by a
second look). It runs after each registered delivery and
every hour; a notice that cannot be written stops no destruction.

**When it fails**
- *queue*: the controller's profile lacks an element of the notice: the message names it. Nothing is sent until it is
  filled in; the sources that are complete go on.
- *destroy*: a second look found something left: do not clear, call the data protection officer.
- A plan that is too large halts and shows in `status`; the officer allows it by its hash.

**Safe to clear and to run again**: one notice a subject, source and purpose; a letter is written once.
"""

from airflow.sdk import DAG, AssetOrTimeSchedule, CronTriggerTimetable

from include.workflow.assets import OUTBOX, REGISTER, RETURNS, ZONE
from include.workflow.duties import destroy, plan, queue
from include.workflow.steps import DEFAULTS, REASON

with DAG(
    "notify_subjects",
    doc_md=__doc__,
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable("30 * * * *", timezone=ZONE), assets=(REGISTER | RETURNS)
    ),
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,  # a promise does not wait until somebody switches a DAG on
    params={"reason": REASON},
    default_args=DEFAULTS,
    tags=["amanah", "duties"],
):
    plan() >> [queue.override(outlets=[OUTBOX])(), destroy()]
