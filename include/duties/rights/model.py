"""The nouns of a request's life: how it stands, a verdict about it, and what of somebody's data stays."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from include.channels import Channel
from include.duties.requests.model import Capacity, Means, Proof, Right

__all__ = [
    "CLOSED", "MOVES", "PACKAGES", "Address", "Awaited", "Extension", "Kept", "Refusal", "Standing", "State", "Waits",
    "Why",
]  # fmt: skip


class State(enum.StrEnum):
    """How far a request is. An extension is no state of its own: the work goes on, to a later end."""

    RECEIVED = "received"
    CHECKED = "checked"
    """It is known who asks."""
    IN_WORK = "in_work"
    ANSWERED = "answered"
    REFUSED = "refused"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


MOVES: dict[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.CHECKED, State.ANSWERED, State.WITHDRAWN}),
    State.CHECKED: frozenset({State.IN_WORK, State.REFUSED, State.WITHDRAWN}),
    State.IN_WORK: frozenset({State.ANSWERED, State.REFUSED, State.WITHDRAWN}),
    State.ANSWERED: frozenset(),
    State.REFUSED: frozenset(),
    State.MERGED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
"""What may follow what. Whoever is not known to be the person gets no answer but the one that everybody gets."""
CLOSED = frozenset(state for state, after in MOVES.items() if not after)
PACKAGES: tuple[Right, ...] = ("inform", "access", "copy")
"""Rights that are answered by a package of what is held."""


class Awaited(enum.StrEnum):
    """What a request waits for."""

    PROOF = "proof"
    """Something that shows who asks."""
    OFFICER = "officer"
    PROGRAM = "program"
    """The next run of `answer_requests`."""
    DESTRUCTION = "destruction"
    """That what it asks for is destroyed everywhere, and looked at again."""
    HANDING_OVER = "handing_over"
    """That the package is made, and told or handed to its person."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Standing:
    """One request as it stands: ids, codes and times, and no word that the person wrote."""

    id: UUID
    reference: str
    right: Right
    subject: UUID | None
    means: Means
    language: str
    state: State
    edition: str
    received_at: datetime
    due_at: datetime
    first_due_at: datetime
    proof: Proof | None
    capacity: Capacity
    extended_at: datetime | None
    extension_due: datetime | None
    extension_message: UUID | None
    shown_at: datetime | None
    destruction_request: UUID | None
    others: int = 0
    """Requests that this person was shown to have made and that are open beside it."""
    earlier: int = 0
    """Requests of the same right, shown to be this person's, that were closed within the year before it."""
    extension_returned: bool = False
    """Whether a notice of an extension came back: it was not told, and extends nothing."""
    answer_returned_at: datetime | None = None
    """When it was seen that its answer came back, until its person was told another way."""

    @property
    def closed(self) -> bool:
        """Whether nothing more becomes of it."""
        return self.state in CLOSED


@dataclass(frozen=True, slots=True)
class Address:
    """Where a letter goes."""

    value: str = field(repr=False)
    channel: Channel
    shared: bool = False
    """Whether somebody else is known by it too: such a letter says nothing but a reference."""


class Waits(enum.StrEnum):
    """Why an officer is shown a request."""

    DECISION = "decision"
    EXTENSION_RETURNED = "extension_returned"
    NOTHING_CORRECTED = "nothing_corrected"
    NOT_REVIEWED = "not_reviewed"
    HAND_OVER = "hand_over"
    NO_ADDRESS = "no_address"
    """It can be written to nobody."""
    ANSWER_RETURNED = "answer_returned"


class Why(enum.StrEnum):
    """Why something may not be done with a request; each has its sentence in `rules`."""

    CLOSED = "closed"
    UNKNOWN_REASON = "unknown_reason"
    UNKNOWN_GROUND = "unknown_ground"
    GROUND_OF_ANOTHER_RIGHT = "ground_of_another_right"
    NO_EXTENSION = "no_extension"
    EXTENDED = "extended"
    TOO_LATE = "too_late"
    NOT_SENT_IN_TIME = "not_sent_in_time"
    TOO_LONG = "too_long"
    NOT_SEVERAL = "not_several"
    NOT_REPEATED = "not_repeated"
    NOT_CHECKED = "not_checked"
    OUT_OF_ORDER = "out_of_order"
    BEGUN = "begun"
    NOTHING_HELD_BACK = "nothing_held_back"
    NOT_ANSWERED = "not_answered"
    STANDS_FOR_GOOD = "stands_for_good"
    UNKNOWN_LIFT = "unknown_lift"
    LIFTING = "lifting"
    UNKNOWN_WAY = "unknown_way"
    NO_EVIDENCE = "no_evidence"
    NO_PACKAGE = "no_package"
    NO_ADDRESS = "no_address"


@dataclass(frozen=True, slots=True)
class Extension:
    """Whether a request may be answered later, and until when, by which edition and article."""

    edition: str
    article: str
    due_at: datetime | None
    """The new end, UTC; None where it is not allowed."""
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Whether a request may be refused, on which article."""

    edition: str
    article: str | None
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A part of somebody's data that stays: how much, by which article, and until when at the latest."""

    code: str
    """`legal_hold` or `statute`."""
    article: str
    count: int = 0
    until: datetime | None = field(default=None)
    """UTC; None where it ends with a case."""
