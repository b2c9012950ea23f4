"""Why a mail came back, from what servers wrote and the codes that they gave."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, RootModel

from include.channels.returns.model import About, Reason
from include.law import load_strict

__all__ = ["UNCLEAR", "reason_by_phrase", "reason_by_status"]

UNCLEAR = Reason("unclear", About.ROUTE)
"""Nothing is told: the address did nothing wrong that we know of."""
FOLDER = Path(__file__).parent


class _Known(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: str
    about: About
    gone: bool = False
    phrases: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()


class _Knowledge(RootModel[tuple[_Known, ...]]):
    """The list of reasons, what is narrower first."""


def reason_by_phrase(said: str) -> Reason | None:
    """Say what a server meant by its words; None where they say nothing that we know."""
    said = " ".join(said.lower().split())
    return next((reason for reason, look in _phrases() if look.search(said)), None)


def reason_by_status(status: str) -> Reason | None:
    """Say what an enhanced status code (RFC 3463) means; None where it means nothing particular."""
    return next((reason for reason, starts in _statuses() if status.startswith(starts)), None)


@cache
def _known() -> tuple[tuple[Reason, _Known], ...]:
    known = load_strict(FOLDER / "reasons.yml", _Knowledge).root
    return tuple((Reason(each.reason, each.about, each.gone), each) for each in known)


@cache
def _phrases() -> tuple[tuple[Reason, re.Pattern[str]], ...]:
    return tuple(
        (reason, re.compile("|".join(f"(?:{phrase})" for phrase in known.phrases)))
        for reason, known in _known()
        if known.phrases
    )


@cache
def _statuses() -> tuple[tuple[Reason, tuple[str, ...]], ...]:
    return tuple((reason, known.statuses) for reason, known in _known() if known.statuses)
