"""What is missing or due with who processes for us, with what we process for others, and with what goes abroad."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from include.duties.records.file import OnBehalf, Processor, Receiver, Transfer
from include.duties.records.model import Facts, Finding
from include.law.days import add_months

__all__ = ["HOME_COUNTRY", "Abroad", "abroad", "next_check", "processing_gaps", "receivers"]

HOME_COUNTRY = "SA"


@dataclass(frozen=True, slots=True)
class Abroad:
    """Data that leaves the country, for whom, and why it may."""

    key: str
    """A processor, `processor/sub_processor`, or a recipient."""
    named: Receiver
    """For whom it is in the end: its purposes and categories are what goes."""
    country: str
    transfer: Transfer | None


def receivers(facts: Facts) -> dict[str, Receiver]:
    """Give everybody who gets data, processors first."""
    return {**facts.file.processors, **facts.file.recipients}


def abroad(facts: Facts) -> tuple[Abroad, ...]:
    """Give every standing transfer: to processors, their sub-processors and recipients outside the country."""
    found = list[Abroad]()
    for key, each in receivers(facts).items():
        if each.country != HOME_COUNTRY:
            found.append(Abroad(key, each, each.country, each.transfer))
        for under, sub in each.sub_processors.items() if isinstance(each, Processor) else ():
            if sub.country != HOME_COUNTRY:
                found.append(Abroad(f"{key}/{under}", each, sub.country, sub.transfer))
    return tuple(found)


def next_check(processor: Processor) -> date:
    """Return the last day on which the processor's compliance has to be looked at again (IR 17(3))."""
    return add_months(max(processor.checked, default=processor.since), processor.check_months)


def processing_gaps(facts: Facts) -> Iterator[Finding]:
    """Name what is missing or due, register by register."""
    for key, processor in facts.file.processors.items():
        yield from _of_processor(facts, key, processor)
    for key, served in facts.file.on_behalf.items():
        yield from _on_behalf(facts, key, served)
    for each in abroad(facts):
        yield from _of_transfer(facts, each)
    yield from _of_disclosures(facts)
    yield from _of_the_profile(facts)


def _of_processor(facts: Facts, key: str, processor: Processor) -> Iterator[Finding]:
    if not processor.contract:
        yield _open(key, "contract_unsaid")
    for clause, where in processor.clauses:
        if where is None:
            yield _open(key, "clause_missing", clause=clause)
    if not processor.instructions:
        yield _open(key, "instructions_unsaid")
    allowed = facts.edition.breach.processor_hours.value
    if processor.breach_hours is None or processor.breach_hours > allowed:
        yield _open(key, "breach_hours_too_long", hours=str(allowed))
    if processor.until is not None and processor.until < facts.day:
        yield _open(key, "contract_ended", day=processor.until.isoformat())
    if (due := next_check(processor)) < facts.day:
        yield _open(key, "check_due", day=due.isoformat())
    for under, sub in processor.sub_processors.items():
        if sub.accepted is None or sub.accepted > facts.day:
            yield _open(key, "sub_processor_unaccepted", sub_processor=under)
        if sub.objection_days is None:
            yield _open(key, "objection_time_unsaid", sub_processor=under)
    yield from _purposes(facts, "processors", key, processor)


def _purposes(facts: Facts, register: str, key: str, receiver: Receiver) -> Iterator[Finding]:
    known = {activity.key for activity in facts.activities}
    for purpose in receiver.purposes:
        if purpose not in known:
            yield Finding(register, key, "purpose_of_nothing", (("purpose", purpose),))


def _on_behalf(facts: Facts, key: str, served: OnBehalf) -> Iterator[Finding]:
    def gap(code: str, **told: str) -> Finding:
        return Finding("on_behalf", key, code, tuple(told.items()))

    if not served.contract:
        yield gap("contract_unsaid")
    if not served.instructions:
        yield gap("their_instructions_unsaid")
    if served.breach_hours is None:
        yield gap("our_breach_hours_unsaid")
    if not served.tables:
        yield gap("tables_unsaid")
    for table in served.tables:
        if table not in facts.tables:
            yield gap("table_unknown", place=table)


def _of_transfer(facts: Facts, each: Abroad) -> Iterator[Finding]:
    def gap(code: str, **told: str) -> Finding:
        return Finding("transfers", each.key, code, tuple(told.items()))

    if each.transfer is None:
        yield gap("transfer_unsaid", country=each.country)
    elif each.transfer.safeguard != "adequacy":
        reference = each.transfer.assessment
        if reference is None:
            yield gap("transfer_unassessed", country=each.country)
        elif reference not in facts.file.assessments or facts.file.assessments[reference].kind != "transfer":
            yield gap("assessment_unknown", reference=reference)
    if facts.controller.transfers is not None and not facts.controller.transfers.outside:
        yield gap("told_otherwise", country=each.country)


def _of_disclosures(facts: Facts) -> Iterator[Finding]:
    """Whoever got data is known by name, and what went abroad was assessed before (IR 20(6), TR 7)."""
    known = receivers(facts)
    for recipient in sorted({each.recipient for each in facts.disclosed}):
        if recipient not in known:
            yield Finding("disclosures", recipient, "recipient_unknown")
    for recipient, country in sorted({(each.recipient, each.country) for each in facts.disclosed if each.abroad}):
        if recipient in known and known[recipient].country != country:
            yield Finding("disclosures", recipient, "country_differs", (("country", country),))


def _of_the_profile(facts: Facts) -> Iterator[Finding]:
    told = facts.controller.recipients
    if told is not None and not told and receivers(facts):
        yield Finding("processors", "record", "nobody_told", ())


def _open(key: str, code: str, **told: str) -> Finding:
    return Finding("processors", key, code, tuple(told.items()))
