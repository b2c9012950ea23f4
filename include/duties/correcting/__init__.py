"""Correction and completion: what people say of their own data stands, in the register and wherever else it lies."""

from include.duties.correcting.actions import apply
from include.duties.correcting.model import Applied, Proposed
from include.duties.correcting.proposing import ProposalUnfit, propose

__all__ = ["Applied", "ProposalUnfit", "Proposed", "apply", "propose"]
