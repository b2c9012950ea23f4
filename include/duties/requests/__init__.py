"""Requests of rights: received, their clock started, joined where they were open, acknowledged (Law 4, 21; IR 3)."""

from include.duties.requests.actions import receive
from include.duties.requests.model import RIGHTS, Asked, Received

__all__ = ["RIGHTS", "Asked", "Received", "receive"]
