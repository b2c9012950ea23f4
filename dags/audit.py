"""
# Audit a day

**Promises** that any day can be proven: what was promised, held, due, done, late, held back, denied, sent and
destroyed, as it was recorded by the end of that day. The pack lies in `audits` under `AMANAH_HOME`: files, their
manifest, a report in Arabic and English, and beside the folder its signature. The same day gives the same bytes, also
after people were destroyed, keys were changed and the software was brought up to date; where that prints otherwise, the
note counts *packs of another form*, their data were compared, and they stay. What is recorded later about a day is a
supplement beside its pack. Copy `audits` whole: `audits/kept` holds what was promised, and the words of old reports.

`seal_evidence` counts what is held as soon as a day has ended; this writes its pack three hours later. A day that
nobody counted within the next one is told by its events alone: what is held later does not say what was held then.

**Backfill**: `airflow backfill create --dag-id audit --from-date 2026-11-01 --to-date 2026-11-30
--reprocess-behavior completed --dag-run-conf '{"reason": "audit"}'`. Days before the first record are skipped, and a
date in the conf is not looked at: each run has its own. By hand: a date and a reason. Who started it, when and why is
kept: `python -m include audit runs`. Days that are not over are left out by Airflow, which takes one backfill of a DAG
at a time.

**When it fails**
- *write_pack*: the date is not over, the disk is full, or the ledger is away: no part of a pack is left. *differs*: the
  pack that stands is not what the ledger gives; one of them was changed, and the message says for which the hash in the
  ledger speaks. Verify both, and call the officer. *Promised then*: put `audits/kept` back from a copy.
  A folder `DATE.aside-…` holds a pack of another form that stood there and that the ledger does not know: it was not
  signed, and a new one was written. An audit that was killed while the software was brought up to date leaves one too.
- *judge*: something was there that must not be. The message counts it, and the pack is written all the same. *Overdue
  data* should have gone a night ago: people's, plans that nobody looked at again, archives, our copies. A missed clock,
  and one that ended before its duty was done, wants a reason: `python -m include audit explain`; it holds from the day
  on which it is given.

**Safe to clear, to run twice and to kill**: a pack is there whole or not at all, and two at once take turns.
"""

from airflow.sdk import DAG, CronDataIntervalTimetable, Param

from include.workflow.assets import ZONE
from include.workflow.audits import judge, write_pack
from include.workflow.steps import DEFAULTS, REASON

DATE = Param(None, type=["null", "string"], format="date", title="Date", description="By hand: the day to audit.")

with DAG(
    "audit",
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable("0 3 * * *", timezone=ZONE),  # midnight UTC: plain dates name days
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,  # a promise does not wait until somebody switches a DAG on
    params={"reason": REASON, "date": DATE},
    default_args=DEFAULTS,
    tags=["amanah", "evidence"],
):
    judge(write_pack())
