"""The law's grounds for a refusal, its reasons for taking longer, and those for using data again, with words."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from include.duties.requests.model import Right
from include.law import load_strict

__all__ = ["Ground", "Grounds", "grounds"]


class Ground(BaseModel):
    """One ground or reason."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    article: str
    rights: tuple[Right, ...] = ()
    """The rights that it is about; none named: all."""
    ar: str
    en: str

    def in_(self, language: str) -> str:
        """Say it in a language."""
        return self.en if language == "en" else self.ar


class Grounds(BaseModel):
    """All of them, by code."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    grounds: dict[str, Ground]
    extensions: dict[str, Ground]
    lifts: dict[str, Ground]
    """Why what a request held back may be used again."""


@cache
def grounds() -> Grounds:
    """Read `grounds.yml`. Raises NeverRetry naming line and field of what is wrong with it."""
    return load_strict(Path(__file__).with_name("grounds.yml"), Grounds)
