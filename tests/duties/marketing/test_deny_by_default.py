"""Nothing is used unless every fact is known and good: missing, unknown or bad, each alone denies."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as some

from include.duties.marketing import PURPOSES, Reason
from include.duties.marketing.gate import editions_at
from include.duties.marketing.model import Facts, Use
from include.duties.marketing.rules import against
from include.intake.contracts import Contract

NOON = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
GOOD = Facts(
    kind="email",
    readable=True,
    klass="business",
    permission="business_use",
    name_class="organisation",
    name_holds_person=False,
    elsewhere=False,
    listing_state="active",
    opted_out=False,
    jurisdiction="sa",
    source_kind="public_directory",
    basis_case="public_source",
    purposes=("business_contact",),
    suppressed=False,
    stopped=False,
    restrictions=(),
    bounced=False,
)
PERSON = GOOD._replace(
    klass="personal",
    permission="blocked",
    name_class="person",
    consent="granted",
    provenance="direct_from_subject",
    consent_is_for_it=True,
)
USE = Use(purpose=PURPOSES["promotion"], at=NOON, channel="email", sending=True, editions=editions_at(NOON))
NEEDED_OF_A_BUSINESS = set(GOOD._fields) - {
    "number_type",
    "basis_expires",
    "consent",
    "provenance",
    "consent_is_for_it",
}
NEEDED_OF_A_PERSON = {
    *("kind", "readable", "klass", "opted_out", "jurisdiction", "suppressed", "stopped", "restrictions", "bounced"),
    *("consent", "provenance", "consent_is_for_it"),
}
SWITCHES = {"blanket_grant", "prior_dealing_exception", "requires_consent"}
BAD: list[tuple[dict[str, Any], Reason]] = [
    ({"kind": "website"}, Reason.NOT_A_CONTACT),
    ({"readable": False}, Reason.UNREADABLE),
    ({"klass": "undetermined"}, Reason.CLASS_UNDETERMINED),
    ({"klass": "personal"}, Reason.CONSENT_MISSING),
    ({"permission": "blocked"}, Reason.NOT_FOR_BUSINESS_USE),
    ({"permission": "awaiting_assessment"}, Reason.AWAITING_ASSESSMENT),
    ({"permission": "opted_out_at_source"}, Reason.OPTED_OUT_AT_SOURCE),
    ({"name_class": "person"}, Reason.NOT_AN_ENTITY),
    ({"name_class": "undetermined"}, Reason.NOT_AN_ENTITY),
    ({"name_holds_person": True}, Reason.NOT_AN_ENTITY),
    ({"elsewhere": True}, Reason.PERSONAL_ELSEWHERE),
    ({"listing_state": "withdrawn"}, Reason.WITHDRAWN_AT_SOURCE),
    ({"opted_out": True}, Reason.OPTED_OUT_AT_SOURCE),
    ({"jurisdiction": "xx"}, Reason.EDITION_UNKNOWN),
    ({"jurisdiction": "eg"}, Reason.LICENCE_MISSING),
    ({"basis_case": "because"}, Reason.BASIS_UNKNOWN),
    ({"source_kind": "partner"}, Reason.BASIS_UNKNOWN),
    ({"source_kind": "hearsay"}, Reason.BASIS_UNKNOWN),
    ({"basis_expires": date(2026, 3, 1)}, Reason.BASIS_EXPIRED),
    ({"purposes": ("research",)}, Reason.PURPOSE_NOT_OF_SOURCE),
    ({"purposes": ()}, Reason.PURPOSE_NOT_OF_SOURCE),
    ({"suppressed": True}, Reason.SUPPRESSED),
    ({"stopped": True}, Reason.STOPPED),
    ({"restrictions": ("objection",)}, Reason.OBJECTED),
    ({"restrictions": ("complaint",)}, Reason.COMPLAINED),
    ({"restrictions": ("contested_accuracy",)}, Reason.ACCURACY_CONTESTED),
    ({"restrictions": ("something_new",)}, Reason.RESTRICTED),
    ({"bounced": True}, Reason.HARD_BOUNCE),
]
BAD_OF_A_PERSON: list[tuple[dict[str, Any], Reason]] = [
    ({"consent": "asked"}, Reason.CONSENT_MISSING),
    ({"consent": "refused"}, Reason.CONSENT_MISSING),
    ({"consent": "withdrawn"}, Reason.CONSENT_MISSING),
    ({"consent": "expired"}, Reason.CONSENT_MISSING),
    ({"provenance": "directory"}, Reason.CONSENT_NOT_DIRECT),
    ({"provenance": "other_system"}, Reason.CONSENT_NOT_DIRECT),
    ({"consent_is_for_it": False}, Reason.CONSENT_FOR_ANOTHER_CONTACT),
]


def test_a_business_mailbox_about_which_all_is_known_and_good_may_be_used() -> None:
    assert against(GOOD, USE) == ()


def test_a_person_who_gave_this_very_contact_themselves_may_be_written_to() -> None:
    assert against(PERSON, USE) == ()


@pytest.mark.parametrize(("changes", "reason"), BAD, ids=str)
def test_one_bad_fact_denies_and_says_so(changes: dict[str, Any], reason: Reason) -> None:
    assert reason in against(GOOD._replace(**changes), USE)


@pytest.mark.parametrize(("changes", "reason"), BAD_OF_A_PERSON, ids=str)
def test_a_person_is_not_written_to_without_their_own_consent(changes: dict[str, Any], reason: Reason) -> None:
    assert against(PERSON._replace(**changes), USE) == (reason,)


@given(missing=some.sets(some.sampled_from(sorted(NEEDED_OF_A_BUSINESS)), min_size=1))
def test_whatever_is_missing_of_a_business_denies(missing: set[str]) -> None:
    assert against(GOOD._replace(**dict.fromkeys(missing)), USE)


@given(missing=some.sets(some.sampled_from(sorted(NEEDED_OF_A_PERSON)), min_size=1))
def test_whatever_is_missing_of_a_person_denies(missing: set[str]) -> None:
    assert against(PERSON._replace(**dict.fromkeys(missing)), USE)


WORDS = {
    *("kind", "klass", "permission", "name_class", "listing_state", "jurisdiction", "basis_case", "source_kind"),
}


@given(field=some.sampled_from(sorted(WORDS)), word=some.text(max_size=12))
def test_a_word_that_nobody_knows_denies(field: str, word: str) -> None:
    known = {
        "kind": {"email"},
        "basis_case": set(USE.editions["sa"].sources.cases.value),  # type: ignore[union-attr]
        "source_kind": {"public_directory", "register"},
    }
    if word in known.get(field, {getattr(GOOD, field)}) or (field == "jurisdiction" and word in USE.editions):
        return
    assert against(GOOD._replace(**{field: word}), USE)


@pytest.mark.parametrize("kind", get_args(Contract.model_fields["kind"].annotation))
def test_every_kind_of_source_that_a_contract_may_name_is_known(kind: str) -> None:
    assert against(GOOD._replace(source_kind=kind, basis_expires=date(2027, 1, 1)), USE) == ()


@pytest.mark.parametrize("jurisdiction", ["sa", "eg", "ae", "eu"])
def test_a_kind_of_source_that_nobody_knows_denies_under_every_law(jurisdiction: str) -> None:
    unknown = GOOD._replace(source_kind="hearsay", jurisdiction=jurisdiction)
    assert Reason.BASIS_UNKNOWN in against(unknown, USE)


@pytest.mark.parametrize("loosened", [{"blanket_grant"}, {"prior_dealing_exception"}, {"requires_consent"}, SWITCHES])
@pytest.mark.parametrize("facts", [PERSON._replace(consent=None, provenance=None), PERSON._replace(consent="refused")])
def test_no_switch_of_an_edition_opens_a_persons_contact_without_their_consent(
    facts: Facts, loosened: set[str]
) -> None:
    edition = USE.editions["sa"]
    rules = {name: getattr(edition.marketing, name) for name in loosened}
    turned = {name: rule.model_copy(update={"value": not rule.value}) for name, rule in rules.items()}
    loose = edition.model_copy(update={"marketing": edition.marketing.model_copy(update=turned)})
    assert Reason.CONSENT_MISSING in against(facts, replace(USE, editions={"sa": loose}))


FACTS = some.builds(
    Facts,
    kind=some.sampled_from([None, "email", "phone", "person", "?"]),
    number_type=some.sampled_from([None, "mobile", "fixed_line", "?"]),
    readable=some.sampled_from([None, True, False]),
    klass=some.sampled_from([None, "business", "personal", "undetermined", "?"]),
    permission=some.sampled_from([None, "business_use", "blocked", "awaiting_assessment", "opted_out_at_source", "?"]),
    name_class=some.sampled_from([None, "organisation", "person", "undetermined"]),
    name_holds_person=some.sampled_from([None, True, False]),
    elsewhere=some.sampled_from([None, True, False]),
    listing_state=some.sampled_from([None, "active", "withdrawn"]),
    opted_out=some.sampled_from([None, True, False]),
    jurisdiction=some.sampled_from([None, "sa", "eg", "?"]),
    source_kind=some.sampled_from([None, "public_directory", "partner", "?"]),
    basis_case=some.sampled_from([None, "public_source", "?"]),
    basis_expires=some.sampled_from([None, date(2026, 1, 1), date(2027, 1, 1)]),
    purposes=some.sampled_from([None, (), ("business_contact",), ("research",)]),
    suppressed=some.sampled_from([None, True, False]),
    stopped=some.sampled_from([None, True, False]),
    restrictions=some.sampled_from([None, (), ("objection",), ("?",)]),
    bounced=some.sampled_from([None, True, False]),
    consent=some.sampled_from([None, "granted", "asked", "refused", "withdrawn", "expired"]),
    provenance=some.sampled_from([None, "direct_from_subject", "directory", "other_system"]),
    consent_is_for_it=some.sampled_from([None, True, False]),
)


@given(
    facts=FACTS,
    purpose=some.sampled_from([None, *PURPOSES.values()]),
    channel=some.sampled_from([None, "email", "sms", "?"]),
)
def test_what_is_allowed_is_a_business_by_its_basis_or_a_person_by_their_consent(
    facts: Facts, purpose: Any, channel: str | None
) -> None:
    if against(facts, replace(USE, purpose=purpose, channel=channel)):
        return
    assert purpose is not None
    assert (facts.suppressed, facts.stopped, facts.restrictions, facts.bounced) == (False, False, (), False)
    assert (facts.readable, facts.opted_out, facts.jurisdiction) == (True, False, "sa")
    assert (facts.kind, channel) in {("email", "email"), ("phone", "sms")}
    if facts.klass == "business":
        assert (facts.permission, facts.name_class, facts.elsewhere) == ("business_use", "organisation", False)
        assert (facts.listing_state, facts.basis_case) == ("active", "public_source")
        assert facts.purposes == ("business_contact",)
    else:
        assert (facts.klass, facts.consent, facts.provenance) == ("personal", "granted", "direct_from_subject")
        assert facts.consent_is_for_it is True


@pytest.mark.parametrize("hours", [-4, 10, 12])
def test_promotion_waits_for_the_hours_of_sending_and_a_service_message_does_not(hours: int) -> None:
    night = replace(USE, at=NOON + timedelta(hours=hours))
    assert against(GOOD, night) == (Reason.OUTSIDE_SENDING_HOURS,)
    assert against(GOOD, replace(night, purpose=PURPOSES["service"])) == ()
    assert against(GOOD, replace(night, sending=False)) == (), "a list may be made at night"


def test_an_unknown_purpose_channel_or_point_is_denied() -> None:
    assert Reason.PURPOSE_UNKNOWN in against(GOOD, replace(USE, purpose=None))
    assert against(GOOD, replace(USE, channel="pigeon")) == (Reason.CHANNEL_DOES_NOT_REACH,)
    assert against(GOOD, replace(USE, channel=None)) == (Reason.CHANNEL_DOES_NOT_REACH,)
    assert against(GOOD, replace(USE, channel=None, sending=False)) == ()
    assert against(Facts(), USE) == (Reason.POINT_UNKNOWN,)


def test_a_text_message_reaches_a_mobile_and_no_switchboard() -> None:
    phone = GOOD._replace(kind="phone", number_type="mobile")
    assert against(phone, replace(USE, channel="sms")) == ()
    landline = phone._replace(number_type="fixed_line")
    assert against(landline, replace(USE, channel="sms")) == (Reason.CHANNEL_DOES_NOT_REACH,)


def test_where_the_law_wants_a_licence_it_has_to_be_held() -> None:
    there = GOOD._replace(jurisdiction="eg")
    assert Reason.LICENCE_MISSING in against(there, USE)
    assert Reason.LICENCE_MISSING not in against(there, replace(USE, licensed=frozenset({"eg"})))
    assert Reason.LICENCE_MISSING not in against(there, replace(USE, purpose=PURPOSES["service"]))
