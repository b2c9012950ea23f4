"""The other registers as rows, in one language: disclosures, transfers, processors, assessments, and what is open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from include.duties.records.assessing import ELEMENTS, covers
from include.duties.records.model import Facts, Finding, Sheet
from include.duties.records.processing import abroad, next_check, receivers
from include.duties.records.rules import in_words
from include.duties.records.sheets import labelled, named, purpose_words, record_sheet
from include.duties.records.words import Words, words_in

__all__ = ["all_sheets"]

Lines = tuple[str, ...]
Rows = Iterable[Sequence[Lines]]
Missing = Callable[[str], Lines]


def all_sheets(facts: Facts, found: Sequence[Finding], language: str) -> tuple[Sheet, ...]:
    """Lay out every register in one language, the record of processing activities first."""
    words = words_in(language)

    def missing(register: str, key: str) -> Lines:
        told = [in_words(each, words) for each in found if (each.register, each.key) == (register, key)]
        return tuple(told) or (words.nothing_missing,)

    def sheet(key: str, rows: Rows, *, upright: bool = False) -> Sheet:
        said = words.sheets[key]
        warn = list(said.columns).index("missing") if "missing" in said.columns else None
        told = tuple(tuple(row) for row in rows)
        return Sheet(
            key, language, said.title, tuple(said.columns.values()), told,
            intro=said.intro if told else said.none, upright=upright, warn=warn,
        )  # fmt: skip

    return (
        record_sheet(facts, found, language),
        sheet("on_behalf", _on_behalf(facts, words, language, partial(missing, "on_behalf")), upright=True),
        sheet("disclosures", _disclosures(facts, words, language)),
        sheet("transfers", _transfers(facts, words, language, partial(missing, "transfers"))),
        sheet("processors", _processors(facts, words, language, partial(missing, "processors")), upright=True),
        sheet("assessments", _assessments(facts, words, language, partial(missing, "assessments")), upright=True),
        sheet("duties", _duties(facts, words)),
        sheet("findings", _findings(found, words)),
    )


def _on_behalf(facts: Facts, words: Words, language: str, missing: Missing) -> Rows:
    for key, served in facts.file.on_behalf.items():
        yield (
            (served.name.in_(language),),
            (served.controllers.in_(language),),
            (served.subjects.in_(language),),
            labelled(served.categories, words),
            served.tables,
            _one(served.contract),
            _one(served.instructions),
            _hours(served.breach_hours),
            tuple(named(facts.file.processors[code], words, language) for code in served.processors),
            missing(key),
        )


def _disclosures(facts: Facts, words: Words, language: str) -> Rows:
    known = receivers(facts)
    for made in sorted(facts.disclosed, key=lambda each: (each.at, each.recipient, each.method), reverse=True):
        receiver = known.get(made.recipient)
        yield (
            (f"{made.at.astimezone(facts.edition.zone):%Y-%m-%d %H:%M}",),
            (receiver.name.in_(language) if receiver else made.recipient,),
            (purpose_words(facts, made.purpose, words, language),),
            (words.among(words.methods, made.method),),
            (f"{made.contact_points:,}",),
            (words.country(made.country),),
            (words.yes if made.abroad else words.no,),
            _one(words.among(words.safeguards, made.safeguard) if made.safeguard else None),
            (made.edition,),
        )


def _transfers(facts: Facts, words: Words, language: str, missing: Missing) -> Rows:
    for each in abroad(facts):
        told = each.transfer
        yield (
            (each.named.name.in_(language), *([each.key] if "/" in each.key else [])),
            (words.country(each.country),),
            tuple(purpose_words(facts, code, words, language) for code in each.named.purposes),
            labelled(each.named.categories, words),
            _one(words.grounds[told.ground] if told else None),
            _one(words.safeguards[told.safeguard] if told else None),
            _one(told.assessment if told else None),
            missing(each.key),
        )


def _processors(facts: Facts, words: Words, language: str, missing: Missing) -> Rows:
    for key, each in facts.file.processors.items():
        period = {"since": each.since.isoformat(), "until": each.until.isoformat() if each.until else ""}
        yield (
            (each.name.in_(language), key),
            (each.service.in_(language),),
            tuple(purpose_words(facts, code, words, language) for code in each.purposes),
            labelled(each.categories, words),
            (words.country(each.country),),
            (words.say(words.contract, reference=each.contract or f"[{words.missing}]", **period),),
            tuple(_place(words.clauses[name], where, words) for name, where in each.clauses),
            _one(each.instructions),
            _hours(each.breach_hours),
            _one(max(each.checked).isoformat() if each.checked else None),
            (next_check(each).isoformat(),),
            tuple(
                words.say(
                    words.sub_processor, name=sub.name.in_(language), country=words.country(sub.country),
                    accepted=sub.accepted.isoformat() if sub.accepted else "", days=sub.objection_days,
                )
                for sub in each.sub_processors.values()
            ),
            missing(key),
        )  # fmt: skip


def _assessments(facts: Facts, words: Words, language: str, missing: Missing) -> Rows:
    for reference, each in facts.file.assessments.items():
        yield (
            (reference,),
            (words.kinds[each.kind],),
            (each.about.in_(language),),
            covers(facts, reference, each),
            (each.made.isoformat(),),
            (each.review_on.isoformat(),),
            (each.valid_until.isoformat(),),
            (words.outcomes[each.outcome],),
            tuple(_place(words.elements[name], each.elements.get(name), words) for name in ELEMENTS[each.kind]),
            tuple(facts.file.processors[code].name.in_(language) for code in each.copied_to),
            missing(reference),
        )
    named_elsewhere = {contract.key for contract in facts.contracts} | {activity.key for activity in facts.activities}
    for key in sorted((named_elsewhere | set(facts.sensitive)) - facts.file.assessments.keys()):
        if (told := missing(key)) != (words.nothing_missing,):
            yield ((f"[{words.missing}]",), (), (), (key,), *([()] * 6), told)


def _duties(facts: Facts, words: Words) -> Rows:
    for duty in facts.duties:
        yield (
            (duty.source,),
            (duty.article,),
            (f"{duty.opened_at.astimezone(facts.edition.zone):%Y-%m-%d}",),
            (words.among(words.states, duty.state),),
            _one(f"{duty.closed_at.astimezone(facts.edition.zone):%Y-%m-%d}" if duty.closed_at else None),
        )


def _findings(found: Iterable[Finding], words: Words) -> Rows:
    items = words.sheets["record"].columns
    for each in found:
        yield (
            (words.sheets[each.register].title,),
            (each.key,),
            _one(items[each.item] if each.item else None),
            (in_words(each, words),),
        )


def _place(name: str, where: str | None, words: Words) -> str:
    return words.say("{{ name }}: {{ where }}", name=name, where=where or f"[{words.missing}]")


def _one(told: str | None) -> Lines:
    return (told,) if told else ()


def _hours(number: int | None) -> Lines:
    return (str(number),) if number else ()
