"""The nouns of use: purposes, what is known of a contact point, and the verdict with its reasons."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from include.law import Edition

__all__ = ["CHANNELS", "PURPOSES", "Facts", "Purpose", "Reason", "Use", "Verdict"]


class Reason(enum.StrEnum):
    """Why a contact point may not be used. The order is that in which they are told."""

    POINT_UNKNOWN = "point_unknown"
    PURPOSE_UNKNOWN = "purpose_unknown"
    EDITION_UNKNOWN = "edition_unknown"
    LICENCE_MISSING = "licence_missing"
    """The law of its country wants a licence for electronic marketing, and the profile names none."""
    NOT_A_CONTACT = "not_a_contact"
    UNREADABLE = "unreadable"
    CHANNEL_DOES_NOT_REACH = "channel_does_not_reach"
    CLASS_UNDETERMINED = "class_undetermined"
    NOT_FOR_BUSINESS_USE = "not_for_business_use"
    AWAITING_ASSESSMENT = "awaiting_assessment"
    NOT_AN_ENTITY = "not_an_entity"
    """The listing's name is, holds or may be a natural person's: a sole establishment is its owner (Law 1(4))."""
    PERSONAL_ELSEWHERE = "personal_elsewhere"
    """The same number or mailbox is a person's in another listing."""
    WITHDRAWN_AT_SOURCE = "withdrawn_at_source"
    BASIS_UNKNOWN = "basis_unknown"
    BASIS_EXPIRED = "basis_expired"
    PURPOSE_NOT_OF_SOURCE = "purpose_not_of_source"
    """The data was collected for other purposes (IR 4(6), 18)."""
    CONSENT_MISSING = "consent_missing"
    CONSENT_NOT_DIRECT = "consent_not_direct"
    """Somebody else than the person gave the contact, and the law wants it from the person (Law 26)."""
    CONSENT_FOR_ANOTHER_CONTACT = "consent_for_another_contact"
    OPTED_OUT_AT_SOURCE = "opted_out_at_source"
    SUPPRESSED = "suppressed"
    STOPPED = "stopped"
    OBJECTED = "objected"
    COMPLAINED = "complained"
    ACCURACY_CONTESTED = "accuracy_contested"
    RESTRICTED = "restricted"
    HARD_BOUNCE = "hard_bounce"
    OUTSIDE_SENDING_HOURS = "outside_sending_hours"


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a contact point may be used for."""

    code: str
    promotional: bool
    """Advertising and awareness (Law 25): it waits for the sending window, and may need a licence."""
    of_sources: frozenset[str]
    """Purposes of a contract, any of which covers it."""


PURPOSES: Mapping[str, Purpose] = {
    purpose.code: purpose
    for purpose in (
        Purpose("promotion", True, frozenset({"business_contact", "marketing"})),
        Purpose("service", False, frozenset({"business_contact", "account"})),
    )
}
"""Promotion, and apart from it service messages: about an account, or its security."""

CHANNELS: Mapping[str, str] = {"email": "email", "sms": "phone", "whatsapp": "phone", "phone": "phone"}
"""Channel, and the kind of contact point that it reaches. Text and WhatsApp reach mobiles alone."""


class Facts(NamedTuple):
    """All that is known of a contact point for one purpose over one channel. None is never a good sign."""

    kind: str | None = None
    number_type: str | None = None
    readable: bool | None = None
    klass: str | None = None
    permission: str | None = None
    name_class: str | None = None
    name_holds_person: bool | None = None
    elsewhere: bool | None = None
    listing_state: str | None = None
    opted_out: bool | None = None
    jurisdiction: str | None = None
    source_kind: str | None = None
    basis_case: str | None = None
    basis_expires: date | None = None
    purposes: tuple[str, ...] | None = None
    suppressed: bool | None = None
    stopped: bool | None = None
    restrictions: tuple[str, ...] | None = None
    bounced: bool | None = None
    consent: str | None = None
    """The latest action: asked, granted, refused, withdrawn, expired."""
    provenance: str | None = None
    consent_is_for_it: bool | None = None
    """Whether the grant names this very contact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What somebody wants to do with contact points."""

    purpose: Purpose | None
    """None for one that nobody knows."""
    at: datetime
    channel: str | None
    """None, where a list is made: whatever reaches the point."""
    sending: bool
    """Whether it happens now, or a list is made of what may be used from now on."""
    editions: Mapping[str, Edition]
    """The edition in force at `at`, by jurisdiction."""
    licensed: frozenset[str] = frozenset()
    """Jurisdictions whose licence for electronic marketing the controller holds."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a contact point may be used, and everything that speaks against it."""

    point_id: int
    allowed: bool
    reasons: tuple[Reason, ...] = ()
