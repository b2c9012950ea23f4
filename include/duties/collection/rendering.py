"""How the notice is written: the words filled with what map, profile and edition say; as text, page and JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from include.duties.collection.content import Page, page_of
from include.duties.collection.fields import fields_of, form_of
from include.duties.collection.model import LANGUAGES, CollectionNotice
from include.duties.collection.rules import missing_elements
from include.duties.letter.filling import layout
from include.errors import NeverRetry
from include.law import Controller, Edition
from include.systems.model import System

__all__ = ["IncompleteForm", "notice_of"]

FOLDER = Path(__file__).with_name("templates")
NAME = "collection_notice"
DIGITS = 12
"""So much of the hash is in the version: enough to tell every notice of a company from every other."""


class IncompleteForm(NeverRetry):
    """Raise for a form whose notice lacks elements of the law: it must not be filled in."""

    def __init__(self, form: str, missing: tuple[str, ...]) -> None:
        super().__init__(f"the notice of the form {form!r} lacks elements: " + "; ".join(missing))
        self.missing = missing


def notice_of(
    controller: Controller, edition: Edition, system: System, form: str, *, languages: Sequence[str] = LANGUAGES
) -> CollectionNotice:
    """Write the notice of a form (LAW NOT-02, NOT-03): Arabic first, or in the languages that are asked for alone.

    Raises IncompleteForm (a NeverRetry) naming every element that is missing, and NeverRetry for a form that the map
    does not declare. The version is the same in every language and form: it is taken from both.
    """
    if missing := missing_elements(controller, edition, system, form):
        raise IncompleteForm(form, missing)
    declared = form_of(system, form)
    fields = fields_of(system, declared, edition)
    said = {each: page_of(controller, edition, declared, fields, each, "short").elements for each in LANGUAGES}
    version = f"{NAME}/{_digest(said)}"

    def pages(kind: Any) -> list[Page]:
        return [page_of(controller, edition, declared, fields, each, kind, version) for each in languages]

    return CollectionNotice(
        version=version,
        text=layout("notice.txt.j2", FOLDER).render(parts=pages("text")),
        html=layout("notice.html.j2", FOLDER).render(parts=pages("html")),
        elements={each: said[each] for each in languages},
    )


def _digest(said: dict[str, Any]) -> str:
    canonical = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:DIGITS]
