"""A re-decision with what is owed after it: notices for whoever is found now, none for what is business."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from include.duties.notice.actions import plan_notices
from include.intake.contracts import Contract
from include.intake.redeciding import Redecided, redecide

__all__ = ["redecide_all"]


def redecide_all(contracts: Iterable[Contract], *, at: datetime, apply: bool) -> Iterator[Redecided]:
    """Decide again what is held of each source, each whole or not at all, and yield what changes.

    Once it is applied to all of them, notices are planned: the clock of whoever became personal runs from receipt.
    """
    for contract in contracts:
        yield redecide(contract, at=at, apply=apply)
    if apply:
        plan_notices(at)
