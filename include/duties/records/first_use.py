"""When what an assessment is about was first done: it has to be made before (Law 22, IR 16(3), 25(1), TR 7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from include.duties.records.file import Assessment, Processor
from include.duties.records.model import Facts
from include.duties.records.processing import abroad, receivers
from include.law.days import local_day

__all__ = ["first_uses"]


def first_uses(facts: Facts, reference: str, assessment: Assessment) -> Iterator[tuple[str, date]]:
    """Give what an assessment is about with the first local day on which that is known to have been done.

    The day is never earlier than the use itself, so nobody is told of being late who was not: a source's joining, the
    day on which an activity first stood on record, a contract's first day, the first disclosure. What has not begun,
    or of which no run tells, is left out.
    """
    match assessment.kind:
        case "impact":
            yield from _linked(facts, reference)
            for table in assessment.tables:
                yield from _held(facts, table)
        case "legitimate_interest":
            for purpose in assessment.purposes:
                yield from _pursued(facts, purpose)
        case _:
            yield from _sent_abroad(facts, reference)


def _linked(facts: Facts, reference: str) -> Iterator[tuple[str, date]]:
    """A source is linked from its joining on, the first of all when a second one joined (IR 25(1)(b))."""
    second = sorted(facts.joined.values())[1:2]
    for contract in facts.contracts:
        if contract.assessment == reference and contract.key in facts.joined and second:
            yield contract.key, _day(facts, max(facts.joined[contract.key], *second))


def _held(facts: Facts, table: str) -> Iterator[tuple[str, date]]:
    """Sensitive data is held at the latest since an activity that holds it stands on record (IR 25(1)(a))."""
    noted = [
        facts.noted[activity.key]
        for activity in facts.activities
        if activity.key in facts.noted and any(holding.place == table for holding in activity.holdings)
    ]
    if noted:
        yield table, _day(facts, min(noted))


def _pursued(facts: Facts, purpose: str) -> Iterator[tuple[str, date]]:
    begun = [
        facts.joined[each.key] for each in facts.contracts if purpose in each.purposes and each.key in facts.joined
    ]
    begun += [facts.noted[purpose]] if purpose in facts.noted else []
    if begun:
        yield purpose, _day(facts, min(begun))


def _sent_abroad(facts: Facts, reference: str) -> Iterator[tuple[str, date]]:
    """A processor is sent data from the first day of its contract on, a recipient with the first disclosure (TR 7)."""
    known = receivers(facts)
    for each in abroad(facts):
        if each.transfer is None or each.transfer.assessment != reference:
            continue
        key, _, under = each.key.partition("/")
        sent = [_day(facts, made.at) for made in facts.disclosed if made.recipient == key and made.abroad and not under]
        if isinstance(processor := known[key], Processor):
            accepted = processor.sub_processors[under].accepted if under else None
            sent.append(max(processor.since, accepted) if accepted else processor.since)
        if sent and min(sent) <= facts.day:
            yield each.key, min(sent)


def _day(facts: Facts, at: datetime) -> date:
    return local_day(facts.edition, at)
