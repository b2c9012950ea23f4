"""What the authority's report says, in both languages, whole or not at all (IR 24(1)-(2)): a pure reading of facts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from include.documents import Language
from include.duties.breach.model import (
    REGISTER,
    Deferral,
    Delay,
    Element,
    Incident,
    IncompleteReport,
    Kind,
    Reason,
    Unfit,
)
from include.duties.breach.rules import BLOCKS, DEFERRABLE
from include.duties.breach.scoping import Scope
from include.duties.breach.words import LANGUAGES, Words, label_of, words_in
from include.duties.letter.dates import moment
from include.law import Controller, Edition

__all__ = [
    "Facts",
    "Filed",
    "Told",
    "compose",
    "contacts_of",
    "data_of",
    "destroyed_of",
    "hash_of",
    "subjects_of",
    "when_of",
]

Texts = Mapping[str, Mapping[str, str]]
Value = str | list[str]


@dataclass(frozen=True, slots=True)
class Told:
    """How far telling the people concerned has come."""

    people: int = 0
    told: int = 0
    unreachable: int = 0
    done: bool = False
    against: tuple[str, ...] = ()
    """The reasons for which they are not told."""


@dataclass(frozen=True, slots=True)
class Filed:
    """An earlier report of the incident, by which the authority knows what a supplement belongs to."""

    number: int
    reference: str
    """The authority's own."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a report is made of."""

    incident: Incident
    number: int
    """0 for the first report."""
    scope: Scope
    said: Texts = field(repr=False)
    """What an officer wrote, by element and language."""
    told: Told
    controller: Controller = field(repr=False)
    edition: Edition
    at: datetime
    deferred: Mapping[str, str] = field(default_factory=dict)
    """What comes later: element to `Deferral`."""
    owed: tuple[str, ...] = ()
    """What the reports before this one left open."""
    filed: tuple[Filed, ...] = ()
    """The reports before this one."""
    delays: tuple[str, ...] = ()
    """Why it, or a detail of it, is late: `Delay`."""

    @property
    def late(self) -> bool:
        """Whether the first report comes after its time."""
        due = self.incident.due_at
        return self.number == 0 and due is not None and self.at > due


def compose(facts: Facts) -> dict[str, Any]:
    """Write a report's content, the same for the same facts.

    Raises IncompleteReport naming each element that is neither there nor deferred with a reason, and `delay` where it
    is late, or brings what was owed, without reasons in both languages; Unfit for a reason that there is not, and for
    an element that cannot be deferred.
    """
    _see_that_reasons_are_some(facts)
    elements = {element: _in_both(element, facts) for element in Element if element not in facts.deferred}
    missing = [element.value for element, value in elements.items() if value is None]
    why_late = facts.late or bool(facts.owed)
    if why_late and not (facts.delays and _written("delay", facts)):
        missing.append("delay")
    if missing:
        raise IncompleteReport("the report", tuple(missing))
    about = facts.incident
    return {
        "version": 1, "report": about.reference, "number": facts.number, "rehearsal": about.rehearsal,
        "edition": facts.edition.name, "law": facts.edition.law.model_dump(),
        "authority": facts.edition.authority.name.model_dump(), "known_at": _iso(about.known_at),
        "due_at": _iso(about.due_at), "late": facts.late,
        "filed": [{"number": each.number, "reference": each.reference, "at": _iso(each.at)} for each in facts.filed],
        "elements": {
            element.value: {"block": BLOCKS[element].value, "article": f"IR 24(1)({BLOCKS[element].value})", **value}
            for element, value in elements.items() if value is not None
        },
        "deferred": dict(sorted(facts.deferred.items())),
        "supplied": sorted(set(facts.owed) - set(facts.deferred)),
        "delays": list(facts.delays) if why_late else [],
        "delay": _written("delay", facts) if why_late else None,
    }  # fmt: skip


def hash_of(content: Mapping[str, Any]) -> bytes:
    """Hash what a report says: what is approved and filed is known by it."""
    whole = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(whole.encode()).digest()


def when_of(about: Incident, zone: ZoneInfo, language: Language) -> str:
    """Say when it happened."""
    words, began = words_in(language), moment(about.began_at, zone, language)
    if about.ended_at is None:
        return words.when_open.format(began=began)
    return words.when.format(began=began, ended=moment(about.ended_at, zone, language))


def data_of(scope: Scope, language: Language) -> list[str]:
    """Name the types of data, each with its system and how many people, or records, it was held of."""
    words, said = words_in(language), list[str]()
    for line in scope.lines:
        if line.category in ("people", "destroyed_since", "unmapped", "away"):
            continue
        number = line.people if line.people is not None else line.records
        form = words.of_people if line.people is not None else words.of_records
        where = words.own_register if line.system == REGISTER else f"{line.system}.{line.table}"
        counted = form.format(people=f"{number:,}", records=f"{number:,}")
        said.append(words.data_type.format(label=label_of(line.category, words), system=where, people=counted))
    return said


def subjects_of(facts: Facts, language: Language) -> list[str] | None:
    """Say how many people it concerns: by count, and by estimate where a system could not be counted; None unknown."""
    words, about, scope = words_in(language), facts.incident, facts.scope
    if about.scoped_at is None or (scope.uncounted and about.estimate is None):
        return None
    until = moment(about.until, facts.edition.zone, language)
    said = []
    if set(about.systems) - set(scope.uncounted):
        said.append(words.subjects.format(until=until, people=f"{scope.people:,}"))
        said += destroyed_of(scope, words)
    if about.estimate is not None:
        said.append(words.estimated.format(people=f"{about.estimate:,}"))
    if scope.uncounted:
        said.append(words.unmapped.format(systems=", ".join(scope.uncounted)))
    return said


def destroyed_of(scope: Scope, words: Words) -> list[str]:
    """Say how many were destroyed since, system by system; the same person may be in several."""
    gone = {system: people for system, people in scope.destroyed_by_system.items() if people}
    if not gone:
        return [words.destroyed["none"]]
    each = [
        words.destroyed["in_system"].format(system=words.own_register if system == REGISTER else system,
                                            people=f"{people:,}")
        for system, people in gone.items()
    ]  # fmt: skip
    at_least = words.destroyed["distinct"].format(people=f"{scope.destroyed_since:,}")
    return [words.destroyed["by_system"], *each, *([at_least] if len(gone) > 1 else [])]


def contacts_of(controller: Controller, language: Language) -> list[str] | None:
    """Say whom to ask: the controller and its officer, with name, mailbox and number; None where one is missing."""
    words, contacts, dpo, name = words_in(language), controller.contacts, controller.dpo, controller.legal_name
    address = contacts.address.in_(language) if contacts and contacts.address else None
    parts = (name.in_(language) if name else None, address, contacts and contacts.phone, contacts and contacts.email)
    if not all(parts):
        return None
    said = [str(part) for part in parts]
    if dpo is not None and not dpo.appointed:
        return said
    if dpo is None or not (dpo.name and dpo.email and dpo.phone):
        return None
    return [*said, words.contact["dpo"].format(name=dpo.name), dpo.phone, dpo.email]


def _in_both(element: Element, facts: Facts) -> dict[str, Value] | None:
    said = {language: _value(element, facts, language) for language in LANGUAGES}
    return {language: value for language, value in said.items() if value} if all(said.values()) else None


def _value(element: Element, facts: Facts, language: Language) -> Value | None:
    about, words, zone = facts.incident, words_in(language), facts.edition.zone
    match element:
        case Element.DESCRIPTION:
            return _described(facts, words, language)
        case Element.WHEN:
            return when_of(about, zone, language)
        case Element.KNOWN:
            found, known = moment(about.discovered_at, zone, language), moment(about.known_at, zone, language)
            return words.known.format(discovered=found, known=known)
        case Element.CATEGORIES:
            return _categories(about, words) if about.scoped_at else None
        case Element.SUBJECTS:
            return subjects_of(facts, language)
        case Element.DATA_TYPES:
            return _data_types(facts, words, language)
        case Element.PEOPLE_TOLD:
            return _told(facts, words, language)
        case Element.CONTACT:
            return contacts_of(facts.controller, language)
        case _:
            return facts.said.get(element.value, {}).get(language)


def _described(facts: Facts, words: Words, language: Language) -> Value | None:
    written, about = facts.said.get("description", {}).get(language), facts.incident
    if not written:
        return None
    kind = words.kinds[Kind(about.kind)]
    where = words.at_processor.format(kind=kind, processor=about.processor) if about.processor else kind
    return [where, written]


def _data_types(facts: Facts, words: Words, language: Language) -> list[str] | None:
    """Name what was counted; what a system holds that nobody could count is an officer's word, or still missing."""
    counted, written = data_of(facts.scope, language), facts.said.get("data_types", {}).get(language)
    if written:
        return [*counted, written]
    if facts.incident.scoped_at is None or facts.scope.uncounted:
        return None
    return counted or [words.no_data]


def _categories(about: Incident, words: Words) -> list[str]:
    return [
        words.categories["register"] if system == REGISTER else words.categories["system"].format(system=system)
        for system in about.systems
    ]


def _told(facts: Facts, words: Words, language: Language) -> str:
    told, about = facts.told, facts.incident
    if told.against:
        reasons = "; ".join(words.reasons[Reason(reason)] for reason in told.against)
        return words.people_told["not"].format(reasons=reasons)
    counts = {name: f"{getattr(told, name):,}" for name in ("people", "told", "unreachable")}
    if told.done or told.told:
        return words.people_told["told" if told.done else "begun"].format(**counts)
    if about.people_due_at is None or facts.at > about.people_due_at:
        return words.people_told["will_soon"]
    return words.people_told["will"].format(by=moment(about.people_due_at, facts.edition.zone, language))


def _written(element: str, facts: Facts) -> dict[str, str] | None:
    said = facts.said.get(element, {})
    return {language: said[language] for language in LANGUAGES} if all(said.get(each) for each in LANGUAGES) else None


def _see_that_reasons_are_some(facts: Facts) -> None:
    if never := [each for each in facts.deferred if each not in {*DEFERRABLE}]:
        raise Unfit(f"these elements cannot come later: {', '.join(sorted(never))}")
    if not set(facts.deferred.values()) <= {*Deferral}:
        raise Unfit(f"an element comes later because of {', '.join(Deferral)}")
    if not set(facts.delays) <= {*Delay}:
        raise Unfit(f"a delay has one or more of the reasons {', '.join(Delay)}")


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat(timespec="seconds") if instant else None
