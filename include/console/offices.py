"""Who works here and what each may do: three offices, and what is not granted is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Protocol

from fastapi import Depends, HTTPException, Request

from include.duties.officers import may_decide

__all__ = [
    "RIGHTS",
    "Auditing",
    "Deciding",
    "Looking",
    "Office",
    "Operator",
    "Reading",
    "Right",
    "SignedIn",
    "known",
    "may",
    "operator",
]


class Office(StrEnum):
    """What somebody is here."""

    ENGINEER = "engineer"
    OFFICER = "officer"
    """The data protection officer."""
    AUDITOR = "auditor"


class Right(StrEnum):
    """What a route asks for."""

    LOOK = "look"
    """Counts, ids, sources, plans, the law."""
    EVIDENCE = "evidence"
    """The ledger, and to have it verified."""
    VALUES = "values"
    """To read a personal value: each reading is recorded."""
    DECIDE = "decide"
    """To decide what waits for a person: points, plans, holds, the standstill."""


RIGHTS: dict[Office, frozenset[Right]] = {
    Office.ENGINEER: frozenset({Right.LOOK}),
    Office.AUDITOR: frozenset({Right.LOOK, Right.EVIDENCE}),
    Office.OFFICER: frozenset(Right),
}


class SignedIn(Protocol):
    """Who is signed in, as whatever the console is mounted in tells it."""

    @property
    def login(self) -> str:
        """The name that they sign in with."""

    @property
    def offices(self) -> frozenset[str]:
        """Their offices, by `Office`'s values; others are no office."""


@dataclass(frozen=True, slots=True)
class Operator:
    """Who asks for a page, and what they may."""

    login: str
    rights: frozenset[Right]

    def may(self, right: str) -> bool:
        """Say whether they have a right."""
        return right in self.rights


def operator(signed_in: SignedIn) -> Operator:
    """Say what somebody who is signed in may do: where the settings name who decides, an office alone is not enough."""
    rights = frozenset[Right]().union(*(RIGHTS[office] for office in Office if office in signed_in.offices))
    return Operator(signed_in.login, rights if may_decide(signed_in.login) else rights - {Right.DECIDE})


def may(right: Right) -> Any:
    """Give the dependency of a route that needs a right: it hands over the operator, or refuses (403)."""

    def allowed(request: Request) -> Operator:
        who: Operator = request.state.operator
        if not who.may(right):
            raise HTTPException(403)
        return who

    return Depends(allowed)


Looking = Annotated[Operator, may(Right.LOOK)]
Auditing = Annotated[Operator, may(Right.EVIDENCE)]
Reading = Annotated[Operator, may(Right.VALUES)]
Deciding = Annotated[Operator, may(Right.DECIDE)]
"""Who asks, on a route that needs the right."""


def known(signed_in: Callable[..., SignedIn]) -> Any:
    """Give the dependency of every route: somebody is signed in, and the request knows who."""

    def enter(request: Request, who: SignedIn = Depends(signed_in)) -> None:  # noqa: B008 (FastAPI's own declaration)
        request.state.operator = operator(who)

    return Depends(enter)
