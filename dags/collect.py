"""
**Promises** that a delivery of this source is taken in whole or not at all: nothing outside the contract is stored,
sensitive rows are set aside, what was destroyed does not come back, and every contact point has a class with reasons.

**Steps**: receive (fetch and hash) → land (minimise, set aside, suppress) → check (floors fail, ceilings warn) →
prepare (normalise and classify, one task a shard) → register (one transaction) → publish (duties, asset).

**A backfill** takes nothing in: *reread* reads again what was delivered from its date until the next one, under the
edition of that day, and compares it with what is held. A night without a delivery is skipped. Give dates with a zone
(`--from-date 2026-11-12T00:00+03:00`) and a reason (`--dag-run-conf '{"reason": "audit"}'`).

**When it waits**: another run has the source; the log says which. **The run's note** says what came of it.

**When it fails**
- *receive*: the basis is missing or expired, or there is no file: correct the contract, or put the file in the inbox.
  A link that wants a login, leads to a page or is over `location.largest` fails at once and names the setting; one that
  is cut, busy or away is tried again, from where it stopped.
- *land*: a column is unknown or missing, or the file cannot be read: the message names it. Map it, or ignore it with
  a reason.
- *check*: a floor is not reached: look at the Data Docs, ask the publisher, or change the floor.
- *prepare, register*: usually the database or the disk; they are retried. A delivery that a later one overtook is not
  taken in any more.
- *reread*: that delivery is more than 35 days past: the evidence speaks of it.

**Safe to clear and to run again** at any task: one run is one receipt, the same bytes are one delivery, and rows that
are held already are left as they are. Raw bytes are destroyed once the delivery is registered.
"""

from airflow.sdk import DAG  # the scheduler looks only into files that name Airflow

from include.intake.contracts import load_all
from include.workflow.collect import broken_dag, collect_dag

good, broken = load_all()
dags: list[DAG] = [collect_dag(contract, __doc__ or "") for contract in good.values()]
dags += [broken_dag(fault) for fault in broken]
globals().update({dag.dag_id: dag for dag in dags})
