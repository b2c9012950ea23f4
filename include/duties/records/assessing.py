"""Which assessments are needed, which there are, and what is wrong or due with them (Law 22, IR 16, 25, TR 7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from include.duties.records.file import Assessment
from include.duties.records.first_use import first_uses
from include.duties.records.model import Facts, Finding
from include.duties.records.processing import abroad
from include.law import edition_for
from include.law.days import first_second

__all__ = ["ELEMENTS", "assessment_gaps", "covers", "due_on", "sources_of"]

ELEMENTS: Mapping[str, tuple[str, ...]] = {
    "impact": (
        "purpose_and_basis", "nature", "scope", "context", "necessity", "impact", "measures", "suitability",
    ),
    "legitimate_interest": ("processing", "lawfulness", "necessity", "harm", "mitigation"),
    "transfer": ("purpose_and_basis", "transfer_nature", "guarantees", "minimum", "impact", "measures"),
}  # fmt: skip
"""What each kind has to say: IR 25(2)(a) to (h), IR 16(3)(a) to (e), the six of TR 7.

Our source of the law names the five of IR 16(3) one by one. Of IR 25(2) and TR 7 it has the number alone: what each is
called here is our own wording, and the register says so, until somebody has compared it with the text.
"""
INTEREST = "legitimate_interest"


def due_on(assessment: Assessment) -> date:
    """Return the last day on which it has to be looked at again."""
    return min(assessment.review_on, assessment.valid_until)


def sources_of(facts: Facts, reference: str) -> tuple[str, ...]:
    """Name the sources whose contracts name the assessment."""
    return tuple(contract.key for contract in facts.contracts if contract.assessment == reference)


def covers(facts: Facts, reference: str, assessment: Assessment) -> tuple[str, ...]:
    """Name everything that it covers: sources, purposes, tables, and who gets data abroad."""
    going = [each.key for each in abroad(facts) if each.transfer is not None and each.transfer.assessment == reference]
    return (*sources_of(facts, reference), *assessment.purposes, *assessment.tables, *going)


def assessment_gaps(facts: Facts) -> Iterator[Finding]:
    """Name what is needed and is not there, then what is wrong or due with what is there."""
    yield from _of_sources(facts)
    yield from _of_interests(facts)
    yield from _of_sensitive(facts)
    for reference, assessment in facts.file.assessments.items():
        yield from _of_one(facts, reference, assessment)
    for duty in facts.duties:
        if duty.state != "done":
            yield Finding("assessments", duty.source, "duty_open", (("article", duty.article),))


def _of_sources(facts: Facts) -> Iterator[Finding]:
    """Linking a second source needs an assessment first, and each source names it (IR 25(1)(b))."""
    for contract in facts.contracts:
        edition = edition_for(contract.jurisdiction, first_second(facts.edition, facts.day))
        if contract.assessment is None:
            if len(facts.contracts) > 1 and edition.sources.linking_needs_assessment.value:
                yield Finding("assessments", contract.key, "linking_unassessed")
        elif (named := facts.file.assessments.get(contract.assessment)) is None or named.kind != "impact":
            yield Finding("assessments", contract.key, "assessment_unknown", (("reference", contract.assessment),))


def _of_interests(facts: Facts) -> Iterator[Finding]:
    """A legitimate interest holds only by an assessment that was made before (IR 16(3))."""
    covered = {
        purpose for each in facts.file.assessments.values() if each.kind == INTEREST for purpose in each.purposes
    }
    for activity in facts.activities:
        rests = any(INTEREST in holding.bases for holding in activity.holdings)
        if rests and activity.key not in covered:
            yield Finding("assessments", activity.key, "interest_unassessed")


def _of_sensitive(facts: Facts) -> Iterator[Finding]:
    covered = {table for each in facts.file.assessments.values() if each.kind == "impact" for table in each.tables}
    for table in facts.sensitive:
        if table not in covered:
            yield Finding("assessments", table, "sensitive_unassessed")


def _of_one(facts: Facts, reference: str, assessment: Assessment) -> Iterator[Finding]:
    def gap(code: str, **told: str) -> Finding:
        return Finding("assessments", reference, code, tuple(told.items()))

    for element in ELEMENTS[assessment.kind]:
        if element not in assessment.elements:
            yield gap("element_missing", element=element)
    for element in assessment.elements:
        if element not in ELEMENTS[assessment.kind]:
            yield gap("element_unknown", element=element)
    for what, first in first_uses(facts, reference, assessment):
        if assessment.made > first:
            yield gap("assessed_late", made=assessment.made.isoformat(), what=what, day=first.isoformat())
    if assessment.outcome == "harmful":
        yield gap("still_harmful")
    if assessment.valid_until < facts.day:
        yield gap("no_longer_valid", day=assessment.valid_until.isoformat())
    elif assessment.review_on < facts.day:
        yield gap("review_due", day=assessment.review_on.isoformat())
    if not covers(facts, reference, assessment):
        yield gap("covers_nothing")
    if assessment.kind == "impact":
        for key in _processors_of(facts, reference):
            if key not in assessment.copied_to:
                yield gap("copy_missing", processor=key)


def _processors_of(facts: Facts, reference: str) -> Iterator[str]:
    """Name the processors that work for what an impact assessment of sources is about (IR 25(3))."""
    purposes = {
        purpose for contract in facts.contracts if contract.assessment == reference for purpose in contract.purposes
    }
    for key, processor in facts.file.processors.items():
        if purposes & set(processor.purposes):
            yield key
