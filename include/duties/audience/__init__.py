"""The business audience: built through the gate, checked, handed out with a manifest, and taken back point by point."""

from include.duties.audience.building import build
from include.duties.audience.exporting import export, handed_over
from include.duties.audience.model import Asked, AudienceRefused
from include.duties.audience.removing import confirm, find_removals, removals_of
from include.duties.audience.tidying import tidy, upload

__all__ = [
    "Asked",
    "AudienceRefused",
    "build",
    "confirm",
    "export",
    "find_removals",
    "handed_over",
    "removals_of",
    "tidy",
    "upload",
]
