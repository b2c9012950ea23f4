"""The clocks that Airflow watches for us: see `include/workflow/deadlines.py`."""

from airflow.plugins_manager import AirflowPlugin

from include.workflow.deadlines import NextRequestDue


class AmanahDeadlines(AirflowPlugin):
    """Let every component of Airflow know our references."""

    name = "amanah_deadlines"
    deadline_references = [NextRequestDue]  # noqa: RUF012 (Airflow's own declaration)
