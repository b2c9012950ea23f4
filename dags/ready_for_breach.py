"""
# Ready for a breach

**Promises** that a breach could be reported today, long before there is one: every night it is checked whether we are
registered on the authority's platform, the contacts of controller and officer are set, the templates are whole in both
languages, and a breach was rehearsed within the edition's days (180). What is missing shows in the console under
*Today*, and in `python -m include status`.

An incident that was noted by a processor over the API, on the command line or in the console gets its run of
`respond_to_breach` from here, at once: one run each, with its deadlines.

**Steps**: check readiness · name incidents without a run → start a run for each.

**When it fails**: the controller's profile cannot be read, or a run could not be started: the message says which. The
clock of an incident runs from when it was known, whatever becomes of a run; `python -m include breach list` shows it.

**Safe to clear, to run twice and to kill**: an incident gets one run, known by its id.
"""

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, AssetOrTimeSchedule, CronTriggerTimetable

from include.workflow.assets import INCIDENTS, ZONE
from include.workflow.breach import check_readiness, waiting
from include.workflow.steps import DEFAULTS, REASON

with DAG(
    "ready_for_breach",
    doc_md=__doc__,
    schedule=AssetOrTimeSchedule(timetable=CronTriggerTimetable("30 1 * * *", timezone=ZONE), assets=[INCIDENTS]),
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,  # a promise does not wait until somebody switches a DAG on
    params={"reason": REASON},
    default_args=DEFAULTS,
    tags=["amanah", "duties"],
):
    check_readiness()
    TriggerDagRunOperator.partial(
        task_id="respond",
        trigger_dag_id="respond_to_breach",
        skip_when_already_exists=True,
        wait_for_completion=False,
    ).expand_kwargs(waiting())
