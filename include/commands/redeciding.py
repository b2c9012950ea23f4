"""Decide again what is held of some sources, and say what changes."""

from __future__ import annotations

from typing import Any

from include.duties.redeciding import redecide_all
from include.intake.contracts import contract_named, contracts
from include.law import now

__all__ = ["redecide_sources"]


def redecide_sources(names: list[str], *, apply: bool) -> list[dict[str, Any]]:
    """Look at, or carry out, the re-decision of the named sources, of all without a name; return what changes."""
    chosen = [contract_named(name) for name in names] if names else list(contracts().values())
    return [
        {
            "source": found.source,
            "edition": found.edition,
            "rules": found.rules,
            "applied": apply,
            "transitions": [
                {
                    "kind": change.kind,
                    "from": change.before,
                    "to": change.after,
                    "points": change.points,
                    "sample": list(change.sample) if change.before != change.after else [],
                }
                for change in found.changes
            ],
            "found": found.found,
            "kept": found.kept,
            "unread": found.unread,
        }
        for found in redecide_all(chosen, at=now(), apply=apply)
    ]
