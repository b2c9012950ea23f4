"""The company's other systems of record: their map, who is somebody there, and which rows are theirs."""

from include.systems.coverage import uncovered, unindexed
from include.systems.forgetting import Forgetting, Moved, forget, plan
from include.systems.graph import Finding, findings
from include.systems.keeping import NOTHING, Keeping, KeptRows
from include.systems.minimum import unexplained, unjustified
from include.systems.model import Column, Edge, EdgeKind, End, Strategy, System, Table
from include.systems.selecting import Due, Roots, Shown, Subjects, TooWide, find, shown

__all__ = [
    "NOTHING",
    "Column",
    "Due",
    "Edge",
    "EdgeKind",
    "End",
    "Finding",
    "Forgetting",
    "Keeping",
    "KeptRows",
    "Moved",
    "Roots",
    "Shown",
    "Strategy",
    "Subjects",
    "System",
    "Table",
    "TooWide",
    "find",
    "findings",
    "forget",
    "plan",
    "shown",
    "uncovered",
    "unexplained",
    "unindexed",
    "unjustified",
]
