"""Pages of the Data Docs that send nothing when they are opened. Great Expectations imports this module by its name."""

from __future__ import annotations

import re
from typing import Any

from great_expectations.render.view.view import DefaultJinjaIndexPageView, DefaultJinjaPageView
from jinja2 import Environment
from jinja2.bccache import Bucket, BytecodeCache

__all__ = ["ClosedIndex", "ClosedPage"]

POLICY = "img-src 'self' data:; connect-src 'none'; form-action 'none'; frame-src 'none'"
"""Styles and scripts of the page may be fetched; its logo, which counts readers, and anything it would send may not."""
_LOGO = re.compile(r"https://great-expectations-web-assets[^\"'\s)]*")


class _Compiled(BytecodeCache):
    """What this process has compiled: the library makes an environment for each page, and each would compile anew."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.held:
            bucket.bytecode_from_string(self.held[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.held[bucket.key] = bucket.bytecode_to_string()


COMPILED = _Compiled()


class _Closed:
    """What both kinds of page do otherwise than the library's."""

    env: Environment

    def __init__(self, *given: Any, **settings: Any) -> None:
        super().__init__(*given, **settings)
        self.env.bytecode_cache = COMPILED

    def render(self, document: Any, template: Any = None, **settings: Any) -> str:
        """Render the page with a policy for the browser in its head."""
        return closed(str(super().render(document, template, **settings)))  # type: ignore[misc]


class ClosedPage(_Closed, DefaultJinjaPageView):
    """A page of one check's results."""


class ClosedIndex(_Closed, DefaultJinjaIndexPageView):
    """The page that lists the checks of a source."""


def closed(page: str) -> str:
    """Tell the browser not to fetch pictures from elsewhere or send anything, and take the distant logo out."""
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    return _LOGO.sub("", page).replace("<head>", f"<head>{policy}", 1)
