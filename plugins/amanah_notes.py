"""What Airflow shows of our runs: see `include/workflow/listening.py`."""

from airflow.plugins_manager import AirflowPlugin

from include.workflow import listening


class AmanahNotes(AirflowPlugin):
    """Write the note of each run from the scheduler, which alone may."""

    name = "amanah_notes"
    listeners = [listening]  # noqa: RUF012 (Airflow's own declaration)
