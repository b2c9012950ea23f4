"""The deadlines that Airflow watches for us: see `include/workflow/clocks.py`."""

from airflow.plugins_manager import AirflowPlugin

from include.workflow.clocks import REFERENCES


class AmanahClocks(AirflowPlugin):
    """Let runs have the deadlines of a breach."""

    name = "amanah_clocks"
    deadline_references = [*REFERENCES]  # noqa: RUF012 (Airflow's own declaration)
