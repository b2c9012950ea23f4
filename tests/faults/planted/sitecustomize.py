"""A bug put on purpose into the processes of a drill, to see that the drill finds it. Python loads this at its start.

`proof_apart`: the relay writes the proof of a sending in a transaction of its own, before the one that ends the
message.
"""

from __future__ import annotations

import os
import time
from importlib import import_module
from importlib.util import find_spec
from typing import Any

WINDOW = 0.05
"""Seconds between the two transactions: as long as a busy disk may take."""


def proof_apart() -> None:
    """Let the ledger tell of a sending that the outbox may never hear of."""
    from include.store import Role, begin

    outcomes: Any = import_module("include.channels.outcomes")
    genuine = outcomes.prove

    def apart(_connection: Any, *given: Any, **more: Any) -> None:
        with begin(Role.RELAY) as another:
            genuine(another, *given, **more)
        time.sleep(WINDOW)

    outcomes.prove = apart


if (planted := os.environ.get("AMANAH_PLANTED")) and find_spec("include"):
    {bug.__name__: bug for bug in (proof_apart,)}[planted]()
