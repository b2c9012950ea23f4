"""Clocks that Airflow itself watches: when one ends while a run still waits for somebody, it is raised that moment."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import (  # type: ignore[attr-defined]
    BaseDeadlineReference,
    DeadlineAlert,
    SyncCallback,
    deadline_reference,
)

__all__ = ["NEXT_REQUEST", "NextRequestDue", "raise_clocks"]

log = logging.getLogger("amanah.deadlines")


@deadline_reference()
class NextRequestDue(BaseDeadlineReference):  # type: ignore[misc]
    """The next end of an open request's clock, as it stands when a run is made; none where no clock runs."""

    def _evaluate_with(self, *, session: Any, **_more: Any) -> datetime | None:
        """Ask our own store. The scheduler asks: whatever goes wrong here, `watch_promises` still minds the clock."""
        del session
        try:
            from include.duties.rights.listing import next_due
            from include.law import now

            return next_due(now())
        except Exception as error:
            from include.errors import place_of

            log.warning("no deadline was set: %s", place_of(error))
            return None


def raise_clocks(**_context: Any) -> None:
    """Look at every clock at once, and not at the next quarter past: alarms, evidence and the officer's mail follow."""
    from include.duties.watch import watch
    from include.law import load_controller, now

    watch(now(), load_controller())


NEXT_REQUEST = DeadlineAlert(NextRequestDue(), timedelta(0), SyncCallback(raise_clocks), name="request_clock")
"""Raised when a request's clock ends while a run of `answer_requests` waits for somebody, or has failed."""
