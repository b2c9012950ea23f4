"""Whoever reads a personal value leaves a trace, and whoever reads many without need raises an alarm."""

from include.duties.reading.actions import MOST, Reading, put_to_use, read_point, read_request

__all__ = ["MOST", "Reading", "put_to_use", "read_point", "read_request"]
