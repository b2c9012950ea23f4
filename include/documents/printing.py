"""Print a document with Typst: https://typst.app/docs. Templates stand beside the duty whose documents they are."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import typst

from include.documents.model import Language, Ltr, Rtl

__all__ = ["FONTS", "HOUSE", "printed", "printed_from"]

FONTS = Path(__file__).parent / "fonts"
HOUSE = Path(__file__).with_name("house.typ")


def printed(template: Path, data: Mapping[str, Any], language: Language) -> bytes:
    """Print the template (a .typ file that imports house.typ) with `data` as tagged PDF (PDF/UA-1, ISO 14289-1).

    `data` is anything that JSON can hold, Ltr and Rtl; it reaches the template as values (`data` in house.typ), never
    as markup, so nothing in it can change the page. `data["title"]` is the title of the document. The same template and
    data give the same bytes: no time of printing is in them, and no font or file but our own is read.
    Raises ValueError, without any value of `data`, where the template does not fit.
    """
    return printed_from(
        {file.name: file.read_text("utf-8") for file in (HOUSE, template)}, template.name, data, language
    )


def printed_from(texts: Mapping[str, str], template: str, data: Mapping[str, Any], language: Language) -> bytes:
    """Print as `printed` does, with templates that are given as texts: the one of that name, and what it imports."""
    told = {"data": json.dumps({"language": language, **_plain(data)}, ensure_ascii=False)}
    with tempfile.TemporaryDirectory(prefix="amanah-print-") as folder:  # the templates alone lie there, no data
        root = Path(folder)
        for name, content in texts.items():
            (root / name).write_text(content, "utf-8")
        try:
            made = typst.compile(root / template, root=root, font_paths=_fonts(), sys_inputs=told, pdf_standards="ua-1")
        except typst.TypstError:
            raise ValueError(f"the template {template} does not fit its data") from None
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def _plain(value: Any) -> Any:
    if isinstance(value, Ltr):
        return {"ltr": str(value)}
    if isinstance(value, Rtl):
        return {"rtl": str(value)}
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(each) for each in value]
    return value
