"""Packages: the answer to a request for access or a copy, made for one person alone, encrypted, not kept for long."""

from include.duties.packages.actions import deliver, prepare, retire
from include.duties.packages.model import Delivered, Prepared

__all__ = ["Delivered", "Prepared", "deliver", "prepare", "retire"]
