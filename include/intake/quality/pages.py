"""Pages of the Data Docs that send nothing when they are opened. Great Expectations imports this module by its name."""

from __future__ import annotations

import re
from typing import Any

from great_expectations.render.view.view import DefaultJinjaIndexPageView, DefaultJinjaPageView

__all__ = ["ClosedIndex", "ClosedPage"]

POLICY = "img-src 'self' data:; connect-src 'none'; form-action 'none'; frame-src 'none'"
"""Styles and scripts of the page may be fetched; its logo, which counts readers, and anything it would send may not."""
_LOGO = re.compile(r"https://great-expectations-web-assets[^\"'\s)]*")


class ClosedPage(DefaultJinjaPageView):
    """A page of one check's results."""

    def render(self, document: Any, template: Any = None, **settings: Any) -> str:
        """Render the page with a policy for the browser in its head."""
        return closed(str(super().render(document, template, **settings)))  # type: ignore[no-untyped-call]


class ClosedIndex(DefaultJinjaIndexPageView):
    """The page that lists the checks of a source."""

    def render(self, document: Any, template: Any = None, **settings: Any) -> str:
        """Render the page with a policy for the browser in its head."""
        return closed(str(super().render(document, template, **settings)))  # type: ignore[no-untyped-call]


def closed(page: str) -> str:
    """Tell the browser not to fetch pictures from elsewhere or send anything, and take the distant logo out."""
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    return _LOGO.sub("", page).replace("<head>", f"<head>{policy}", 1)
