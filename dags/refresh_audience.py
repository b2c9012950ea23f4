"""
# Refresh an audience

**Promises** that an audience holds business contacts that may be used for its purpose now, and nobody else: each goes
through the gate, and Great Expectations looks again at all of them, by another path. Its manifest says who asked, for
what, for whom, how many and until when; handing it out is recorded as a disclosure, and abroad as a transfer.

Every night the mailer's audience for promotion is made. Another one is a run by hand: purpose, recipient, form, country
and, abroad, the safeguard of the transfer. For an advertising platform the contacts are hashed as it asks. `to` names
an object storage (`s3://bucket/folder`) and `connection` its login, and the files go there; without them they stay in
`audiences` under `AMANAH_HOME` until the audience ends (`tell_recipients` deletes them).

**When it fails**
- *build*: something asked for is unknown, and the message says what is known; or the check found somebody who must not
  be in it: nothing was handed out, and the message counts them. Look what changed, then start a new run.
- *export, hand_over*: the disk, or the object storage, usually; retried.

**Safe to clear and to run again**: one run is one audience and one disclosure.
"""

from airflow.sdk import DAG, CronTriggerTimetable, Param

from include.workflow.assets import ZONE
from include.workflow.audiences import build, export, hand_over
from include.workflow.steps import DEFAULTS, REASON

TEXT = ["null", "string"]
PARAMS = {
    "reason": REASON,
    "purpose": Param("promotion", type="string", enum=["promotion", "service"]),
    "recipient": Param("mailer", type="string", description="A code, as the record of processing names it."),
    "form": Param("csv", type="string", enum=["csv", "parquet", "table"]),
    "country": Param("SA", type="string", description="Where the recipient keeps it."),
    "safeguard": Param(None, type=TEXT, description="Abroad: adequacy, standard_clauses, binding_rules…"),
    "platform": Param(None, type=TEXT, enum=[None, "google", "meta"], description="Hashed as this platform asks."),
    "days": Param(7, type="integer", minimum=1, maximum=31, description="How long it may be used."),
    "to": Param(None, type=TEXT, description="An object storage's folder."),
    "connection": Param(None, type=TEXT, description="The Airflow connection that logs in there."),
}

with DAG(
    "refresh_audience",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("30 4 * * *", timezone=ZONE),
    catchup=False,
    max_active_runs=1,
    params=PARAMS,
    default_args=DEFAULTS,
    tags=["amanah", "marketing"],
):
    hand_over(export(build()))
