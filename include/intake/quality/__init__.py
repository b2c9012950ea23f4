"""Whether a delivery may be taken in: nothing sensitive in its rows, and its floors and ceilings kept."""

from include.intake.quality.docs import publish_docs
from include.intake.quality.expectations import CheckBroken
from include.intake.quality.report import Breach, QualityReport, Rule
from include.intake.quality.sensitive import Code, Finding, find, scan
from include.intake.quality.suite import check_delivery

__all__ = [
    "Breach",
    "CheckBroken",
    "Code",
    "Finding",
    "QualityReport",
    "Rule",
    "check_delivery",
    "find",
    "publish_docs",
    "scan",
]
