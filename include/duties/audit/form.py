"""The form of a pack: whatever is in it that no record says. Words, templates, and the numbers of the code that writes.

A software that is brought up to date may have another form. What was recorded does not change with it: data are made
from records alone, and an old day is printed with the texts of the form under which it was first told.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from include.documents import FONTS, HOUSE
from include.duties.audit.checking import NOTES
from include.duties.audit.flows import SECTIONS
from include.duties.audit.kept import fetch, keep

__all__ = ["LAYOUT", "PRINTING", "README", "TEMPLATE", "Form", "current_form", "kept_form"]

LAYOUT = 1
"""Of the data files. It goes up by one whenever the same records would be written down otherwise.

The verifier makes them anew from the records as 1 has them: it has to know any other one too, by the one in form.json.
"""
PRINTING = 1
"""Of the report. It goes up by one whenever the code would say something else with the same texts."""
HERE = Path(__file__).parent
TEMPLATE, WORDS, README = "audit.typ", "words.yml", "readme.txt"


@dataclass(frozen=True)
class Form:
    """All that a pack is made with beside records."""

    layout: int
    printing: int
    typst: str
    """Version of the printer."""
    fonts: str
    """SHA-256 over the fonts."""
    texts: Mapping[str, str]
    """Words, templates and the README of a pack, by name."""
    sections: Mapping[str, Sequence[str]]
    """Where each kind of event stands in the report."""
    articles: Mapping[str, str]
    """What is checked, in the order of the report, and by which article."""

    @cached_property
    def written(self) -> str:
        """The form in the one way that is hashed."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":")) + "\n"

    @cached_property
    def version(self) -> str:
        """Its SHA-256 in hexadecimal."""
        return hashlib.sha256(self.written.encode()).hexdigest()

    @cached_property
    def words(self) -> dict[str, Any]:
        """The words of the report."""
        return dict(yaml.safe_load(self.texts[WORDS]))

    @property
    def printable(self) -> bool:
        """Whether this software, with its printer and its fonts, gives the bytes that this form gave."""
        return self.same_layout and _machine(self) == _machine(current_form())

    @property
    def same_layout(self) -> bool:
        """Whether this software writes the data files as they were written under this form."""
        return self.layout == current_form().layout

    def keep(self) -> str:
        """Keep the form beside the packs; return its version."""
        return keep(self.written)


@cache
def current_form() -> Form:
    """Give the form of this software."""
    return Form(
        layout=LAYOUT,
        printing=PRINTING,
        typst=version("typst"),
        fonts=_fonts(),
        texts={
            **{name: (HERE / name).read_text("utf-8") for name in (README, TEMPLATE, WORDS)},
            HOUSE.name: HOUSE.read_text("utf-8"),
        },
        sections={section: [str(kind) for kind in kinds] for section, kinds in SECTIONS.items()},
        articles={check.value: article for check, article in NOTES.items()},
    )


def kept_form(digest: str) -> Form | None:
    """Give the form of a version: this software's, or one that was kept; None where it is gone, or has other fields."""
    if digest == current_form().version:
        return current_form()
    content = fetch(digest)
    try:
        return None if content is None else Form(**json.loads(content))
    except TypeError:  # of a software whose forms said more, or less
        return None


def _machine(form: Form) -> tuple[int, str, str]:
    return form.printing, form.typst, form.fonts


def _fonts() -> str:
    whole = hashlib.sha256()
    for font in sorted(FONTS.glob("*.ttf")):
        whole.update(hashlib.sha256(font.read_bytes()).digest())
    return whole.hexdigest()
