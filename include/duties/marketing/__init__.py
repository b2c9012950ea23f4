"""Deny by default: whether a contact point may be used for a purpose now, and what takes it out of use."""

from include.duties.marketing.gate import may_reach, may_use, may_use_one
from include.duties.marketing.model import PURPOSES, Purpose, Reason, Verdict
from include.duties.marketing.restricting import Restriction, lift, lift_once_told, lifts_told, restrict

__all__ = [
    "PURPOSES",
    "Purpose",
    "Reason",
    "Restriction",
    "Verdict",
    "lift",
    "lift_once_told",
    "lifts_told",
    "may_reach",
    "may_use",
    "may_use_one",
    "restrict",
]
