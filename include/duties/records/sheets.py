"""The record of processing activities as rows, in one language: eight items of each activity, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from include.duties.collection.content import period_in_words
from include.duties.records.file import Processor, Receiver
from include.duties.records.gathering import CONTACTS, EMPLOYEES
from include.duties.records.model import Activity, Facts, Finding, Holding, Kept, Sheet, Where
from include.duties.records.processing import HOME_COUNTRY, abroad, receivers
from include.duties.records.rules import in_words
from include.duties.records.words import Words, words_in
from include.law.days import local_day
from include.law.wording import FullWording, Wording

__all__ = [
    "basis_words", "category_words", "kept_words", "labelled", "named", "people_words",
    "purpose_words", "record_sheet", "row_of", "transfer_lines",
]  # fmt: skip

Lines = tuple[str, ...]


def record_sheet(facts: Facts, found: Iterable[Finding], language: str) -> Sheet:
    """Lay out the record: one row for each activity that is, then for each that has ended and is still kept."""
    words = words_in(language)
    said = words.sheets["record"]
    found = list(found)
    shared = ("controller", "officer", "security")
    columns = [name for name in said.columns if name not in shared]
    rows = [tuple(row_of(facts, activity, found, language)) for activity in facts.activities]
    for ended in facts.ended:
        days = {
            name: local_day(facts.edition, at).isoformat()
            for name, at in (("day", ended.ended_at), ("until", ended.until))
        }
        first, *told = (tuple(cell) for cell in ended.told[language])
        rows.append(((words.say(words.ended, key=first[0], **days), ended.key), *told))
    return Sheet(
        key="record",
        language=language,
        title=said.title,
        intro=said.intro,
        columns=tuple(said.columns[name] for name in columns),
        rows=tuple(rows),
        shared=tuple((said.columns[name], _shared(facts, found, name, words, language)) for name in shared),
        upright=True,
        warn=len(columns) - 1,
    )


def row_of(facts: Facts, activity: Activity, found: Iterable[Finding], language: str) -> Iterable[Lines]:
    """Give the cells of one activity, in the order of the sheet's columns."""
    words = words_in(language)
    holdings = activity.holdings
    yield purpose_words(facts, activity.key, words, language), activity.key
    bases = basis_words(holdings, words)
    told = {"purpose": purpose_words(facts, activity.key, words, language), "bases": bases or f"[{words.missing}]"}
    yield (words.say(words.purpose, **told),)
    yield category_words(holdings, words)
    yield people_words(facts, holdings, words, language)
    yield tuple(dict.fromkeys(line for holding in holdings for line in _retention(holding, words, language)))
    yield _recipients(facts, activity, words, language)
    yield transfer_lines(facts, words, language, activity.key) or (words.nothing_abroad,)
    yield tuple(words.say(words.place, place=holding.place, where=words.people[holding.where]) for holding in holdings)
    yield tuple(in_words(each, words) for each in found if each.register == "record" and each.key == activity.key) or (
        words.nothing_missing,
    )


def _shared(facts: Facts, found: list[Finding], name: str, words: Words, language: str) -> Lines:
    """Say what holds for every activity: who, the officer, and what protects the data; with what it lacks."""
    item = {"controller": "controller", "officer": "officer", "security": "security"}[name]
    lacks = [
        f"[{words.missing}] {in_words(each, words)}"
        for each in found
        if each.register == "record" and each.key == "record" and each.item == item
    ]
    match name:
        case "controller":
            told = _controller(facts, language)
        case "officer":
            told = _officer(facts, words)
        case _:
            told = tuple(measure.in_(language) for measure in facts.file.security)
    return (*told, *lacks)


def _controller(facts: Facts, language: str) -> Lines:
    profile = facts.controller
    contacts, channel = profile.contacts, profile.privacy_channel
    told = [
        _said(profile.legal_name, language),
        profile.registration,
        _said(contacts.address, language) if contacts else None,
        *((contacts.phone, contacts.email) if contacts else ()),
        *((channel.email, channel.url, channel.phone) if channel else ()),
    ]
    return tuple(dict.fromkeys(line for line in told if line))


def _officer(facts: Facts, words: Words) -> Lines:
    officer = facts.controller.dpo
    if officer is None:
        return ()
    if not officer.appointed:
        return (words.draft.officer_none,)
    return tuple(line for line in (officer.name, officer.email, officer.phone) if line)


def _said(wording: Wording | FullWording | None, language: str) -> str | None:
    return wording.in_(language) if wording else None


def purpose_words(facts: Facts, key: str, words: Words, language: str) -> str:
    """Put a purpose in words: the profile's, or our own for what the software is there for."""
    told = _said(facts.controller.purposes.get(key), language) or words.own_purposes.get(key)
    return told or words.say(words.unworded, key=key)


def basis_words(holdings: Iterable[Holding], words: Words) -> str:
    """Name every legal basis that an activity's data rests on."""
    codes = dict.fromkeys(basis for holding in holdings for basis in holding.bases)
    return words.comma.join(words.among(words.bases, code) for code in codes)


def category_words(holdings: Iterable[Holding], words: Words) -> Lines:
    """Name every category of data, each once."""
    return labelled((category for holding in holdings for category in holding.categories), words)


def labelled(categories: Iterable[str], words: Words) -> Lines:
    """Put categories in words, each once; one that has none stands by its code."""
    return tuple(dict.fromkeys(words.label((category,)) or category for category in categories))


def people_words(facts: Facts, holdings: Iterable[Holding], words: Words, language: str) -> Lines:
    """Say whose data it is, each kind of people once."""
    told = dict.fromkeys(table for holding in holdings for table in holding.people)
    return tuple(dict.fromkeys(_people(facts, table, words, language) for table in told))


def _people(facts: Facts, table: str, words: Words, language: str) -> str:
    if table in (CONTACTS, EMPLOYEES):
        return words.people[table]
    told = facts.file.people.get(table)
    return told.in_(language) if told else words.say(words.unworded, key=table)


def kept_words(kept: Iterable[Kept], words: Words, language: str, *, own: bool = False) -> str:
    """Say how long something is kept by all the rules that reach it; of our own each has its own case."""
    join = words.either if own else words.first_of
    return join.join(dict.fromkeys(_period(each, words, language) for each in kept))


def _period(kept: Kept, words: Words, language: str) -> str:
    return words.say(
        words.kept,
        event=words.events[kept.trigger],
        minimum=period_in_words(kept.minimum, language),
        maximum=period_in_words(kept.maximum, language),
        at_once=kept.at_once,
        for_good=kept.for_good,
        article=kept.article,
    )


def _retention(holding: Holding, words: Words, language: str) -> Iterator[str]:
    for period in holding.periods:
        labels = words.comma.join(labelled(period.categories, words))
        kept = kept_words(period.kept, words, language, own=holding.where is Where.OWN) or f"[{words.missing}]"
        yield words.say(words.retention, labels=labels, place=holding.place, kept=kept)


def _recipients(facts: Facts, activity: Activity, words: Words, language: str) -> Lines:
    known = receivers(facts)
    told = [named(each, words, language) for each in known.values() if activity.key in each.purposes]
    got = {each.recipient for each in facts.disclosed if each.purpose == activity.key}
    told += [words.say(words.unworded, key=code) for code in sorted(got - known.keys())]
    told += [named(known[code], words, language) for code in sorted(got & known.keys())]
    return tuple(dict.fromkeys(told)) or (words.nobody,)


def named(receiver: Receiver, words: Words, language: str) -> str:
    """Name somebody who receives data, with what they do or why, and where."""
    service = receiver.service.in_(language) if isinstance(receiver, Processor) else None
    purposes = words.comma.join(receiver.purposes)
    return words.say(
        words.receiver,
        name=receiver.name.in_(language),
        service=service or purposes,
        country=words.country(receiver.country),
    )


def transfer_lines(facts: Facts, words: Words, language: str, purpose: str | None = None) -> Lines:
    """Tell the transfers of a purpose, or all: the standing ones, then those that disclosures were."""
    lines = list[str]()
    for each in abroad(facts):
        if purpose is None or purpose in each.named.purposes:
            told = each.transfer
            lines.append(
                words.say(
                    words.transfer,
                    name=each.named.name.in_(language),
                    country=words.country(each.country),
                    ground=words.grounds[told.ground] if told else f"[{words.missing}]",
                    safeguard=words.safeguards[told.safeguard] if told else f"[{words.missing}]",
                    assessment=told.assessment if told else None,
                )
            )
    for made in facts.disclosed:
        if made.country != HOME_COUNTRY and purpose in (None, made.purpose):
            known = receivers(facts).get(made.recipient)
            name = known.name.in_(language) if known else made.recipient
            safe = words.among(words.safeguards, made.safeguard or "")
            where = words.country(made.country)
            lines.append(words.say("{{ name }}, {{ where }}: {{ safe }}", name=name, where=where, safe=safe))
    return tuple(dict.fromkeys(lines))
