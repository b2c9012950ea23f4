"""
# Seal the evidence

**Promises** that what was recorded cannot be changed unseen: once an hour the ledger's head is signed, the seal is kept
in the database and outside it, and once a run the whole chain is verified. The first run of a day counts what was held
and owed when the day before ended: the only memory of that once people are destroyed, and what `audit` tells from.

**When it fails**
- *seal*: the signing key is missing or unreadable: see `AMANAH_SEAL_KEY`.
- *close_day*: the database, usually. It is made up for until the next day ends; then that day stays uncounted.
- *verify*: a record was edited, removed, reordered or cut off. Do not clear: keep database and seals as they are,
  export a pack (`python -m include evidence export FILE`) and call the data protection officer.

**Safe to clear and to run again**: nothing new, no new seal; a day is counted once.
"""

from airflow.sdk import DAG, CronTriggerTimetable

from include.workflow.assets import ZONE
from include.workflow.audits import close_day
from include.workflow.duties import seal, verify
from include.workflow.steps import DEFAULTS, REASON

with DAG(
    "seal_evidence",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 * * * *", timezone=ZONE),
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,  # a promise does not wait until somebody switches a DAG on
    params={"reason": REASON},
    default_args=DEFAULTS,
    tags=["amanah", "evidence"],
):
    close_day()
    seal() >> verify()
