"""Which page of the console a workflow concerns: its runs and tasks link to it."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["PAGES", "page_of"]

PAGES: Mapping[str, str] = {
    "back_up": "/",
    "check_coverage": "/",
    "destroy_due": "/retention",
    "drill_restore": "/",
    "enforce_retention": "/retention",
    "notify_subjects": "/notices",
    "read_returns": "/notices#returns",
    "redecide_held": "/review",
    "refresh_audience": "/",
    "relay_outbox": "/notices#messages",
    "seal_evidence": "/evidence",
    "tell_recipients": "/",
    "watch_promises": "/#clocks",
}
SOURCE = "collect_"


def page_of(workflow: str) -> str | None:
    """Give the path of the page that a workflow concerns; None for one that is not ours."""
    if workflow.startswith(SOURCE):
        return f"/sources/{workflow.removeprefix(SOURCE)}"
    return PAGES.get(workflow)
