"""The life of a request of rights: who asks, how long it takes, what answers it, what is said of it (Law 4, 21)."""

from include.duties.rights.actions import confirm, identify
from include.duties.rights.answering import Answered, answer_by_officer, answer_due
from include.duties.rights.closing import refuse, withdraw
from include.duties.rights.extending import extend, extensions_sent
from include.duties.rights.lifting import lift
from include.duties.rights.receiving import Given, enter, take

__all__ = [
    "Answered",
    "Given",
    "answer_by_officer",
    "answer_due",
    "confirm",
    "enter",
    "extend",
    "extensions_sent",
    "identify",
    "lift",
    "refuse",
    "take",
    "withdraw",
]
