"""Requests of rights: received, their clock started, acknowledged (Law 4, 21; IR 3). Answering them comes later."""

from include.duties.requests.actions import Received, receive
from include.duties.requests.model import RIGHTS, Asked

__all__ = ["RIGHTS", "Asked", "Received", "receive"]
