"""
# Decide again what is held

**Promises** that new rules, new weights or a new edition reach what is held already, and not only what comes next:
every contact point is decided again, each source whole or not at all. What becomes personal is blocked at once, and its
clock is that of its receipt. What a person decided stays. Every decision that is replaced stays readable.

It runs by hand only, after the rules or the edition changed. **Leave `apply` off first**: then nothing changes, and the
run's note says how many contact points would go from which class to which. `python -m include classification redecide`
shows the same with the numbers of a few of them.

**When it fails**: a source of which something is held has no contract that can be read: mend it, and run again. Or the
database or the disk, usually. Sources that were done stay done; the others are as they were.

**Safe to clear and to run again**: what is decided by these rules already is left as it is.
"""

from airflow.sdk import DAG, Param

from include.workflow.assets import REGISTER
from include.workflow.duties import redecide
from include.workflow.steps import DEFAULTS, REASON

APPLY = Param(False, type="boolean", title="Apply", description="Off: look what would change. On: change it.")

with DAG(
    "redecide_held",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    max_active_runs=1,
    params={"reason": REASON, "apply": APPLY},
    default_args=DEFAULTS,
    tags=["amanah", "duties"],
):
    redecide.override(outlets=[REGISTER])()
