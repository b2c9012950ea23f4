"""Gather the processing activities from contracts, data maps and our own map; nothing is said a second time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from itertools import chain

from include.duties.collection.fields import rules_over
from include.duties.own_system.deriving import name_of
from include.duties.own_system.model import OwnRule, Places
from include.duties.records.model import Activity, Holding, Kept, Period, Where
from include.errors import NeverRetry
from include.intake.contracts import Contract, Field
from include.law import Edition, edition_for
from include.systems.graph import FOLLOWED
from include.systems.model import Column, RetentionRule, System, Table
from include.systems.retention import figures

__all__ = ["CONTACTS", "EMPLOYEES", "WITHOUT_PURPOSE", "activities_of", "all_tables", "sensitive_tables"]

WITHOUT_PURPOSE = "without_purpose"
"""The activity of data whose map names no purpose: it is told, not left out."""
CONTACTS, EMPLOYEES = "contacts", "employees"
"""Whose data our own places hold: people from directories and those who dealt with us; people who work here."""
LOGIN = "user.account.username"
CONTENT = "content"
"""The one column of a place of ours outside the database."""
ADDRESS = "user.contact.address"
CATEGORIES: dict[Field, str] = {
    Field.PERSON: "user.name",
    Field.ROLE: "user.job_title",
    Field.PHONE: "user.contact.phone_number",
    Field.EMAIL: "user.contact.email",
    Field.WEBSITE: "user.contact.url",
    **dict.fromkeys(
        (Field.ADDRESS, Field.PO_BOX, Field.DISTRICT, Field.CITY, Field.REGION, Field.POSTAL_CODE, Field.COUNTRY),
        ADDRESS,
    ),
    Field.LANGUAGE: "user.demographic.language",
}
"""What a contract's fields can say of a person, in the words of the Fides taxonomy."""
SENSITIVE = (
    "user.biometric", "user.authorization.biometric", "user.health_and_medical", "user.criminal_history",
    "user.demographic.political_opinion", "user.demographic.race_ethnicity", "user.demographic.religious_belief",
    "user.demographic.sexual_orientation", "user.childrens",
)  # fmt: skip
"""Categories that are sensitive data or may be (Law 1(11)): what holds them is assessed before (IR 25(1)(a))."""
HELD_OF_SOURCES = ("register.contact_point", "value")
"""The column of ours by whose rules the data of a source is kept."""


def activities_of(
    contracts: Iterable[Contract],
    systems: Iterable[System],
    own: tuple[tuple[System, ...], Places],
    at: datetime,
    edition: Edition,
    *,
    apart: Collection[str] = (),
) -> tuple[Activity, ...]:
    """Put everything that is held into one activity for each purpose, by key.

    `at` (UTC) says which editions give the figures, `edition` is our own places'. The tables `apart`, each as
    `system.table`, are held for others, who are their controllers, and are in no activity of ours (LAW PRC-03).
    """
    holdings = [
        *(_of_source(contract, own[1], edition_for(contract.jurisdiction, at)) for contract in contracts),
        *(_of_system(system, edition_for(system.jurisdiction, at)) for system in systems),
        _of_ours(own[0], own[1], edition),
    ]
    found = dict[str, list[Holding]]()
    for holding in chain.from_iterable(holdings):
        if holding.place not in apart:
            found.setdefault(holding.purpose, []).append(holding)
    return tuple(Activity(key, tuple(sorted(found[key], key=_order))) for key in sorted(found))


def sensitive_tables(systems: Iterable[System]) -> tuple[str, ...]:
    """Name the tables of other systems that hold data which is or may be sensitive."""
    return tuple(
        f"{system.key}.{table.name}"
        for system in systems
        for table in system.tables
        if any(_is_sensitive(category) for column in table.personal for category in column.categories)
    )


def _is_sensitive(category: str) -> bool:
    return any(f"{category}.".startswith(f"{each}.") for each in SENSITIVE)


def _order(holding: Holding) -> tuple[int, str]:
    return list(Where).index(holding.where), holding.place


def _of_source(contract: Contract, said: Places, edition: Edition) -> Iterator[Holding]:
    categories = dict.fromkeys(CATEGORIES[each.field] for each in contract.columns.values() if each.field in CATEGORIES)
    kept = _kept_by(said.tables[HELD_OF_SOURCES[0]].columns[HELD_OF_SOURCES[1]].rules, said, edition)
    for purpose in contract.purposes:
        yield Holding(
            where=Where.SOURCE,
            place=contract.key,
            purpose=purpose,
            categories=tuple(categories),
            people=(CONTACTS,),
            bases=(contract.basis.case,) if contract.basis.case else (),
            periods=(Period(tuple(categories), kept),),
        )


def _of_system(system: System, edition: Edition) -> Iterator[Holding]:
    people = _people(system)
    for table in system.tables:
        for purpose, columns in _by_purpose(table):
            ruled = _by_rules((rules_over(system, table.name, each.name), each) for each in columns)
            yield Holding(
                where=Where.SYSTEM,
                place=f"{system.key}.{table.name}",
                purpose=purpose,
                categories=_categories(columns),
                people=tuple(f"{system.key}.{each}" for each in people.get(table.name, ())),
                bases=_bases(columns),
                periods=tuple(Period(_categories(those), _kept(system, rules, edition)) for rules, those in ruled),
            )


def _of_ours(systems: tuple[System, ...], said: Places, edition: Edition) -> Iterator[Holding]:
    told = {
        (name_of(table), column): each.rules
        for table, own in said.tables.items()
        for column, each in own.columns.items()
    } | {(key, CONTENT): place.rules for key, place in said.places.items()}
    for system in systems:
        for table in system.tables:
            for purpose, columns in _by_purpose(table):
                categories = _categories(columns)
                ruled = _by_rules((told.get((table.name, each.name), ()), each) for each in columns)
                yield Holding(
                    where=Where.OWN,
                    place=f"{system.key}.{table.name}",
                    purpose=purpose,
                    categories=categories,
                    people=(EMPLOYEES if categories == (LOGIN,) else CONTACTS,),
                    bases=_bases(columns),
                    periods=tuple(Period(_categories(those), _kept_by(rules, said, edition)) for rules, those in ruled),
                )


def _by_purpose(table: Table) -> Iterator[tuple[str, list[Column]]]:
    found = dict[str, list[Column]]()
    for column in table.personal:
        for purpose in column.purposes or (WITHOUT_PURPOSE,):
            found.setdefault(purpose, []).append(column)
    yield from found.items()


def _categories(columns: Iterable[Column]) -> tuple[str, ...]:
    told = (category for column in columns for category in column.categories if category.split(".")[0] == "user")
    return tuple(dict.fromkeys(told))


def _bases(columns: Iterable[Column]) -> tuple[str, ...]:
    """Name the bases; none where one of the columns has none, for then the map leaves it open."""
    told = [column.basis for column in columns]
    return tuple(dict.fromkeys(basis for basis in told if basis)) if all(told) else ()


def _people(system: System) -> Mapping[str, tuple[str, ...]]:
    """Say of each table which tables of persons its rows are of: itself, or what holds it by any way that is followed.

    What belongs to persons of its own is theirs, not that of whoever holds them.
    """
    found = {table.name: [table.name] for table in system.subjects}
    for subject in list(found):
        reached = [subject]
        for each in reached:  # it grows while it is read
            for edge in system.held(*FOLLOWED):
                held = edge.target.table
                if edge.holder.table == each and held not in reached and not system.table(held).subject:
                    reached.append(held)
                    found.setdefault(held, []).append(subject)
    return {table: tuple(subjects) for table, subjects in found.items()}


def _by_rules(ruled: Iterable[tuple[tuple[str, ...], Column]]) -> Iterable[tuple[tuple[str, ...], list[Column]]]:
    """Put columns together that the same rules reach."""
    found = dict[tuple[str, ...], list[Column]]()
    for rules, column in ruled:
        found.setdefault(rules, []).append(column)
    return found.items()


def _kept(system: System, rules: Iterable[str], edition: Edition) -> tuple[Kept, ...]:
    """Put rules of a map in figures; one that is not there or does not fit is none: the record then lacks a period."""
    found = list[Kept]()
    for rule in (system.rules[name] for name in rules if name in system.rules):
        with suppress(NeverRetry):
            told = figures(rule, edition)
            found.append(Kept(rule.trigger, rule.article, told.minimum, told.maximum))
    return tuple(found)


def _kept_by(rules: Iterable[str], said: Places, edition: Edition) -> tuple[Kept, ...]:
    return tuple(dict.fromkeys(_own_kept(said.rules[rule], edition) for rule in rules))


def _own_kept(rule: OwnRule, edition: Edition) -> Kept:
    if rule.period is None:
        return Kept(rule.trigger, rule.article, at_once=rule.at_once, for_good=rule.for_good is not None)
    asked = RetentionRule(trigger=rule.trigger, column="event", maximum=rule.period, article=rule.article)
    return Kept(rule.trigger, rule.article, maximum=figures(asked, edition).maximum)


def all_tables(systems: Iterable[System]) -> frozenset[str]:
    """Name every table of these maps, each as `system.table`."""
    return frozenset(f"{system.key}.{table.name}" for system in systems for table in system.tables)
