"""What speaks against a use: pure, and the only place that says so. What is not known speaks against it too."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from include.channels import is_open
from include.duties.marketing.model import CHANNELS, Facts, Reason, Use
from include.intake.contracts import Contract
from include.law import Edition

__all__ = ["against"]

Check = Callable[[Facts, Use], bool]
RESTRICTIONS = {
    "objection": Reason.OBJECTED,
    "complaint": Reason.COMPLAINED,
    "contested_accuracy": Reason.ACCURACY_CONTESTED,
    "restriction": Reason.RESTRICTED,
}


def against(facts: Facts, use: Use) -> tuple[Reason, ...]:
    """Name everything that speaks against a use, in the order of `Reason`; nothing does where it is allowed.

    A business point needs its source's basis and purposes (policy 2d), a person's needs their consent for this purpose
    and channel, and by a strict edition from themselves (Law 25, 26; IR 28, 29). A point that nobody decided about is
    used for nothing. Suppression, stops and restrictions hold for both. An edition's `requires_consent`,
    `prior_dealing_exception` and `blanket_grant` loosen nothing here: no source holds a dealing or an account.
    """
    if facts.kind is None:
        return (Reason.POINT_UNKNOWN,)
    checks = ALWAYS | (BUSINESS if facts.klass == "business" else PERSONAL if facts.klass == "personal" else NOBODYS)
    found = {reason for reason, stands in checks.items() if stands(facts, use)} | _restrictions(facts)
    return tuple(reason for reason in Reason if reason in found)


def _edition(facts: Facts, use: Use) -> Edition | None:
    return use.editions.get(facts.jurisdiction or "")


def _unlicensed(facts: Facts, use: Use) -> bool:
    edition, promotional = _edition(facts, use), use.purpose is None or use.purpose.promotional
    wanted = edition is None or edition.marketing.licence_required.value
    return promotional and wanted and facts.jurisdiction not in use.licensed


def _unreached(facts: Facts, use: Use) -> bool:
    if use.channel is None:
        return use.sending
    if CHANNELS.get(use.channel) != facts.kind:
        return True
    return use.channel in ("sms", "whatsapp") and facts.number_type != "mobile"


SOURCES = frozenset(get_args(Contract.model_fields["kind"].annotation))
"""The kinds of source that a contract may name."""


def _basis_unknown(facts: Facts, use: Use) -> bool:
    edition = _edition(facts, use)
    if facts.source_kind not in SOURCES:
        return True
    if edition is None or edition.sources.cases is None or facts.basis_case not in edition.sources.cases.value:
        return edition is None or edition.sources.cases is not None or not facts.basis_case
    needs_end = facts.source_kind in edition.sources.proof_expires.value
    return needs_end and facts.basis_expires is None


def _basis_expired(facts: Facts, use: Use) -> bool:
    edition = _edition(facts, use)
    if facts.basis_expires is None:
        return False  # where it needs an end, `_basis_unknown` says so
    return edition is None or facts.basis_expires < use.at.astimezone(edition.zone).date()


def _not_of_source(facts: Facts, use: Use) -> bool:
    return use.purpose is None or not use.purpose.of_sources.intersection(facts.purposes or ())


def _not_direct(facts: Facts, use: Use) -> bool:
    edition = _edition(facts, use)
    strict = edition is None or edition.marketing.requires_direct_source.value
    return facts.consent == "granted" and (
        facts.provenance != "direct_from_subject" if strict else facts.provenance not in PROVED
    )


PROVED = ("direct_from_subject", "other_system", "directory")


def _out_of_hours(facts: Facts, use: Use) -> bool:
    if not use.sending or (use.purpose is not None and not use.purpose.promotional):
        return False
    edition = _edition(facts, use)
    return edition is None or not is_open(edition.sending_window, edition.zone, use.at)


def _restrictions(facts: Facts) -> set[Reason]:
    if facts.restrictions is None:
        return {Reason.RESTRICTED}
    return {RESTRICTIONS.get(kind, Reason.RESTRICTED) for kind in facts.restrictions}


ALWAYS: dict[Reason, Check] = {
    Reason.PURPOSE_UNKNOWN: lambda _, use: use.purpose is None,
    Reason.EDITION_UNKNOWN: lambda facts, use: _edition(facts, use) is None,
    Reason.LICENCE_MISSING: _unlicensed,
    Reason.NOT_A_CONTACT: lambda facts, _: facts.kind not in ("email", "phone"),
    Reason.UNREADABLE: lambda facts, _: facts.readable is not True,
    Reason.CHANNEL_DOES_NOT_REACH: _unreached,
    Reason.OPTED_OUT_AT_SOURCE: lambda facts, _: (
        facts.opted_out is not False or facts.permission == "opted_out_at_source"
    ),
    Reason.AWAITING_ASSESSMENT: lambda facts, _: facts.permission == "awaiting_assessment",
    Reason.SUPPRESSED: lambda facts, _: facts.suppressed is not False,
    Reason.STOPPED: lambda facts, _: facts.stopped is not False,
    Reason.HARD_BOUNCE: lambda facts, _: facts.bounced is not False,
    Reason.OUTSIDE_SENDING_HOURS: _out_of_hours,
}
BUSINESS: dict[Reason, Check] = {
    Reason.NOT_FOR_BUSINESS_USE: lambda facts, _: facts.permission != "business_use",
    Reason.NOT_AN_ENTITY: lambda facts, _: facts.name_class != "organisation" or facts.name_holds_person is not False,
    Reason.PERSONAL_ELSEWHERE: lambda facts, _: facts.elsewhere is not False,
    Reason.WITHDRAWN_AT_SOURCE: lambda facts, _: facts.listing_state != "active",
    Reason.BASIS_UNKNOWN: _basis_unknown,
    Reason.BASIS_EXPIRED: _basis_expired,
    Reason.PURPOSE_NOT_OF_SOURCE: _not_of_source,
}
PERSONAL: dict[Reason, Check] = {
    Reason.CONSENT_MISSING: lambda facts, _: facts.consent != "granted",
    Reason.CONSENT_NOT_DIRECT: _not_direct,
    Reason.CONSENT_FOR_ANOTHER_CONTACT: lambda facts, _: (
        facts.consent == "granted" and facts.consent_is_for_it is not True
    ),
}
NOBODYS: dict[Reason, Check] = {Reason.CLASS_UNDETERMINED: lambda _facts, _use: True}
