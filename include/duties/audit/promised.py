"""What was promised on a day: the figures of the edition in force, each with its article, kept as they were then."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from functools import reduce
from typing import Any

from include.duties.audit.kept import fetch, keep
from include.duties.audit.model import Day
from include.duties.audit.reading import Closing, Made
from include.duties.notice.calendar import HOME
from include.errors import NeverRetry
from include.law import Edition, edition_for, edition_hash, edition_named
from include.law.in_force import NoSuchEdition

__all__ = ["FIGURES", "PromisesGone", "edition_at_end", "keep_promises", "promised_on", "promises", "promises_kept"]

FIGURES = (
    "notice.days", "notice.months", "notice.send_by_days", "notice.answer_days_min", "notice.review_days",
    "requests.days", "requests.months", "requests.extension_days", "requests.extension_months",
    "breach.authority_hours", "breach.subject_hours", "breach.processor_hours",
    "marketing.stop_max_hours", "marketing.requires_consent", "marketing.requires_direct_source",
    "consent.answer_days", "consent.record_months", "consent.silence_means",
    "retention.backup_min_months", "retention.backup_max_months", "retention.marketing_contact_months",
    "retention.ropa_tail_years", "retention.vat_record_years", "destruction.blast_radius",
)  # fmt: skip
"""The clocks and limits that an auditor asks for first; the edition's file has all."""


class PromisesGone(NeverRetry):
    """What was promised on a day is not kept any more, and today's edition says something else."""


def edition_at_end(day: Day) -> Edition:
    """Give the edition in force when a day ends, as editions stand now."""
    return edition_for(HOME, day.ends - timedelta(microseconds=1))


def promises(edition: Edition) -> dict[str, Any]:
    """Say what an edition promises: its name, the hash of its file, its law, its zone, and its figures."""
    return {
        "edition": edition.name,
        "sha256": edition_hash(edition),
        "law": edition.law.model_dump(),
        "zone": str(edition.zone),
        "figures": list(_figures(edition)),
    }


def promised_on(day: Day, closing: Closing | None, made: Made | None) -> tuple[str, dict[str, Any]]:
    """Say what was promised on a day, and its hash: as its closing recorded it, else as its pack first told it.

    Where neither did, it is what the edition says now. Raises PromisesGone.
    """
    digest, name = (closing.promised, closing.edition) if closing else (None, None)
    if digest is None and made is not None:
        digest, name = made.promised, made.edition
    if digest is None or name is None:
        edition = edition_named(name) if name else edition_at_end(day)
        digest, name = keep_promises(edition)["promised"].hex(), edition.name
    return digest, promises_kept(digest, name)


def keep_promises(edition: Edition) -> dict[str, bytes]:
    """Keep what an edition promises beside the packs; return the hashes by which the ledger names it."""
    told = promises(edition)
    return {"promised": bytes.fromhex(keep(_written(told))), "edition": bytes.fromhex(told["sha256"])}


def promises_kept(digest: str, name: str) -> dict[str, Any]:
    """Give what an edition promised, by its hash, as it was kept, or as it still is. Raises PromisesGone."""
    content = fetch(digest) or _as_it_is(digest, name)
    if content is None:
        raise PromisesGone(
            f"what {name} promised then (SHA-256 {digest}) is not in audits/kept, or was changed there, and its file "
            "says something else now: put audits/kept back from a copy"
        )
    told: dict[str, Any] = json.loads(content)
    return told


def _as_it_is(digest: str, name: str) -> str | None:
    try:
        content = _written(promises(edition_named(name)))
    except NoSuchEdition:
        return None
    return content if keep(content) == digest else None


def _written(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"


def _figures(edition: Edition) -> Iterator[dict[str, Any]]:
    for path in FIGURES:
        rule = reduce(lambda part, name: getattr(part, name, None), path.split("."), edition)  # type: ignore[arg-type, return-value]
        if rule is not None:
            yield {
                "figure": path,
                "value": rule.value,  # type: ignore[attr-defined]
                "article": rule.article,  # type: ignore[attr-defined]
                "confidence": rule.confidence,  # type: ignore[attr-defined]
            }
