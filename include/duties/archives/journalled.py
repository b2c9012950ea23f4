"""How an archive stands, in the journal that an older copy of our store learns from."""

from __future__ import annotations

import json
from uuid import UUID

from sqlalchemy import Connection

from include.duties.archives.shortening import Drop
from include.store.sql import Steps

__all__ = ["STEPS", "note_state"]

STEPS = Steps("include.duties.archives", "archives.sql")


def note_state(connection: Connection, archive: UUID, dropped: Drop | None = None) -> None:
    """Note how an archive stands, in the transaction that changes it; `dropped`: which of its rows just went."""
    told = json.dumps(dropped.told()) if dropped else None
    STEPS.run(connection, "note_state", {"archive": archive, "dropped": told})
