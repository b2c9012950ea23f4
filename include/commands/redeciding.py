"""`python -m include classification redecide`: decide again what is held, and say what changes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from include.intake.redeciding import Change, Redecided

__all__ = ["redecide"]


def redecide(
    sources: Annotated[list[str] | None, typer.Argument(help="Keys of sources, or contracts; all without any.")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Change it. Without this, nothing is changed.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON on standard output and nothing else.")] = False,
) -> None:
    """Say what the rules and the edition of now would change in what is held; with --apply, change it.

    Without names, every source whose contract can be read is decided. The others of which something is held are told as
    skipped, and with --apply the command then fails, after it has decided the rest.
    """
    from getpass import getuser
    from uuid import uuid4

    from include.commands.tables import redecided_table
    from include.duties.redeciding import left_out, redecide_all
    from include.errors import NeverRetry
    from include.intake.contracts import contract_named, contracts
    from include.intake.starting import note_start
    from include.law import now

    chosen = [contract_named(name) for name in sources] if sources else list(contracts().values())
    if apply:
        run = f"command_line:{uuid4()}"
        note_start(run, kind="command_line", reason="correction", started_by=getuser(), at=now())
    found = [_told(one, apply) for one in redecide_all(chosen, at=now(), apply=apply)]
    skipped = {} if sources else left_out(one["source"] for one in found)
    found += [{"source": key, "skipped": why, "applied": False} for key, why in skipped.items()]
    if not as_json:
        redecided_table(found)
    typer.echo(json.dumps(found))
    if apply and skipped:
        raise NeverRetry(f"not decided: {', '.join(skipped)}; mend their contracts, and decide them by name")


def _told(found: Redecided, applied: bool) -> dict[str, Any]:
    about = {"source": found.source, "edition": found.edition, "rules": found.rules, "applied": applied}
    counts = {"found": found.found, "kept": found.kept, "unread": found.unread}
    return about | {"transitions": _changes(found.changes), "elsewhere": _changes(found.elsewhere)} | counts


def _changes(changes: Iterable[Change]) -> list[dict[str, Any]]:
    return [
        {
            "kind": change.kind,
            "from": change.before,
            "to": change.after,
            "points": change.points,
            "sample": list(change.sample) if change.before != change.after else [],
        }
        for change in changes
    ]
