"""
# Copy the store, and destroy copies in time

**Promises** that a loss costs a day at most, and that no copy outlives its time: every night the store is copied by
PostgreSQL's own `pg_dump` into a file that only its owner reads (`AMANAH_HOME/backups`, or `AMANAH_BACKUPS`, best on
another disk), registered with its hash and its end, and copies whose end has come are destroyed and recorded. Copies
that the data maps say are made elsewhere are counted beside them: `python -m include backups list` says of each
destruction until when a copy may still hold what it destroyed.

It is skipped, with a word in its note, where `pg_dump` of the server's own version cannot be had.

**When it fails**: a full disk or a server that is away is tried again. "The journal of destructions is not whole"
names a line: bring the file back with its head as they were; until then nothing is restored by it. Never read a copy
back with `pg_restore` by hand: `python -m include backups restore FILE --into NAME` keeps it closed until all who
were destroyed since are destroyed in it again.

**Safe to clear, to run twice and to kill**: an unfinished copy goes with the next run, one that was not registered
is.
"""

from airflow.sdk import DAG, CronTriggerTimetable

from include.workflow.assets import ZONE
from include.workflow.backups import back_up
from include.workflow.steps import DEFAULTS, REASON

with DAG(
    "back_up",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("30 0 * * *", timezone=ZONE),
    catchup=False,
    is_paused_upon_creation=False,  # a promise does not wait until somebody switches a DAG on
    max_active_runs=1,
    params={"reason": REASON},
    default_args=DEFAULTS,
    tags=["amanah", "duties"],
):
    back_up()
