"""What a page or another system's call starts: triggers that hear of it from the database within a second.

The portal and the API know nothing of Airflow. They write what was asked into the database and notify whoever listens;
should nobody be listening at that moment, the look every few seconds finds it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, ClassVar

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

__all__ = ["AnswersWaiting", "CodesWaiting", "IncidentsWaiting"]

PATIENCE = 10.0
"""Seconds of listening between two looks."""
PAUSE = 5.0
"""Seconds that a run is given before what waits starts another, twice as many each time that it does."""
LONGEST = 600.0
"""Seconds between two runs for what no run could close; the watch raises it meanwhile."""


class SomethingWaits(BaseEventTrigger):
    """Fire while something waits. The event says that it does, and nothing of whom."""

    said: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Say how the triggerer makes it again."""
        return f"{type(self).__module__}.{type(self).__qualname__}", {}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look, and listen where there is nothing; a database that is away is asked again."""
        from include.errors import MayBeRetried

        pause = PAUSE
        while True:
            try:
                if await asyncio.to_thread(self.waiting):
                    yield TriggerEvent(self.said)  # type: ignore[no-untyped-call]
                    pause = PAUSE if await self._heard_within(pause) else min(2 * pause, LONGEST)
                else:
                    pause = PAUSE
                    await asyncio.to_thread(self.listen, PATIENCE)
            except MayBeRetried:
                await asyncio.sleep(PATIENCE)

    def waiting(self) -> bool:
        """Say whether there is something to do."""
        raise NotImplementedError

    def listen(self, seconds: float) -> bool:
        """Listen until something is told, for so long at most; say whether anything was."""
        raise NotImplementedError

    async def _heard_within(self, seconds: float) -> bool:
        """Wait so long, and no longer than a run needs once somebody else asks; say whether anybody did."""
        while seconds > 0:
            if await asyncio.to_thread(self.listen, min(seconds, PATIENCE)):
                await asyncio.sleep(PAUSE)
                return True
            seconds -= PATIENCE
        return False


class AnswersWaiting(SomethingWaits):
    """Fire while answers wait that ask for destruction."""

    said = "answers"

    def waiting(self) -> bool:
        """Say whether a request for destruction is open."""
        from include.duties.consent.waiting import waiting

        return waiting()

    def listen(self, seconds: float) -> bool:
        """Listen for one."""
        from include.duties.consent.waiting import listen

        return listen(seconds)


class CodesWaiting(SomethingWaits):
    """Fire while a message is due that somebody sits and waits for."""

    said = "codes"

    def waiting(self) -> bool:
        """Say whether one was not tried yet."""
        from include.channels.awaited import awaited
        from include.law import now

        return awaited(now())

    def listen(self, seconds: float) -> bool:
        """Listen for one."""
        from include.channels.awaited import hear

        return hear(seconds)


class IncidentsWaiting(SomethingWaits):
    """Fire while an incident waits for a run of its own."""

    said = "incidents"

    def waiting(self) -> bool:
        """Say whether one does."""
        from include.duties.breach.waiting import waiting

        return waiting()

    def listen(self, seconds: float) -> bool:
        """Listen for one."""
        from include.duties.breach.waiting import listen

        return listen(seconds)
