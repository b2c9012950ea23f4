"""What joins the DAGs: an asset is updated when there is something new for the next of them."""

from airflow.sdk import Asset

__all__ = ["OUTBOX", "REGISTER", "RETURNS", "ZONE"]

ZONE = "Asia/Riyadh"
"""The zone of the DAGs that serve every source. A source is collected by its own edition's clock."""

REGISTER = Asset("amanah://register", group="amanah")
"""A delivery was registered: somebody may be owed a notice."""

OUTBOX = Asset("amanah://outbox", group="amanah")
"""Messages were written: the relay may send them."""

RETURNS = Asset("amanah://returns", group="amanah")
"""Mail came back: somebody may be owed a notice again."""
