"""The clocks that Airflow watches for us: see `include/workflow/deadlines.py`."""

from airflow.plugins_manager import AirflowPlugin

from include.workflow.deadlines import REFERENCES, NextRequestDue


class AmanahDeadlines(AirflowPlugin):
    """Let every component of Airflow know our references: a breach's, and that of the next request."""

    name = "amanah_deadlines"
    deadline_references = [*REFERENCES, NextRequestDue]  # noqa: RUF012 (Airflow's own declaration)
