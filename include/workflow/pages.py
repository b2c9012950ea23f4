"""Which page of the console a workflow concerns: its runs and tasks link to it."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["PAGES", "page_of"]

PAGES: Mapping[str, str] = {
    "answer_requests": "/requests",
    "audit": "/evidence",
    "back_up": "/retention/proofs",
    "check_coverage": "/",
    "destroy_due": "/retention",
    "drill_restore": "/retention/proofs",
    "enforce_retention": "/retention",
    "notify_subjects": "/notices",
    "read_returns": "/notices#returns",
    "ready_for_breach": "/breach",
    "redecide_held": "/review",
    "refresh_audience": "/consent",
    "relay_outbox": "/notices#messages",
    "respond_to_breach": "/breach",
    "seal_evidence": "/evidence",
    "tell_recipients": "/consent",
    "watch_promises": "/#clocks",
}
SOURCE = "collect_"


def page_of(workflow: str) -> str | None:
    """Give the path of the page that a workflow concerns; None for one that is not ours."""
    if workflow.startswith(SOURCE):
        return f"/sources/{workflow.removeprefix(SOURCE)}"
    return PAGES.get(workflow)
