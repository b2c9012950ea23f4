"""What one language of the letter says: the values that its words are filled with, and the parts that come of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from include.duties.letter.bidi import Link, Mail, Number, marked_line
from include.duties.letter.dates import complaint_period, day, moment, request_period
from include.duties.letter.model import NoticeFacts
from include.duties.letter.words import words_in
from include.law import Controller, Edition
from include.law.wording import Wording

__all__ = ["Part", "Run", "SectionText", "about_controller", "runs_of", "values"]


@dataclass(frozen=True, slots=True)
class Run:
    """Lines of one kind that follow each other: paragraphs, or items of a list."""

    items: bool
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SectionText:
    """A heading with what stands under it."""

    heading: str
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One language of the letter, filled in."""

    language: str
    direction: str
    title: str
    opening: tuple[str, ...]
    sections: tuple[SectionText, ...]
    closing: str

    def marked(self, line: str) -> str:
        """Give a line of plain text the mark that its direction needs."""
        return marked_line(line, self.direction)

    @property
    def side(self) -> str:
        """Where its lines begin."""
        return "right" if self.direction == "rtl" else "left"

    @property
    def far_side(self) -> str:
        """Where its lines end."""
        return "left" if self.direction == "rtl" else "right"

    @property
    def font(self) -> str:
        """Fonts that the common systems have; Arabic ones first where they are needed."""
        arabic = "'Segoe UI','Geeza Pro','Noto Sans Arabic','Noto Naskh Arabic',Tahoma,Arial,sans-serif"
        return arabic if self.direction == "rtl" else "'Segoe UI','Helvetica Neue',Arial,sans-serif"

    @property
    def size(self) -> str:
        """Arabic letters are small for their size."""
        return "17px" if self.direction == "rtl" else "15px"

    @property
    def leading(self) -> str:
        """And they need room above and below."""
        return "1.75" if self.direction == "rtl" else "1.55"


def runs_of(lines: Iterable[str]) -> tuple[Run, ...]:
    """Group lines into paragraphs and lists; an item begins with `- `."""
    kept = (line.strip() for line in lines)
    groups = groupby((line for line in kept if line), key=lambda line: line.startswith("- "))
    return tuple(Run(items, tuple(line.removeprefix("- ") for line in group)) for items, group in groups)


def values(controller: Controller, edition: Edition, facts: NoticeFacts, language: str) -> dict[str, Any]:
    """Gather what the words of one language are filled with. Everything that the gate asks for must be there."""
    return {
        **about_controller(controller, language),
        **_about_case(controller, edition, facts, language),
        **_about_law(controller, edition, facts, language),
    }


def about_controller(controller: Controller, language: str) -> dict[str, Any]:
    """Gather what the words are filled with of the controller's profile, in one language."""
    contacts, privacy, officer = controller.contacts, controller.privacy_channel, controller.dpo
    assert contacts
    assert privacy
    assert officer
    assert controller.transfers
    return {
        "legal_name": _said(controller.legal_name, language),
        "registration": Number(controller.registration or ""),
        "address": _said(contacts.address, language),
        "contacts": {"phone": Number(contacts.phone or ""), "email": Mail(contacts.email or "")},
        "privacy": {
            "email": Mail(privacy.email or ""),
            "url": Link(privacy.url or ""),
            "phone": Number(privacy.phone or ""),
        },
        "dpo": {
            "appointed": officer.appointed,
            "name": officer.name or "",
            "email": Mail(officer.email or ""),
            "phone": Number(officer.phone or ""),
        },
        "policy": Link(controller.policy or ""),
        "retention": _sentence(controller.retention, language),
        "obligation": _sentence(controller.obligation, language),
        "rights_more": _sentence(controller.rights, language),
        "withdrawal_more": _sentence(controller.withdrawal, language),
        "automated_decisions": _sentence(controller.automated_decisions, language),
        "outside": controller.transfers.outside,
        "transfers": _sentence(controller.transfers, language),
        "recipients": [
            {"name": _capital(_said(party, language)), "capacity": _said(party.capacity, language)}
            for party in controller.recipients or ()
        ],
    }


def _about_case(controller: Controller, edition: Edition, facts: NoticeFacts, language: str) -> dict[str, Any]:
    words = words_in(language)
    purposes = [controller.purposes[code] for code in facts.purposes]
    return {
        "reference": Number(facts.reference),
        "source_title": facts.source_title[language],
        "source_kind": words.source_kinds[facts.source_kind],
        "received_on": day(facts.received_at, edition.zone, language),
        "answer_by": moment(facts.answer_by or facts.due_at, edition.zone, language),
        "asked": [_said(controller.purposes[code], language) for code in facts.asked],
        "page": Link(facts.page or ""),
        "categories": [words.categories[code] for code in dict.fromkeys(facts.categories)],
        "purposes": [
            {"text": _said(purpose, language), "legal_basis": _said(purpose.legal_basis, language)}
            for purpose in purposes
        ],
    }


def _about_law(controller: Controller, edition: Edition, facts: NoticeFacts, language: str) -> dict[str, Any]:
    requests = edition.requests
    return {
        "law": edition.law.in_(language),
        "authority": edition.authority.name.in_(language),
        "authority_url": Link(edition.authority.url or ""),
        "complaint_period": complaint_period(edition, language),
        "answer_period": request_period(edition, language),
        "extension": bool(requests.extension_days or requests.extension_months),
        "free": requests.fee.value == 0,
        "blocked": edition.routing.personal.value.permission == "blocked",
        "automated": facts.automated and bool(_said(controller.automated_decisions, language)),
    }


def _said(wording: Wording | None, language: str) -> str:
    return (wording.in_(language) or "") if wording else ""


def _sentence(wording: Wording | None, language: str) -> str:
    """Let what the profile says in a clause stand as a sentence."""
    said = _said(wording, language)
    if not said:
        return said
    return _capital(said) + ("" if said[-1] in ".!?؟…:" else ".")


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]
