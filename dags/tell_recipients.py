"""
# Tell the recipients of audiences

**Promises** that whoever was handed an audience hears who has to be taken out of it: destroyed, stopped, objected, or
not to be used any more for another reason. A removal list holds numbers and reasons, and waits at the API
(`GET /v1/audiences/{id}/removals`) for its recipient's confirmation. Stops and removals are also told at the addresses
that recipients named (`python -m include api webhook`), signed, and tried again until they are taken. Our own files of
an audience, here and in the object storage where it was handed over, are written anew without them, and deleted at its
end; manifest and record of the disclosure stay.

It runs every quarter of an hour. An audience is followed until thirty days after its end.

**When it fails**: the database or the object storage, usually; retried. An address that does not answer fails nothing
and holds up no other: it is asked again, at first after a minute and at last every four hours, for some three days.

**Safe to clear, to run twice and to kill**: a contact is on one list of an audience, once; a call is one row, locked
while it is made. One that was taken while we were killed comes a second time under the same id.
"""

from airflow.sdk import DAG, CronTriggerTimetable

from include.workflow.assets import ZONE
from include.workflow.audiences import call, find, keep
from include.workflow.steps import DEFAULTS, REASON

with DAG(
    "tell_recipients",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("*/15 * * * *", timezone=ZONE),
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,  # a promise does not wait until somebody switches a DAG on
    params={"reason": REASON},
    default_args=DEFAULTS,
    tags=["amanah", "marketing"],
):
    find() >> [keep(), call()]
