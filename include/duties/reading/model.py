"""The nouns of reading: why a value may be read, what was shown, and who was found by a contact."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from include.duties.review import History

__all__ = ["MOST", "MOST_SOUGHT", "REASONS", "Found", "Person", "Proposal", "Reading", "Value", "Why", "Written"]

MOST = 60
"""Values that one operator may read within an hour and leave undecided before it is an alarm (house; Law 19, IR 23)."""
MOST_SOUGHT = 30
"""Contacts that one operator may look for within an hour (house): whoever has a list to try is stopped by it."""
Why = Literal["to_decide", "person_asked", "to_correct", "authority_asked", "investigation", "sought", "to_check",
              "to_answer"]  # fmt: skip
"""Why a value may be read: a code of the ledger's vocabulary. `sought` is the search by a contact itself,
`to_check` a letter that waits to be sent, `to_answer` what somebody wrote in a request."""
REASONS: tuple[Why, ...] = ("person_asked", "to_correct", "authority_asked", "investigation")
"""For which of them an operator asks to see a person's values."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was shown, and whether it was so much that an alarm was raised."""

    known: History
    alarmed: bool


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a person: a contact point of a listing, or what they gave us themselves."""

    id: str
    """The contact point's number, or the own contact's id."""
    value: str = field(repr=False)
    name: str | None = field(default=None, repr=False)
    """Of its listing."""


@dataclass(frozen=True, slots=True)
class Person:
    """What was shown of a person, by the id of each value, and whether it was so much that an alarm was raised."""

    values: dict[str, Value] = field(repr=False)
    fields: tuple[tuple[str, str], ...] = field(repr=False)
    """What else their listings say: our field name and the text, each once."""
    alarmed: bool

    def __contains__(self, number: Any) -> bool:
        return str(number) in self.values


@dataclass(frozen=True, slots=True)
class Found:
    """Who is known by a contact. Nobody is found by one that cannot be read, is unknown, or was destroyed: no
    difference is told."""

    subject: UUID | None = None
    points: tuple[int, ...] = ()
    """Business contact points with it, where it is nobody's."""
    too_often: bool = False
    """Nothing was looked up: this operator looked for too many within the hour."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one field should say, as its person has it."""

    about: str
    """A kind of contact point, or a text of a listing."""
    value: str = field(repr=False)
    held: str | None = field(repr=False)
    """What stands there now; None where nothing does."""


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote in a request, with what they propose, and whether so much was read that it is an alarm."""

    text: str | None = field(repr=False)
    """None where nothing was written, or is not kept any more."""
    proposals: dict[UUID, Proposal] = field(repr=False)
    alarmed: bool
