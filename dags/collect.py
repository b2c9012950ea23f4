"""
**Promises** that a delivery of this source is taken in whole or not at all: nothing outside the contract is stored,
sensitive rows are set aside, what was destroyed does not come back, and every contact point has a class with reasons.

**Steps**: receive (fetch and hash) → land (minimise, set aside, suppress) → check (floors fail, ceilings warn) →
prepare (normalise and classify, one task a shard) → register (one transaction) → publish (duties, asset).

**When it fails**
- *receive*: the basis is missing or expired, or there is no file: correct the contract, or put the file in the inbox.
  A link that wants a login, leads to a page or is over `location.largest` fails at once and names the setting; one that
  is cut, busy or away is tried again, from where it stopped.
- *land*: a column is unknown or missing, or the file cannot be read: the message names it. Map it, or ignore it with
  a reason.
- *check*: a floor is not reached: look at the Data Docs, ask the publisher, or change the floor.
- *prepare, register*: usually the database or the disk; they are retried.

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
