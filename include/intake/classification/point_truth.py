"""Whose a labelled contact point is by LAW section 4, which asks whom it leads to, not who published it.

The table in `knowledge/point_rules.md` says the same for people. What is read of a value (its number type, a provider
of free mail) is a fact of the value and no decision. What a person decided on review is taken as decided: they applied
section 4 already, and knew more than the value.
"""

from __future__ import annotations

from collections.abc import Sequence

from include.intake.normalise.reading import Reading

__all__ = ["POINT_CLASSES", "POINT_LABELS", "STRATA", "stratum_of"]

POINT_CLASSES = ("personal", "business")
NOUNS = {"phone": "number", "email": "mailbox", "website": "website", "address": "address", "person": "name"}
STRATA = {
    "number of a person": "personal",
    "mobile of an organisation": "personal",
    "other number of an organisation": "business",
    "mailbox of a person": "personal",
    "free mail of an organisation": "personal",
    "role mailbox at a free-mail domain": "personal",
    "role mailbox at a domain of its own": "business",
    "other mailbox of an organisation": "business",
    "address of an organisation": "business",
    "website of an organisation": "business",
    "name of an organisation": "business",
    "website of a person": "personal",
    "address of a person": "personal",
    "name of a person": "personal",
    **{f"{noun} found {klass} on review": klass for noun in NOUNS.values() for klass in POINT_CLASSES},
}
"""Every sort of labelled contact point, and what it is."""
POINT_LABELS = {
    "person": "person",
    "office_of_person": "person",
    "person_in_office": "person",
    "named_mailbox_own_domain": "person",
    "named_mailbox_free_mail": "person",
    "other_mailbox_free_mail": "person",
    "role_mailbox": "role",
    "organisation": "organisation",
}
"""Whom a source's label names. Other labels (number types) name nobody, and their rows are not measured."""


def stratum_of(field: str, label: str, readings: Sequence[Reading], reviewed: bool = False) -> str:
    """Give the sort of a labelled cell; of several contact points in it, the most personal one counts."""
    holder = POINT_LABELS[label]
    if reviewed:
        return f"{NOUNS[field]} found {'personal' if holder == 'person' else 'business'} on review"
    match field:
        case "phone":
            return _number(holder, readings)
        case "email":
            return _mailbox(holder, readings)
    return f"{NOUNS[field]} of {'a person' if holder == 'person' else 'an organisation'}"


def _number(holder: str, readings: Sequence[Reading]) -> str:
    if holder == "person":
        return "number of a person"
    mobile = any(reading.number_type == "mobile" or "declared_mobile" in reading.traits for reading in readings)
    return "mobile of an organisation" if mobile else "other number of an organisation"


def _mailbox(holder: str, readings: Sequence[Reading]) -> str:
    if holder == "person":
        return "mailbox of a person"
    free = [reading.traits for reading in readings if "free_mail" in reading.traits]
    if holder == "role":
        return "role mailbox at a free-mail domain" if free else "role mailbox at a domain of its own"
    if free:
        role = all("role" in traits for traits in free)
        return "role mailbox at a free-mail domain" if role else "free mail of an organisation"
    return "other mailbox of an organisation"
