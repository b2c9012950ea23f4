"""A breach: noted, counted, weighed, reported within its hours, told to the people concerned, and rehearsed before."""

from include.duties.breach.actions import close, do_step, estimate, say
from include.duties.breach.ending import end
from include.duties.breach.model import Given, Incident, IncompleteReport, Means, Moved, Stage, Unfit
from include.duties.breach.noting import note
from include.duties.breach.reporting import approve, document, draft, file
from include.duties.breach.scoping import scope
from include.duties.breach.telling import allow_notice, notice_of, tell
from include.duties.breach.weighing import decide, weigh

__all__ = [
    "Given",
    "Incident",
    "IncompleteReport",
    "Means",
    "Moved",
    "Stage",
    "Unfit",
    "allow_notice",
    "approve",
    "close",
    "decide",
    "do_step",
    "document",
    "draft",
    "end",
    "estimate",
    "file",
    "note",
    "notice_of",
    "say",
    "scope",
    "tell",
    "weigh",
]
