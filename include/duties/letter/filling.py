"""How words are filled with values, so that no value turns its line around or becomes markup."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from include.duties.letter.bidi import in_html, in_short, in_text

__all__ = ["Form", "filled", "layout"]

FOLDER = Path(__file__).with_name("templates")

Form = Literal["html", "text", "short"]


def filled(form: Form, direction: str, template: str, told: Mapping[str, Any]) -> str:
    """Fill one template of lines; as HTML it is Markup, and so are its lines."""
    text = _compiled(form, direction, template).render(told)
    return Markup(text) if form == "html" else text


@cache
def _compiled(form: Form, direction: str, template: str) -> Template:
    return _environment(form, direction).from_string(template)


@cache
def _environment(form: Form, direction: str) -> Environment:
    isolated: dict[Form, Callable[[object], object]] = {
        "html": in_html,
        "text": partial(in_text, direction=direction),
        "short": in_short,
    }
    return Environment(
        autoescape=form == "html",
        undefined=StrictUndefined,
        finalize=isolated[form],
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def layout(name: str, folder: Path = FOLDER) -> Template:
    """Load the frame around the filled parts, which isolates nothing itself."""
    return Environment(
        autoescape=name.endswith(".html.j2"),
        undefined=StrictUndefined,
        loader=FileSystemLoader(folder),
        trim_blocks=True,
        lstrip_blocks=True,
    ).get_template(name)
