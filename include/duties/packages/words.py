"""The package's own words by language."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, RootModel

from include.law import load_strict

__all__ = ["Words", "words_in"]


class Words(BaseModel):
    """One language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    facts: dict[str, str]
    files: str
    opening: str
    complaint: str
    within: str
    closing: str
    rights: str
    mark: str
    """What stands where something of another person was."""
    nothing: str
    more: str
    enclosing: dict[str, str]
    """Why a file that a row names is not in the package: `others`, `missing`, `large`."""
    row: str
    none: str
    affirmed: str
    denied: str
    about: dict[str, str]
    nobody: str
    not_stated: str
    sheets: dict[str, str]
    columns: dict[str, str]
    cases: dict[str, str]
    bases: dict[str, str]
    codes: dict[str, str]

    def code(self, said: str | None) -> str | None:
        """Say a code in words; as it is where it has none, such as the name of a system."""
        return None if said is None else self.codes.get(said, said)


class _Languages(RootModel[dict[str, Words]]):
    """The words by language."""


@cache
def words_in(language: str) -> Words:
    """Return the words of `ar` or `en`. Raises NeverRetry where their file is broken."""
    return load_strict(Path(__file__).with_name("wording.yml"), _Languages).root[language]
