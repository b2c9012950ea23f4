"""What the record of processing activities lacks: which item of which activity (IR 33(5), LAW ROP-02)."""

from __future__ import annotations

from collections.abc import Iterator

from include.duties.letter.rules import controller_gaps
from include.duties.records.gathering import CONTACTS, EMPLOYEES, WITHOUT_PURPOSE
from include.duties.records.model import LANGUAGES, Activity, Facts, Finding, Item
from include.duties.records.words import words_in

__all__ = ["record_gaps"]

RECORD = "record"
ITEMS = {
    "controller": Item.CONTROLLER,
    "privacy_channel": Item.CONTROLLER,
    "dpo": Item.OFFICER,
    "recipients": Item.RECIPIENTS,
}
"""What the notice's gate asks of the profile, and the item that it is."""


def record_gaps(facts: Facts) -> Iterator[Finding]:
    """Name every item that the record lacks: of all of it first, then activity by activity."""
    for element, what in controller_gaps(facts.controller):
        if str(element) in ITEMS:
            item = Item.TRANSFERS if what.startswith("transfers") else ITEMS[str(element)]
            yield _gap(RECORD, "profile_lacks", item, what=what)
    if facts.said is None:
        yield _gap(RECORD, "no_file", Item.RECIPIENTS)
    if not facts.file.security:
        yield _gap(RECORD, "security_unsaid", Item.SECURITY)
    if not facts.activities:
        yield _gap(RECORD, "no_activity", Item.PURPOSES)
    for name, what in facts.unread:
        yield _gap(RECORD, "unread", Item.CATEGORIES, name=name, what=what)
    for activity in facts.activities:
        yield from _of_activity(facts, activity)


def _of_activity(facts: Facts, activity: Activity) -> Iterator[Finding]:
    key = activity.key
    if key == WITHOUT_PURPOSE:
        for holding in activity.holdings:
            yield _gap(key, "purpose_unsaid", Item.PURPOSES, place=holding.place)
    else:
        for language in LANGUAGES:
            if not _purpose_is_worded(facts, key, language):
                yield _gap(key, "purpose_unworded", Item.PURPOSES, purpose=key, language=language)
    for holding in activity.holdings:
        if not holding.bases:
            yield _gap(key, "basis_unsaid", Item.PURPOSES, place=holding.place)
        if not holding.people:
            yield _gap(key, "people_unreached", Item.CATEGORIES, place=holding.place)
        for table in holding.people:
            if table not in (CONTACTS, EMPLOYEES) and table not in facts.file.people:
                yield _gap(key, "people_unsaid", Item.CATEGORIES, place=table)
        for category in holding.categories:
            if any(words_in(language).label((category,)) is None for language in LANGUAGES):
                yield _gap(key, "category_unworded", Item.CATEGORIES, category=category, place=holding.place)
        if not all(period.kept for period in holding.periods):
            yield _gap(key, "period_unsaid", Item.RETENTION, place=holding.place)


def _purpose_is_worded(facts: Facts, key: str, language: str) -> bool:
    told = facts.controller.purposes.get(key)
    return bool(told and told.in_(language)) or key in words_in(language).own_purposes


def _gap(key: str, code: str, item: Item, **told: str) -> Finding:
    return Finding(RECORD, key, code, tuple(told.items()), item)
