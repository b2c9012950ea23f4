"""A text in the languages that we write in."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

__all__ = ["FullWording", "Given", "Wording"]


def _blank_is_absent(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


Given = Annotated[str | None, BeforeValidator(_blank_is_absent)]
"""A text that may not have been given; a blank one counts as not given."""


class Wording(BaseModel):
    """A text in Arabic and English, either of which may still be missing. Arabic is the primary one (LAW NOT-06)."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, defer_build=True)

    ar: Given = None
    """The Arabic text."""
    en: Given = None
    """The English text."""

    def in_(self, language: str) -> str | None:
        """Return the text in `ar` or `en`; None where it is missing. Raises `KeyError` for any other language."""
        return {"ar": self.ar, "en": self.en}[language]


class FullWording(BaseModel):
    """A text that must stand in Arabic and in English."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, defer_build=True)

    ar: Annotated[str, BeforeValidator(_blank_is_absent)]
    """The Arabic text."""
    en: Annotated[str, BeforeValidator(_blank_is_absent)]
    """The English text."""

    def in_(self, language: str) -> str:
        """Return the text in `ar` or `en`. Raises `KeyError` for any other language."""
        return {"ar": self.ar, "en": self.en}[language]
