"""What joins the DAGs: an asset is updated when there is something new for the next of them."""

from airflow.sdk import Asset, AssetWatcher

from include.workflow.answers import AnswersWaiting, CodesWaiting, IncidentsWaiting

__all__ = ["ANSWERS", "DESTROYED", "INCIDENTS", "OUTBOX", "REGISTER", "RETURNS", "ZONE"]

ZONE = "Asia/Riyadh"
"""The zone of the DAGs that serve every source. A source is collected by its own edition's clock."""

REGISTER = Asset("amanah://register", group="amanah")
"""A delivery was registered: somebody may be owed a notice."""

OUTBOX = Asset("amanah://outbox", group="amanah", watchers=[AssetWatcher(name="codes", trigger=CodesWaiting())])
"""Messages were written: the relay may send them. A code that somebody waits for on a page is sent at once."""

RETURNS = Asset("amanah://returns", group="amanah")
"""Mail came back: somebody may be owed a notice again."""

ANSWERS = Asset("amanah://answers", group="amanah", watchers=[AssetWatcher(name="answers", trigger=AnswersWaiting())])
"""Somebody refused, withdrew or asked for deletion, on a page, by the API or from a file: it is done at once."""

INCIDENTS = Asset(
    "amanah://incidents", group="amanah", watchers=[AssetWatcher(name="incidents", trigger=IncidentsWaiting())]
)
"""A breach was noted by the API, the command line or in the console: a run of its own begins at once."""
DESTROYED = Asset("amanah://destroyed", group="amanah")
"""What people asked to be destroyed was, and looked at again: somebody waits to be told so."""
