"""`python -m include systems unintended`: personal data that nobody meant to have, and what its customers say."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import typer

__all__ = ["app"]

app = typer.Typer(help="Personal data found where it is not meant to be.", no_args_is_help=True)

Duty = Annotated[UUID, typer.Argument(help="The duty, from `unintended list`.")]
By = Annotated[str, typer.Option("--by", help="Who does it: your login. The evidence gets a keyed hash of it.")]


class Answer(StrEnum):
    """What a customer can say."""

    KEEP = "keep"
    DESTROY = "destroy"


@app.callback()
def unintended() -> None:
    """Ask the customer once whether it may stay: no answer is a no."""


@app.command("list")
def list_standing(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON on standard output and nothing else.")] = False,
) -> None:
    """List the columns that are blocked, the next to fall silent first: names and counts, never values."""
    from include.duties.unintended import standing

    found = standing()
    if as_json:
        told = [
            {"id": str(each.id), "system": each.system, "table": each.table, "column": each.column, "why": each.why,
             "kinds": each.kinds, "rows": each.rows, "state": each.state, "silent_at": each.silent_at.isoformat()}
            for each in found
        ]  # fmt: skip
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    for each in found:
        where = f"{each.system}: {each.table}.{each.column} ({each.why})"
        what = f"{each.rows} rows with {', '.join(each.kinds)}"
        typer.echo(f"{each.id}  {where}: {what}; {each.state}, silent from {each.silent_at:%Y-%m-%d %H:%M} UTC")


@app.command()
def asked(duty: Duty, by: By) -> None:
    """Write down that the customer was asked. A second time is refused."""
    from include.duties.unintended import ask
    from include.law import now

    ask(duty, by=by, at=now())
    typer.echo(f"{duty}: asked")


@app.command()
def answer(
    duty: Duty,
    said: Annotated[Answer, typer.Option("--answer", help="What the customer said.")],
    by: By,
    reason: Annotated[str, typer.Option(help="Why: explicit_consent; customer_refused, deletion_asked, not_needed.")],
) -> None:
    """Write down what the customer answered. What they refuse is destroyed at once, or by night where that fails."""
    from include.duties.unintended import answer as write_down
    from include.duties.unintended import destroy
    from include.law import now
    from include.systems.maps import all_maps

    write_down(duty, said.value, by=by, reason=reason, at=now())
    if said is Answer.KEEP:
        typer.echo(f"{duty}: kept")
        return
    typer.echo(f"{duty}: refused")
    typer.echo(f"{duty}: destroyed in {destroy(duty, all_maps(), now())} rows")
