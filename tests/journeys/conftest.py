"""The fixtures of journeys."""

from journeys_house import house, mailbox

__all__ = ["house", "mailbox"]
