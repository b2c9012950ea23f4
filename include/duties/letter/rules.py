"""The completeness gate: what a notice still lacks, and where to fill it in."""

from __future__ import annotations

from collections.abc import Iterator

from include.duties.letter.model import LANGUAGES, Element, NoticeFacts
from include.duties.letter.words import words_in
from include.law import Controller, Edition
from include.law.wording import Wording

__all__ = ["controller_gaps", "missing_elements"]

Gap = tuple[Element, str]


def missing_elements(controller: Controller, edition: Edition, facts: NoticeFacts) -> tuple[str, ...]:
    """Name every element that the notice would lack, each with the fields of the profile (or of the source) to fill in.

    An entry reads `dpo: fill in dpo.email or dpo.phone`; the part before the colon is the element's code. Empty means
    that the notice may be sent (LAW 6.1). Rights, withdrawal, complaint and neutrality are in the wording itself, and
    lack nothing that is not named under another element.
    """
    gaps: dict[Element, list[str]] = {}
    for element, what in _gaps(controller, edition, facts):
        gaps.setdefault(element, []).append(what)
    return tuple(f"{element}: fill in {', '.join(gaps[element])}" for element in Element if element in gaps)


def _gaps(controller: Controller, edition: Edition, facts: NoticeFacts) -> Iterator[Gap]:
    yield from _who(controller)
    yield from _purposes(controller, facts)
    yield from _wording(Element.RETENTION, "retention", controller.retention)
    yield from _wording(Element.OBLIGATION, "obligation", controller.obligation)
    yield from _disclosure(controller)
    if facts.automated and edition.notice.tell_automated.value:
        yield from _wording(Element.AUTOMATED, "automated_decisions", controller.automated_decisions)
    yield from _extras(controller)
    yield from _case(facts)


def controller_gaps(controller: Controller) -> Iterator[Gap]:
    """Name what the profile lacks of what every notice says: who, to whom, and how to use one's rights."""
    yield from _who(controller)
    yield from _disclosure(controller)
    yield from _extras(controller)


def _who(controller: Controller) -> Iterator[Gap]:
    yield from _wording(Element.CONTROLLER, "legal_name", controller.legal_name)
    contacts = controller.contacts
    yield from _wording(Element.CONTROLLER, "contacts.address", contacts.address if contacts else None)
    if contacts is None or not (contacts.phone or contacts.email):
        yield Element.CONTROLLER, "contacts.phone or contacts.email"
    channel = controller.privacy_channel
    if channel is None or not (channel.email or channel.url):
        yield Element.PRIVACY_CHANNEL, "privacy_channel.email or privacy_channel.url"
    officer = controller.dpo
    if officer is None:
        yield Element.DPO, "dpo, or `appointed: false` in it where there is none"
    elif officer.appointed and not (officer.email or officer.phone):
        yield Element.DPO, "dpo.email or dpo.phone"


def _purposes(controller: Controller, facts: NoticeFacts) -> Iterator[Gap]:
    if not facts.purposes:
        yield Element.PURPOSE, "purposes in the source's contract"
    for code in facts.purposes:
        purpose = controller.purposes.get(code)
        yield from _wording(Element.PURPOSE, f"purposes.{code}", purpose)
        basis = purpose.legal_basis if purpose else None
        yield from _wording(Element.LEGAL_BASIS, f"purposes.{code}.legal_basis", basis)


def _disclosure(controller: Controller) -> Iterator[Gap]:
    if controller.recipients is None:
        yield Element.RECIPIENTS, "recipients, or `[]` where nobody receives the data"
    for place, party in enumerate(controller.recipients or ()):
        yield from _wording(Element.RECIPIENTS, f"recipients[{place}]", party)
        yield from _wording(Element.RECIPIENTS, f"recipients[{place}].capacity", party.capacity)
    yield from _wording(Element.RECIPIENTS, "transfers", controller.transfers)


def _extras(controller: Controller) -> Iterator[Gap]:
    """What need not be given; but what is given in one language is owed in the other too."""
    if controller.rights is not None:
        yield from _wording(Element.RIGHTS, "rights", controller.rights)
    if controller.withdrawal is not None:
        yield from _wording(Element.WITHDRAWAL, "withdrawal", controller.withdrawal)


def _case(facts: NoticeFacts) -> Iterator[Gap]:
    known = words_in("en")
    for language in LANGUAGES:
        if not facts.source_title.get(language, "").strip():
            yield Element.SOURCE, f"title.{language} in the source's contract"
    if facts.source_kind not in known.source_kinds:
        yield Element.SOURCE, f"source_kinds.{facts.source_kind} in the letter's words"
    if not facts.categories:
        yield Element.CATEGORIES, "at least one category of data held"
    for code in facts.categories:
        if code not in known.categories:
            yield Element.CATEGORIES, f"categories.{code} in the letter's words"
    if not facts.reference.strip():
        yield Element.RIGHTS, "the notice's reference"


def _wording(element: Element, field: str, wording: Wording | None) -> Iterator[Gap]:
    for language in LANGUAGES:
        if wording is None or not wording.in_(language):
            yield element, f"{field}.{language}"
