"""
# Destroy what people ask us to destroy, at once

**Promises** that whoever refuses, withdraws the only consent that we had, or asks for deletion is destroyed within
minutes: in the register, in the landing files, in the outbox, and wherever a second look by another path reaches. Only
keyed hashes stay, so that the next delivery does not bring the person back.

**Steps**: destroy (plan what was asked, with exact targets and a hash; carry it out; look again; evidence). It starts
by itself when an answer is given on a page, through the API or in a file: the database tells the triggerer. What
somebody asked for themselves never waits for the officer. The hourly run of `notify_subjects` does the same, should no
triggerer run.

**When it fails**: a second look found something left: do not clear, call the data protection officer. The message names
the plan. Any other failure is tried again; what was asked stays written down until it is done.

**Safe to clear, to run twice and to kill**: a plan is carried out once, and resumed where it stopped.
"""

from airflow.sdk import DAG

from include.workflow.assets import ANSWERS, DESTROYED
from include.workflow.duties import destroy
from include.workflow.steps import DEFAULTS, REASON

with DAG(
    "destroy_due",
    doc_md=__doc__,
    schedule=[ANSWERS],
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,  # what people ask for does not wait until somebody switches a DAG on
    params={"reason": REASON},
    default_args=DEFAULTS,
    tags=["amanah", "duties"],
):
    destroy.override(outlets=[DESTROYED])()
