"""
# Answer people's requests

**Promises** that whoever asks for a right of theirs is answered within thirty days, or told before their end why it
takes up to thirty more. Extensions hold once their notice has gone out in time; a late one is refused, and one whose
notice came back is taken back and told by another contact of theirs, or shown. What a request held back is used again
a day after the letter that says so has gone out.

**Steps**: begin what waits for nobody (a destruction is `destroy_due`'s) → answer what is done: a package, a stop, a
destruction with what was kept; who did not show who they are gets the same answer as everybody → show the rest to the
officer, one by one, under *Required actions*: ids, codes and days alone → Answer, Extend, Refuse (with one of the law's
reasons) or Leave. An answer that came back is shown too, until it was told another way. What
was left, timed out, or whose task was stopped is asked again by the next run. What a person wrote is read in the
console, never here. It runs every hour, and whenever `destroy_due` has destroyed.

**When it fails**
- *no address to write its answer to*: tell the person another way, then `request answer --told EVIDENCE`.
- *were not looked at since*: decide the person's contact points first, then answer.
- *only a data protection officer*: somebody else answered. Nothing was done; it is shown again.
- *may not*, *no such ground*, *too late*: the rules refuse what was chosen; nothing was done, and it is shown again.
- a system is away: what waits for it is answered by a later run, when it is back; the others were.
- its deadline alert: a clock ended while a run waited. `python -m include request list` says which; answer it now.

**Safe to clear, to run twice and to kill**: an answer and the end of its request are one unit of work.
"""

from airflow.sdk import DAG, AssetOrTimeSchedule, CronTriggerTimetable

from include.workflow.assets import DESTROYED, OUTBOX, ZONE
from include.workflow.deadlines import NEXT_REQUEST
from include.workflow.rights import answer, ask, begin, one_request, retire, settle
from include.workflow.steps import DEFAULTS, REASON

with DAG(
    "answer_requests",
    doc_md=__doc__,
    schedule=AssetOrTimeSchedule(timetable=CronTriggerTimetable("20 * * * *", timezone=ZONE), assets=[DESTROYED]),
    catchup=False,
    max_active_runs=100,  # one begins each hour, and each may wait for an officer as long as PATIENCE says
    is_paused_upon_creation=False,  # a promise does not wait until somebody switches a DAG on
    deadline=NEXT_REQUEST,
    params={"reason": REASON},
    default_args=DEFAULTS,
    tags=["amanah", "duties"],
):
    answered = answer.override(outlets=[OUTBOX], max_active_tis_per_dag=1)()  # two would write one package
    begin() >> [answered, retire()]
    settle(answered)
    one_request.expand(asked=ask(answered))
