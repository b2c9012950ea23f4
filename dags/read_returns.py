"""
# Read what comes back

**Promises** that a mail which comes back has its consequence, once: an address that leads to nobody is not used again
and the notice goes out another way before its time ends, or its person's data is destroyed in time; what may pass is
tried again; whoever writes STOP or «إلغاء», or calls a mail abuse, gets no promotion from that moment on and, if they
wrote, a confirmation; whatever a person has to read is kept for them.

It reads the mailbox that `AMANAH_RETURNS_URL` or the connection `amanah_returns` names, every ten minutes, at most
2,000 mails a run. What is done with leaves the mailbox; the rest lies in its folders `people` (replies, for the privacy
team), `unmatched` (answers nothing of ours, or bears a forged token) and `unreadable`.

**When it fails**: the mailbox is away (retried), or its name, password or certificate is wrong: the message says which.
What was not read waits there. A skipped run had nothing to read.

**Safe to clear, to run twice and to kill**: each mail is one transaction, and leaves the mailbox after it. One that is
read twice is known by its hash and changes nothing.
"""

from airflow.sdk import DAG, CronTriggerTimetable

from include.workflow.assets import OUTBOX, RETURNS, ZONE
from include.workflow.duties import read
from include.workflow.steps import DEFAULTS, REASON

with DAG(
    "read_returns",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("5-59/10 * * * *", timezone=ZONE),
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,  # a promise does not wait until somebody switches a DAG on
    params={"reason": REASON},
    default_args=DEFAULTS,
    tags=["amanah", "channels"],
):
    read.override(outlets=[OUTBOX, RETURNS])()
