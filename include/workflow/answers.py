"""What an answer from outside Airflow starts: a trigger that hears of it from the database within a second.

The portal and the API know nothing of Airflow. They write what was asked into the database and notify whoever listens;
should nobody be listening at that moment, the look every few seconds finds it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

__all__ = ["AnswersWaiting"]

PATIENCE = 10.0
"""Seconds of listening between two looks."""
PAUSE = 5.0
"""Seconds that a run is given before the same answers start another, twice as many each time that they do."""
LONGEST = 600.0
"""Seconds between two runs for what no run could close; the watch raises it meanwhile."""


class AnswersWaiting(BaseEventTrigger):
    """Fire while answers wait that ask for destruction. The event says that there are some, and nothing of whom."""

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
                if await asyncio.to_thread(_waiting):
                    yield TriggerEvent("answers")  # type: ignore[no-untyped-call]
                    pause = PAUSE if await _heard_within(pause) else min(2 * pause, LONGEST)
                else:
                    pause = PAUSE
                    await asyncio.to_thread(_listen, PATIENCE)
            except MayBeRetried:
                await asyncio.sleep(PATIENCE)


async def _heard_within(seconds: float) -> bool:
    """Wait so long, and no longer than a run needs once somebody else asks; say whether anybody did."""
    while seconds > 0:
        if await asyncio.to_thread(_listen, min(seconds, PATIENCE)):
            await asyncio.sleep(PAUSE)
            return True
        seconds -= PATIENCE
    return False


def _waiting() -> bool:
    from include.duties.consent.waiting import waiting

    return waiting()


def _listen(seconds: float) -> bool:
    from include.duties.consent.waiting import listen

    return listen(seconds)
