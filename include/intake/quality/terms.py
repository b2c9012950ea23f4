"""The bounds that a contract sets for a delivery, and the numbers that they judge."""

from __future__ import annotations

from dataclasses import dataclass

from include.intake.contracts import Contract
from include.intake.quality.profile import Profile
from include.intake.quality.report import Breach, Rule

__all__ = ["Delivered", "Term", "terms"]

SHAPED = 0.9
"""The share of filled phone or e-mail cells that should look like one; below it a column has probably moved."""
_MEASURES = {
    Rule.FEWEST_ROWS: "received",
    Rule.MOST_ROWS: "received",
    Rule.QUARANTINED_AT_MOST: "quarantined",
    Rule.FILLED_AT_LEAST: "filled",
    Rule.FILLED_AT_MOST: "filled",
    Rule.SHAPED_AT_LEAST: "shaped",
}
_TOLD = {
    "quarantined": "rows were set aside",
    "filled": "rows are filled",
    "shaped": "filled rows look like one",
}
_FLOORS = frozenset({Rule.FEWEST_ROWS, Rule.FILLED_AT_LEAST, Rule.SHAPED_AT_LEAST})
_GRAVE = frozenset({Rule.FEWEST_ROWS, Rule.FILLED_AT_LEAST})


@dataclass(frozen=True, slots=True)
class Term:
    """One bound of a contract."""

    rule: Rule
    field: str | None
    limit: float

    @property
    def measure(self) -> str:
        """The number of the delivery that this bound judges."""
        return f"{_MEASURES[self.rule]}_{self.field}" if self.field else _MEASURES[self.rule]

    @property
    def floor(self) -> bool:
        """Whether the number must reach the limit; else it must not pass it."""
        return self.rule in _FLOORS

    @property
    def grave(self) -> bool:
        """Whether a breach fails the delivery; else a person is warned."""
        return self.rule in _GRAVE


def terms(contract: Contract) -> tuple[Term, ...]:
    """List every bound that a contract sets, and after them those that hold for every source."""
    floors, ceilings = contract.floors, contract.ceilings
    most = () if ceilings.rows is None else (Term(Rule.MOST_ROWS, None, ceilings.rows),)
    return (
        Term(Rule.FEWEST_ROWS, None, floors.rows),
        *(Term(Rule.FILLED_AT_LEAST, str(name), share) for name, share in floors.filled.items()),
        *most,
        *(Term(Rule.FILLED_AT_MOST, str(name), share) for name, share in ceilings.filled.items()),
        Term(Rule.QUARANTINED_AT_MOST, None, ceilings.quarantined),
        *(Term(Rule.SHAPED_AT_LEAST, name, SHAPED) for name in ("phone", "email") if contract.named(name)),
    )


@dataclass(frozen=True, slots=True)
class Delivered:
    """A delivery in numbers: how many rows came, how many were set aside, and the profile of those that landed."""

    received: int
    quarantined: int
    profile: Profile

    def measures(self, judged: tuple[Term, ...]) -> dict[str, float]:
        """Return the number that each term judges; none where there is nothing to take a share of."""
        numbers = {term.measure: self._number(term) for term in judged}
        return {measure: number for measure, number in numbers.items() if number is not None}

    def breach(self, term: Term) -> Breach:
        """Say how the delivery misses a term: what was found, out of how many, and the bound."""
        found = self._number(term) or 0.0
        part, whole = self._out_of(term)
        bound = "floor" if term.floor else "ceiling"
        if term.measure == "received":
            message = f"{part:,} rows were received, the {bound} is {int(term.limit):,}"
        else:
            told = {
                "quarantined": "rows were set aside",
                "filled": "rows are filled",
                "shaped": "filled rows look like one",
            }
            message = (
                f"{part:,} of {whole:,} {told[_MEASURES[term.rule]]} ({found:.2%}), the {bound} is {term.limit:.2%}"
            )
        return Breach(term.rule, term.field, term.limit, found, f"{term.field}: {message}" if term.field else message)

    def _number(self, term: Term) -> float | None:
        part, whole = self._out_of(term)
        if term.measure == "received":
            return part
        return part / whole if whole else None

    def _out_of(self, term: Term) -> tuple[int, int]:
        name = term.field or ""
        return {
            "received": (self.received, self.received),
            "quarantined": (self.quarantined, self.received),
            "filled": (self.profile.filled[name], self.profile.rows),
            "shaped": (self.profile.shaped[name], self.profile.filled[name]),
        }[_MEASURES[term.rule]]
