"""Bugs put on purpose into the processes of a drill, to see that the drill finds them. Python loads this at its start.

`proof_apart`: the relay writes the proof of a sending in a transaction of its own, before the one that ends the
message. `evidence_apart`: what tells of a registered delivery is kept before the delivery is.
"""

from __future__ import annotations

import os
import time
from typing import Any

LETTER, DELIVERY = 0.05, 0.5
"""Seconds between the two transactions: as long as a busy disk may take."""


def proof_apart() -> None:
    """Let the ledger tell of a sending that the outbox may never hear of."""
    from include.channels import relay
    from include.store import Role, begin

    genuine = relay._record

    def apart(_connection: Any, *given: Any, **more: Any) -> None:
        with begin(Role.RELAY) as another:
            genuine(another, *given, **more)
        time.sleep(LETTER)

    relay._record = apart


def evidence_apart() -> None:
    """Let the evidence of a delivery be written, and kept, before the register is."""
    from include.intake.registering import actions
    from include.store import Role, begin

    genuine = actions.record

    def apart(_connection: Any, *given: Any, **more: Any) -> int:
        with begin(Role.INTAKE) as another:
            number = genuine(another, *given, **more)
        time.sleep(DELIVERY)
        return number

    actions.record = apart


if planted := os.environ.get("AMANAH_PLANTED"):
    {bug.__name__: bug for bug in (proof_apart, evidence_apart)}[planted]()
