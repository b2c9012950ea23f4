"""
# Seal the evidence

**Promises** that what was recorded cannot be changed unseen: once an hour the ledger's head is signed, the seal is kept
in the database and outside it, and once a run the whole chain is verified.

**When it fails**
- *seal*: the signing key is missing or unreadable: see `AMANAH_SEAL_KEY`.
- *verify*: a record was edited, removed, reordered or cut off. Do not clear: keep database and seals as they are,
  export a pack (`python -m include evidence export FILE`) and call the data protection officer.

**Safe to clear and to run again**: nothing new, no new seal.
"""

from airflow.sdk import DAG, CronTriggerTimetable

from include.workflow.assets import ZONE
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
    seal() >> verify()
