"""How fast messages leave, and what time it is by the relay's own watch."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from include.channels.model import Carrier, OutgoingMessage, Sent
from include.errors import NeverRetry

__all__ = ["Pace", "Paced"]


class Pace:
    """Keep a pause between two sendings, and tell the time as `at` plus what has passed since.

    A relay may run for hours, past the end of a sending window: so it needs a watch, and the watch is set by whoever
    starts it. The rate is this relay's own; two relays side by side send twice as fast.
    """

    def __init__(
        self,
        at: datetime,
        rate_per_minute: float | None = None,
        sleep: Callable[[float], None] = time.sleep,
        watch: Callable[[], float] = time.monotonic,
    ) -> None:
        if rate_per_minute is not None and rate_per_minute <= 0:
            raise NeverRetry("rate_per_minute must be more than 0; leave it out to send without a limit")
        self._at = at
        self.pause = 60.0 / rate_per_minute if rate_per_minute else 0.0
        """Seconds between two sendings."""
        self._sleep = sleep
        self._watch = watch
        self._started = watch()
        self._next: float | None = None

    def moment(self) -> datetime:
        """The present instant, UTC."""
        return self._at + timedelta(seconds=self._watch() - self._started)

    def wait(self) -> None:
        """Sleep until the next sending is allowed. The first is at once."""
        if self._next is not None and (pause := self._next - self._watch()) > 0:
            self._sleep(pause)

    def sent(self) -> None:
        """Note that a sending was tried just now."""
        self._next = self._watch() + self.pause


class Paced:
    """A carrier that waits before each message until it may go out."""

    def __init__(self, carrier: Carrier, pace: Pace) -> None:
        self._carrier, self._pace = carrier, pace

    def send(self, message: OutgoingMessage, at: datetime) -> Sent:
        """Hand one message over in its turn, dated when it goes. See `Carrier.send` for what is raised."""
        del at
        self._pace.wait()
        try:
            return self._carrier.send(message, self._pace.moment())
        finally:
            self._pace.sent()

    def close(self) -> None:
        """Give back the carrier's connection."""
        self._carrier.close()
