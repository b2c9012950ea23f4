"""
# Drill a restore

**Promises** that a restore brings nobody back, by proof: once a month the store is copied for real into a scratch
database that no process may enter, a person of the drill's own is put into it, copied with it, and destroyed in it by
the code of every night; the copy from before is restored into a second one, which must stay closed while that person
is in it; then the journal of destructions is replayed. The person is then looked for in every row of every table, and
every other row is compared by its hash. Nobody real is touched: the store itself is only read, and both databases are
dropped.

The report, JSON and a page in Arabic and English, is in `AMANAH_HOME/drills`; the evidence holds its hash. The login
of `AMANAH_ADMIN_DATABASE_URL` makes the databases; without it the owner's does, if it may. Room is needed for two
copies of the store. It is skipped where `pg_dump` of the server's own version cannot be had.

**When it fails**: "proves nothing good" means that a restore would bring somebody back or change somebody else; the
report names the tables. Do not restore anything until it is understood; call the data protection officer. A server
that is away or a full disk is tried again.

**Safe to clear, to run twice and to kill**: what a killed drill left behind goes when the next one begins.
"""

from airflow.sdk import DAG, CronTriggerTimetable

from include.workflow.assets import ZONE
from include.workflow.backups import drill_restore
from include.workflow.steps import DEFAULTS, REASON

with DAG(
    "drill_restore",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 5 1 * *", timezone=ZONE),
    catchup=False,
    is_paused_upon_creation=False,  # a promise does not wait until somebody switches a DAG on
    max_active_runs=1,
    params={"reason": REASON},
    default_args=DEFAULTS,
    tags=["amanah", "duties"],
):
    drill_restore()
