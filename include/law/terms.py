"""The terms of an edition, one section per duty. What is None is left open by that law."""

from __future__ import annotations

from datetime import time
from typing import Literal, Self

from pydantic import NonNegativeInt, PositiveInt, model_validator

from include.law.rule import Codes, Part, Rule, Share, Weekday

__all__ = [
    "Breach",
    "Consent",
    "Destruction",
    "Marketing",
    "Notice",
    "Requests",
    "Retention",
    "SendingWindow",
]


class Notice(Part):
    """Telling a person where we got their data (SA: IR 4(3))."""

    days: Rule[PositiveInt] | None = None
    """Elapsed days of 24 hours from the start to the latest instant of the notice (SA: IR 4(3))."""
    months: Rule[PositiveInt] | None = None
    """The same as a period in months, to the end of the last local day (EU: Art. 14(3)(a))."""
    start: Rule[Literal["received_at"]]
    """The event that starts the clock: receipt of the row, not classification or review (SA: IR 4(3), Arabic)."""
    also_first_contact: Rule[bool]
    """True where the first communication with the person ends the clock earlier (EU: Art. 14(3)(b))."""
    send_by_days: Rule[PositiveInt]
    """Days from receipt within which the notice is to be sent, so that there is time to answer (house)."""
    answer_days_min: Rule[PositiveInt]
    """Days that must be left to answer before the clock ends; with fewer the data is destroyed instead (house)."""
    review_days: Rule[NonNegativeInt]
    """Days that an undetermined point waits for a person's decision before its subject is told (house)."""
    exceptions: Rule[Codes] | None = None
    """The closed list of reasons to skip the notice, each recorded with approver and evidence (SA: IR 4(4))."""
    direct_exceptions: Rule[Codes] | None = None
    """The closed list of reasons to skip the notice at direct collection (SA: IR 4(2))."""
    unreachable: Rule[Literal["destroy", "record_exception"]]
    """What happens before the deadline to a person whom no channel reaches (SA: IR 4(4)(b), 15(1); house)."""
    tell_automated: Rule[bool]
    """True where the notice says how decisions are made by machine and how people are protected (SA: IR 4(5))."""
    repeat_for_new_purpose: Rule[bool]
    """True where a new purpose needs a new notice before processing (SA: IR 4(6))."""

    @model_validator(mode="after")
    def _there_is_time_to_answer(self) -> Self:
        if self.days and self.months:
            raise ValueError("give the period in days or in months, not both")
        shortest = self.days.value if self.days else 28 * self.months.value if self.months else None
        if shortest is not None and self.send_by_days.value + self.answer_days_min.value > shortest:
            raise ValueError(f"send_by_days and answer_days_min together pass the {shortest} days of the period")
        if self.review_days.value > self.send_by_days.value:
            raise ValueError("review_days must not pass send_by_days, or the notice is late before it may be sent")
        return self


class Requests(Part):
    """Answering a person's request about their data."""

    days: Rule[PositiveInt] | None = None
    """Days from receipt of the request, of the kind that `day_type` says (SA: IR 3(1)(a))."""
    months: Rule[PositiveInt] | None = None
    """The same as a period in months (EU: Art. 12(3))."""
    day_type: Rule[Literal["calendar", "working"]]
    """Elapsed days of 24 hours, or working days to the end of the last local day (EG)."""
    extension_days: Rule[PositiveInt] | None = None
    """Further days, once (SA: IR 3(1)(a))."""
    extension_months: Rule[PositiveInt] | None = None
    """Further months, once (EU: Art. 12(3))."""
    extension_notice_before_expiry: Rule[bool]
    """True where an extension holds only if the person was told, with reasons, before the first period ended."""
    silence_means: Rule[Literal["refusal"]] | None = None
    """What no answer in time counts as; None where the law says nothing (EG: refusal)."""
    fee: Rule[NonNegativeInt]
    """What a request costs the person, in the local currency."""

    @model_validator(mode="after")
    def _one_unit(self) -> Self:
        if self.days and self.months:
            raise ValueError("give the period in days or in months, not both")
        if self.extension_days and self.extension_months:
            raise ValueError("give the extension in days or in months, not both")
        return self


class Breach(Part):
    """Reporting a breach."""

    authority_hours: Rule[PositiveInt] | None = None
    """Elapsed hours from knowing of the breach to the authority's notice (SA: Law 20(1), IR 24(1))."""
    authority_hours_national_security: Rule[NonNegativeInt] | None = None
    """The same where national security is touched (EG: Art. 7)."""
    harm_test: Rule[bool] | None = None
    """True where only a breach that may harm is notified (SA: IR 24(1)); None where the law leaves it open."""
    subject_rule: Rule[Literal["without_undue_delay", "working_days_after_filing"]] | None = None
    """When affected people are told; None where the law leaves it open (SA: Law 20(2), IR 24(5))."""
    subject_hours: Rule[PositiveInt] | None = None
    """Elapsed hours from knowing that we hold `without_undue_delay` to mean at most (house)."""
    subject_working_days: Rule[PositiveInt] | None = None
    """Working days after the authority was told (EG)."""
    processor_hours: Rule[PositiveInt]
    """Elapsed hours that our contracts give a processor to tell us (SA: IR 17(1)(d), the figure is house)."""
    registered_beforehand: Rule[bool] | None = None
    """True where the authority's platform takes a report only from who is registered (SA: breach guide, stage one)."""
    warn_hours: Rule[tuple[PositiveInt, ...]] = Rule[tuple[PositiveInt, ...]](
        value=(24, 48, 66), article="Law 20(1), IR 24(1)", confidence="R", note="House value."
    )
    """Elapsed hours from knowing at which whoever has to report is warned (house)."""
    rehearsal_days: Rule[PositiveInt] = Rule[PositiveInt](
        value=180, article="SDAIA breach guide, stage one; Law 19", confidence="R", note="House value."
    )
    """Days after which a breach has to be rehearsed again (house)."""


class Marketing(Part):
    """Advertising and awareness messages."""

    stop_max_hours: Rule[PositiveInt]
    """Elapsed hours within which a request to stop must have taken hold (SA: CST 4-6-6-3)."""
    stop_target_hours: Rule[NonNegativeInt]
    """Elapsed hours that we aim at: 0 is at once (SA: IR 28(3)(c))."""
    requires_consent: Rule[bool]
    """True where a message needs consent first (SA: Law 25, IR 28, 29)."""
    requires_direct_source: Rule[bool]
    """True where only data collected directly from the person may be used (SA: Law 26)."""
    licence_required: Rule[bool]
    """True where the sender needs a licence for electronic marketing (EG)."""
    prior_dealing_exception: Rule[bool]
    """True where an earlier dealing stands in for consent to advertising, never to direct marketing (SA: IR 28(1))."""
    blanket_grant: Rule[bool]
    """True lets opening an account or calling count as consent (policy 2b); false wants IR 11 consent.

    No source holds accounts or calls yet, so neither this nor `prior_dealing_exception` opens anything.
    """


class SendingWindow(Part):
    """The hours in which a message may reach a person, in the person's own time zone."""

    start: Rule[time]
    """The first local time of sending."""
    end: Rule[time]
    """The local time from which nothing is sent any more."""
    days: Rule[frozenset[Weekday]]
    """The weekdays of sending."""

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if not (self.start.value < self.end.value and self.days.value):
            raise ValueError("the window must open before it closes, on at least one day")
        return self


class Consent(Part):
    """Asking for consent and keeping its proof."""

    answer_days: Rule[PositiveInt]
    """Elapsed days from receipt of the data within which silence is awaited; then it is destroyed (house; IR 11(1))."""
    silence_means: Rule[Literal["destroy"]]
    """What happens to data whose person does not answer: silence is never consent (SA: IR 11(1)-(2))."""
    record_months: Rule[PositiveInt] | None = None
    """Months that the proof of consent is kept, after the last message sent under it."""


class Retention(Part):
    """How long things are kept."""

    backup_min_months: Rule[PositiveInt]
    """Months after the end of a subscription in which its backup can still be had (policy 4)."""
    backup_max_months: Rule[PositiveInt]
    """Months after the end of a subscription by which its backup is gone (policy 4)."""
    marketing_contact_months: Rule[PositiveInt]
    """Months since the last dealing after which a marketing contact is reviewed or destroyed (house; policy 4)."""
    ropa_tail_years: Rule[PositiveInt] | None = None
    """Gregorian years that the record of a processing is kept after the processing ended (SA: IR 33)."""
    vat_record_years: Rule[PositiveInt] | None = None
    """Years that invoices and VAT books are held from the end of the tax period (SA: VAT IR 66)."""
    commercial_book_years: Rule[PositiveInt] | None = None
    """Years that commercial books are held (SA: Commercial Books Law 8)."""

    @model_validator(mode="after")
    def _least_before_most(self) -> Self:
        if self.backup_min_months.value >= self.backup_max_months.value:
            raise ValueError("backup_min_months must be below backup_max_months")
        return self


class Destruction(Part):
    """What one plan of destruction may do unattended."""

    blast_radius: Rule[Share]
    """The largest share of the register that one plan may destroy without a person's approval (house)."""
    blast_radius_floor: Rule[NonNegativeInt]
    """Up to this many subjects the share does not bind, so that a small register still keeps its promises (house)."""
