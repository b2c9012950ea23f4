"""Stop marketing: recorded at once, confirmed by mail, asked before every promotion goes out (Law 25, IR 28(3))."""

from include.duties.stopping.actions import StopAsked, is_stopped, stop_asked
from include.duties.stopping.ways import stop_everywhere, ways_of

__all__ = ["StopAsked", "is_stopped", "stop_asked", "stop_everywhere", "ways_of"]
