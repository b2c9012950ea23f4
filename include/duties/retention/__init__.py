"""Keeping on time: what the rules of the data maps make due, planned, allowed, destroyed, and looked at again."""

from include.duties.retention.actions import carry_out_allowed, decide_all, enforce, plan_due, preview
from include.duties.retention.model import Enforced, Plan

__all__ = ["Enforced", "Plan", "carry_out_allowed", "decide_all", "enforce", "plan_due", "preview"]
