"""The completeness gate: no notice goes out that lacks an element of the law, and each gap is named with its place."""

from __future__ import annotations

from typing import Any

import pytest
from notice_case import controller, edition, facts

from include.duties.letter import Element, IncompleteNotice, missing_elements, render, short_text
from include.intake.contracts import FIELDS
from include.law import Controller


def gaps(profile: Controller, **changes: Any) -> dict[str, str]:
    found = missing_elements(profile, edition(), facts(**changes))
    return {element: what for element, _, what in (entry.partition(": ") for entry in found)}


def test_a_complete_profile_lacks_nothing() -> None:
    assert missing_elements(controller(), edition(), facts()) == ()


@pytest.mark.parametrize(
    ("without", "element", "field"),
    [
        ("legal_name", Element.CONTROLLER, "legal_name.ar, legal_name.en"),
        ("legal_name.ar", Element.CONTROLLER, "legal_name.ar"),
        ("legal_name.en", Element.CONTROLLER, "legal_name.en"),
        ("contacts", Element.CONTROLLER, "contacts.phone or contacts.email"),
        ("contacts.address", Element.CONTROLLER, "contacts.address.ar, contacts.address.en"),
        ("contacts.address.en", Element.CONTROLLER, "contacts.address.en"),
        ("privacy_channel", Element.PRIVACY_CHANNEL, "privacy_channel.email or privacy_channel.url"),
        ("dpo", Element.DPO, "appointed: false"),
        ("purposes.business_contact", Element.PURPOSE, "purposes.business_contact.ar"),
        ("purposes.business_contact.en", Element.PURPOSE, "purposes.business_contact.en"),
        ("purposes.register_upkeep.legal_basis", Element.LEGAL_BASIS, "purposes.register_upkeep.legal_basis.ar"),
        ("purposes.register_upkeep.legal_basis.en", Element.LEGAL_BASIS, "purposes.register_upkeep.legal_basis.en"),
        ("retention", Element.RETENTION, "retention.ar, retention.en"),
        ("retention.ar", Element.RETENTION, "retention.ar"),
        ("obligation", Element.OBLIGATION, "obligation.ar, obligation.en"),
        ("obligation.en", Element.OBLIGATION, "obligation.en"),
        ("recipients", Element.RECIPIENTS, "recipients, or `[]`"),
        ("recipients.0.en", Element.RECIPIENTS, "recipients[0].en"),
        ("recipients.0.capacity", Element.RECIPIENTS, "recipients[0].capacity.ar"),
        ("transfers", Element.RECIPIENTS, "transfers.ar, transfers.en"),
        ("automated_decisions", Element.AUTOMATED, "automated_decisions.ar, automated_decisions.en"),
        ("automated_decisions.en", Element.AUTOMATED, "automated_decisions.en"),
    ],
)
def test_each_missing_element_is_named_with_the_field_to_fill_in_and_blocks(
    without: str, element: Element, field: str
) -> None:
    profile = controller(without)
    found = gaps(profile)
    assert element in found
    assert field in found[element]
    assert found[element].startswith("fill in ")
    assert found.keys() <= {element, Element.LEGAL_BASIS} if without.startswith("purposes") else {element} == set(found)
    for write in (render, short_text):
        with pytest.raises(IncompleteNotice, match=str(element)):
            write(profile, edition(), facts())


@pytest.mark.parametrize(
    ("changes", "element", "field"),
    [
        ({"contacts": {"address": {"ar": "ا", "en": "A"}}}, Element.CONTROLLER, "contacts.phone or contacts.email"),
        ({"privacy_channel": {"phone": "+966 11 000 0002"}}, Element.PRIVACY_CHANNEL, "privacy_channel.email"),
        ({"dpo": {"name": "مكتب"}}, Element.DPO, "dpo.email or dpo.phone"),
        ({"legal_name": {"ar": "  ", "en": "A"}}, Element.CONTROLLER, "legal_name.ar"),
        ({"rights": {"en": "or at our office"}}, Element.RIGHTS, "rights.ar"),
        ({"withdrawal": {"ar": "أو هاتفيًا"}}, Element.WITHDRAWAL, "withdrawal.en"),
    ],
)
def test_what_is_given_by_half_is_missing_too(changes: dict[str, Any], element: Element, field: str) -> None:
    assert field in gaps(controller(**changes))[element]


@pytest.mark.parametrize(
    ("changes", "element", "what"),
    [
        ({"source_title": {"ar": "دليل"}}, Element.SOURCE, "title.en in the source's contract"),
        ({"source_title": {"ar": " ", "en": "A"}}, Element.SOURCE, "title.ar in the source's contract"),
        ({"source_kind": "rumour"}, Element.SOURCE, "source_kinds.rumour"),
        ({"categories": ()}, Element.CATEGORIES, "at least one category"),
        ({"categories": ("phone", "shoe_size")}, Element.CATEGORIES, "categories.shoe_size"),
        ({"purposes": ()}, Element.PURPOSE, "purposes in the source's contract"),
        ({"purposes": ("unknown",)}, Element.PURPOSE, "purposes.unknown.ar"),
        ({"reference": " "}, Element.RIGHTS, "reference"),
    ],
)
def test_a_case_without_its_facts_is_incomplete(changes: dict[str, Any], element: Element, what: str) -> None:
    assert what in gaps(controller(), **changes)[element]


def test_no_officer_is_an_answer_and_no_recipients_are_one_too() -> None:
    assert gaps(controller(dpo={"appointed": False}, recipients=[])) == {}


def test_where_no_machine_decided_nothing_need_be_said_about_machines() -> None:
    assert gaps(controller("automated_decisions"), automated=False) == {}


def test_an_empty_profile_names_everything_that_only_the_controller_knows() -> None:
    assert set(gaps(Controller())) == {
        Element.CONTROLLER,
        Element.PRIVACY_CHANNEL,
        Element.DPO,
        Element.LEGAL_BASIS,
        Element.PURPOSE,
        Element.RETENTION,
        Element.OBLIGATION,
        Element.RECIPIENTS,
        Element.AUTOMATED,
    }


def test_every_field_and_kind_that_we_collect_has_words_in_the_letter() -> None:
    kinds = ("phone", "email", "address", "website", "person")
    assert gaps(controller(), categories=(*FIELDS, *kinds)) == {}
    for kind in ("public_directory", "register", "partner", "agent"):
        assert gaps(controller(), source_kind=kind) == {}
