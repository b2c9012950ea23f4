"""Stop marketing: recorded at once, confirmed by mail, asked before every promotion goes out (Law 25, IR 28(3))."""

from include.duties.stopping.actions import StopAsked, is_stopped, stop_asked

__all__ = ["StopAsked", "is_stopped", "stop_asked"]
