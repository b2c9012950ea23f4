"""What a source notice is made of: its elements, the facts of one case, and the letter."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

__all__ = ["LANGUAGES", "Element", "Letter", "NoticeFacts"]

LANGUAGES = ("ar", "en")
"""Every letter is in both; the subject's own comes first."""


class Element(enum.StrEnum):
    """What the law wants in a notice about data from elsewhere (LAW 6.1; IR 4(1), 4(3), 4(5), Law 13, 34)."""

    CONTROLLER = "controller"
    """The registered legal name and contacts (IR 4(1)(a))."""
    PRIVACY_CHANNEL = "privacy_channel"
    """Where to write about personal data (IR 4(1)(a))."""
    DPO = "dpo"
    """The data protection officer, or that there is none (IR 4(1)(b))."""
    LEGAL_BASIS = "legal_basis"
    """The legal basis of each purpose (IR 4(1)(c))."""
    PURPOSE = "purpose"
    """Each specific, clear and explicit purpose (IR 4(1)(c))."""
    RETENTION = "retention"
    """How long the data is kept, or by which criteria (IR 4(1)(d))."""
    RIGHTS = "rights"
    """The five rights and how to use each (Law 4, IR 4(1)(e))."""
    WITHDRAWAL = "withdrawal"
    """How to withdraw consent and to stop contact (IR 4(1)(f))."""
    OBLIGATION = "obligation"
    """Whether giving the data is mandatory or optional (IR 4(1)(g))."""
    CATEGORIES = "categories"
    """Which categories of data are held (IR 4(3))."""
    SOURCE = "source"
    """Where the data came from, what kind of source that is, and when it was received (IR 4(3); the date is house)."""
    RECIPIENTS = "recipients"
    """Who receives the data, and whether it leaves the country (Law 13(4))."""
    AUTOMATED = "automated"
    """Which decisions a machine makes, and how people are protected (IR 4(5))."""
    COMPLAINT = "complaint"
    """How to complain to the authority (Law 34, IR 37)."""
    NEUTRALITY = "neutrality"
    """That the letter informs and does not advertise (Law 25)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFacts:
    """The facts of one notice: codes and dates, and no value of the person's own."""

    reference: str
    """A short code by which the person's answer finds its notice."""
    source_title: Mapping[str, str]
    """The source's name in `ar` and `en`."""
    source_kind: str
    """`public_directory`, `register`, `partner` or `agent`."""
    received_at: datetime
    """When we received the data, UTC."""
    categories: tuple[str, ...]
    """Codes of what is held: our field names and kinds of contact point."""
    purposes: tuple[str, ...]
    """Codes of purposes in the controller's profile."""
    due_at: datetime
    """When the clock of the notice ends, UTC."""
    answer_by: datetime | None = None
    """Until when an answer is awaited before silence counts, UTC; `due_at` where this is None."""
    language: str = "ar"
    """The subject's language: the one that comes first."""
    asked: tuple[str, ...] = ()
    """Codes of the purposes that the letter asks a consent for: each person is asked once for each (IR 11(1))."""
    page: str | None = field(default=None, repr=False)
    """The link to the reader's own page, where one is set up."""
    automated: bool = True
    """Whether a program sorted the data into business and personal (IR 4(5))."""

    @property
    def languages(self) -> tuple[str, str]:
        """Both languages, the subject's first; Arabic first where it is neither."""
        return ("en", "ar") if self.language == "en" else ("ar", "en")


@dataclass(frozen=True, slots=True)
class Letter:
    """One notice, ready to be sent. Its text names no one, but it is owed to someone: the repr shows none of it."""

    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)
    template: str
    """Name and version of the wording, `source_notice/3`: what the proof of sending refers to."""
    language: str
