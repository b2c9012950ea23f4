"""The demo: the whole way of the data on invented directories, on this machine alone."""

from include.commands.demo.command import app

__all__ = ["app"]
