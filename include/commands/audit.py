"""`python -m include audit`: the pack of a day, its verification, who asked for which, and why clocks were missed."""

from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from typer.core import TyperGroup

__all__ = ["app"]


class _DayOrCommand(TyperGroup):
    """What is no command is a day: `audit 2026-11-29` is `audit day 2026-11-29`."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that the words name."""
        return super().resolve_command(ctx, args if args[0] in self.commands else ["day", *args])


class Why(StrEnum):
    """Why a day is audited by hand: the codes of the DAG's form that fit."""

    AUDIT = "audit"
    CORRECTION = "correction"
    DRILL = "drill"
    RETRY = "retry"


app = typer.Typer(
    cls=_DayOrCommand,
    help="Audit a day (`audit 2026-11-29`), or verify the pack of one without a database (`audit verify PACK`).",
    no_args_is_help=True,
)
Json = Annotated[bool, typer.Option("--json", help="Write JSON to standard output, and nothing else.")]


@app.command()
def day(
    date: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="The day, by Riyadh's calendar.")],
    reason: Annotated[Why, typer.Option(help="Why, for the evidence.")] = Why.AUDIT,
    as_json: Json = False,
) -> None:
    """Write the pack of a day, or find that the one that stands is the same. Exit code 1 where a check fails."""
    from getpass import getuser
    from uuid import uuid4

    from include.duties.audit.actions import audit, see_that_it_holds
    from include.duties.audit.closing import see_that_it_is_over
    from include.duties.audit.model import Day
    from include.intake.starting import note_start
    from include.law import now

    asked = Day.of(date.date())
    see_that_it_is_over(asked, now())
    note_start(f"audit:{uuid4()}", kind="command_line", reason=reason.value, started_by=getuser(), at=now())
    done = audit(asked, now())
    told = {"pack": str(done.pack), "events": done.events, "counted": done.counted, "failed": dict(done.failed)}
    told |= {"supplements": [str(each) for each in done.supplements], "notes": list(done.notes)}
    if as_json:
        typer.echo(json.dumps(told))
    else:
        held = "" if done.counted else "; what was held was not counted when the day ended"
        typer.echo(f"{done.pack}: {done.events:,} events{held}")
        for each in done.supplements:
            typer.echo(f"{each}: what was recorded then about an earlier day")
        for note in done.notes:
            typer.echo(note)
    see_that_it_holds(done)


@app.command()
def verify(
    pack: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="The folder; its signature lies beside.")],
    trust: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="PEM file of the keys whose signatures count.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what in a pack is not as it was signed: the first wrong file, and the byte. Needs no database.

    Without --trust the signature is checked by the key that it brings: compare the fingerprints (SHA-256) that are
    printed with ones that you have from elsewhere. With it, signature and seals have to be of keys in that file.
    Exit code 0: all is as it was signed. 1: something is not.
    """
    from include.duties.audit import verifier

    try:
        trusted = verifier.keys_in(trust.read_text(encoding="ascii")) if trust else None
    except ValueError:
        raise typer.BadParameter("no file of Ed25519 public keys in PEM", param_hint="--trust") from None
    wrong = verifier.verify(pack.resolve(), trusted)
    if as_json:
        faults = [{"file": each.file, "byte": each.byte, "what": each.what} for each in wrong]
        by, seals = verifier.signers(pack.resolve())
        typer.echo(json.dumps({"verified": not wrong, "faults": faults, "signed_by": by, "sealed_by": seals}))
    else:
        key = "a key that you trust" if trust else "the key that the signature itself brings"
        typer.echo("\n".join(f"NOT verified: {each}" for each in wrong) or f"verified {pack.name}, signed by {key}")
        typer.echo("\n".join(verifier.said_of_keys(pack.resolve(), trusted)))
    raise typer.Exit(1 if wrong else 0)


@app.command()
def runs(as_json: Json = False) -> None:
    """Say who asked for which audit by hand or by a backfill, when, and why."""
    from include.duties.audit.asked import asked_for

    found = asked_for()
    if as_json:
        typer.echo(json.dumps(found))
        return
    for row in found:
        typer.echo(f"{row['at']}  {row['kind']}  {row['by']}  {row['reason']}  {row['run']}")


@app.command()
def explain(
    reason: Annotated[str, typer.Option(help="A code, such as system_away; a wrong one is answered with all.")],
    login: Annotated[str, typer.Option("--by", help="Your login; the ledger keeps its keyed hash.")],
    duty: Annotated[UUID | None, typer.Option(help="One duty alone; without it all that have no reason yet.")] = None,
) -> None:
    """Say why clocks were missed: a missed clock without a reason fails every audit until it has one."""
    from include.duties.audit.explaining import explain_missed
    from include.law import now

    for kind, count in explain_missed(reason, by=login, at=now(), duty=duty).items():
        typer.echo(f"{kind}: {count:,}")
