"""
# Respond to a breach

**Promises** that a breach is reported to the authority within its hours from when we knew (72, through weekends), that
the people concerned are told without undue delay, and that each decision stands with its reasons. One run is one
incident. Airflow holds codes, ids, times and counts; what happened is written, and read, in the console under *Breach*.

**Steps**: receive (the clocks start) → count whom it concerns, as of its time → an officer weighs the risk → writes, in
the console, and says what follows later → draft, whole or not at all → the officer approves report and notice, by their
hashes → tell the people, before all other mail · file on the authority's platform, by a person, with its reference → a
supplement, where something was left out → close. The run's deadlines warn at the edition's hours, also by mail.

**A rehearsal** does all of it, and no message leaves the house.

**When it fails**: the message names what is missing: an element of the report, an answer, a contact in the profile.
Write it in the console and clear the task. *Only a data protection officer*: clear the question. Where it was decided
not to tell, `decide` in the console, then mark what follows as done. A system that is away is asked again; what could
be counted is counted. The clock runs meanwhile.

**When it ends later**: start another run with the same evidence, or its id, and `To`; that run records it, counts anew,
and skips the rest. A supplement that is due then is drafted, approved and filed in the console before `done` closes it.

**Safe to clear, to run twice and to kill**: an incident is noted once, a letter is written once to each person, and a
report that was filed stays filed.
"""

from airflow.providers.standard.operators.hitl import HITLEntryOperator, HITLOperator
from airflow.sdk import DAG

from include.workflow.assets import OUTBOX
from include.workflow.breach import ANYHOW, NOW, close, count, left_open, reported, tell, weigh
from include.workflow.breach_forms import ASSESSMENT, INCIDENT
from include.workflow.deadlines import BREACH
from include.workflow.incidents import receive
from include.workflow.steps import DEFAULTS

with DAG(
    "respond_to_breach",
    doc_md=__doc__,
    schedule=None,
    max_active_runs=16,
    is_paused_upon_creation=False,  # a clock that has started does not wait until somebody switches a DAG on
    params=INCIDENT,
    deadline=BREACH,
    default_args=DEFAULTS,
    tags=["amanah", "duties"],
):
    noted = receive()
    assess = HITLEntryOperator(task_id="assess", subject="Weigh the risk · قيّم المخاطر", params=ASSESSMENT, **NOW)
    count(noted) >> assess
    approved, first = reported("report", noted, weigh(noted, assess.output))
    told = tell.override(outlets=[OUTBOX])(noted)
    approved >> told
    _, later = reported("supplement", noted, left_open(first))
    done = HITLOperator(task_id="done", subject="Close it · أغلقه", options=["Close"], trigger_rule=ANYHOW, **NOW)
    [told, first, later] >> done
    close(noted, done.output)
