"""
# Check the coverage of the data maps

**Promises** that nobody adds personal data unnoticed: every night each database that a data map describes is compared
with its map. A table, a column, a key or a reference that the map does not know fails the run; so does a map that names
what is not there. What a map leaves unexplained (purpose, legal basis, justification) is said in the log.

Free text and unmapped columns are looked through for personal data that nobody meant to have: it is blocked, a duty is
opened, the customer is asked once (`python -m include systems unintended list`). What they refuse, or do not answer for
in time, is emptied here, and looked at again.

It runs where `AMANAH_SYSTEMS` names a folder of maps, and is skipped elsewhere. A map's `connection` is a setting, or
the id of an Airflow connection, that holds the database's address; a login that may only read is enough for looking,
emptying needs one that may update.

**When it fails**: the error names tables and columns, never values. Add them to the map with their data category, or
take them out of the database, then clear the task. `python -m include systems check MAP` says the same at once. A
system that is away is tried again.

**Safe to clear, to run twice and to kill**: a column is emptied whole or not at all, and found empty the second time.
"""

from airflow.sdk import DAG, CronTriggerTimetable

from include.workflow.assets import ZONE
from include.workflow.duties import check_coverage
from include.workflow.steps import DEFAULTS, REASON

with DAG(
    "check_coverage",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("30 1 * * *", timezone=ZONE),
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,  # a promise does not wait until somebody switches a DAG on
    params={"reason": REASON},
    default_args=DEFAULTS,
    tags=["amanah", "systems"],
):
    check_coverage()
