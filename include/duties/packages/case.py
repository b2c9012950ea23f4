"""One request for a copy, and how its package speaks: language, clock, purposes, recipients."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from include.duties.letter.words import words_in as letter_words
from include.duties.packages.words import Words, words_in
from include.law import Controller, Edition

__all__ = ["Case"]


@dataclass(frozen=True, slots=True)
class Case:
    """What every part of a package is written by."""

    request: UUID
    reference: str
    right: str
    subject: UUID
    language: str
    received_at: datetime
    at: datetime
    edition: Edition
    controller: Controller

    @property
    def words(self) -> Words:
        """The package's words."""
        return words_in(self.language)

    @property
    def comma(self) -> str:
        """What stands between things that follow each other."""
        return letter_words(self.language).comma

    def moment(self, at: datetime | None) -> str | None:
        """Write an instant to the minute, by the edition's clock."""
        return None if at is None else f"{at.astimezone(self.edition.zone):%Y-%m-%d %H:%M}"

    def joined(self, said: Iterable[str | None]) -> str:
        """Write things one after the other, each once."""
        return self.comma.join(dict.fromkeys(each for each in said if each))

    def purposes(self, codes: Iterable[str]) -> str:
        """Say purposes in words; the code of one that the profile does not word."""
        return self.joined(self._purpose(code) for code in codes)

    def _purpose(self, code: str) -> str:
        known = self.controller.purposes.get(code)
        return (known.in_(self.language) if known else None) or self.words.code(code) or code

    def legal_basis(self, codes: Iterable[str]) -> str:
        """Say the legal bases of purposes, as the profile words them."""
        known = (self.controller.purposes.get(code) for code in codes)
        return self.joined(each.legal_basis.in_(self.language) for each in known if each and each.legal_basis)

    def recipients(self) -> str:
        """Say who receives data, as the profile says it (Law 13(4))."""
        parties = self.controller.recipients or ()
        return self.joined(party.in_(self.language) for party in parties) or self.words.nobody

    def cell(self, value: Any) -> Any:
        """Give a value as JSON holds it: instants by the edition's clock, bytes as their number."""
        if isinstance(value, datetime):
            return self.moment(value) if value.tzinfo else f"{value:%Y-%m-%d %H:%M}"
        if value is None or isinstance(value, bool | int | float | str):
            return value
        return value.isoformat() if isinstance(value, date) else str(value)
