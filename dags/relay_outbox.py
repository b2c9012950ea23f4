"""
# Send what is in the outbox

**Promises** that a message that is owed goes out once, inside the sending hours of the recipient's jurisdiction, never
after its time, and only if it is still owed at that moment; and that its proof goes into the evidence with it. Letters
about a breach, codes that somebody waits for and alarms to the officer leave at any hour.

It runs whenever messages were written, at once where somebody waits for a code on a page, and every ten minutes; with
`AMANAH_RELAYS` so many side by side.

**When it fails**: the mail server or gateway is away (retried), or a setting is missing (`AMANAH_SMTP_URL`,
`AMANAH_SMS_URL`): the message names it. What was not sent waits in the outbox.

**Safe to clear, to run twice and to kill**: a message is locked while it is sent. Only one that the server had accepted
and we had not recorded can go out a second time, and then under the same Message-ID.
"""

from airflow.sdk import DAG, AssetOrTimeSchedule, CronTriggerTimetable

from include.workflow.assets import OUTBOX, ZONE
from include.workflow.duties import relay
from include.workflow.shards import relays
from include.workflow.steps import DEFAULTS, REASON

with DAG(
    "relay_outbox",
    doc_md=__doc__,
    schedule=AssetOrTimeSchedule(timetable=CronTriggerTimetable("*/10 * * * *", timezone=ZONE), assets=[OUTBOX]),
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,  # a promise does not wait until somebody switches a DAG on
    params={"reason": REASON},
    default_args=DEFAULTS,
    tags=["amanah", "channels"],
):
    relay() if relays() == 1 else relay.expand(number=list(range(relays())))
