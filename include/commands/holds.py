"""Legal holds by hand: place, see, release."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import typer

__all__ = ["app"]

app = typer.Typer(help="Legal holds: what a case keeps from destruction, wherever it lies.", no_args_is_help=True)
Login = Annotated[str, typer.Option("--by", help="Your login; the ledger keeps its keyed hash.")]


@app.command("place")
def place_hold(
    case: Annotated[str, typer.Argument(help="The case's reference: a number, no name.")],
    login: Login,
    person: Annotated[
        bool, typer.Option("--person", help="Read the contacts of the people from standard input, one a line.")
    ] = False,
    system: Annotated[str | None, typer.Option(help="One system alone; `register` for our own.")] = None,
    table: Annotated[str | None, typer.Option(help="One table of it alone.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Rows of this time on, UTC.")] = None,
    until: Annotated[datetime | None, typer.Option(help="Rows up to this time, UTC.")] = None,
) -> None:
    """Place a hold and print its id. It wins over every rule, plan and request until it is released."""
    from include.duties.holds import place
    from include.law import now

    people = tuple(filter(None, (line.strip() for line in typer.get_text_stream("stdin")))) if person else ()
    hold = place(
        case, by=login, at=now(), people=people, system=system, table=table,
        since=since.replace(tzinfo=UTC) if since else None, until=until.replace(tzinfo=UTC) if until else None,
    )  # fmt: skip
    typer.echo(str(hold))


@app.command("list")
def list_holds() -> None:
    """Show every hold that stands: id, case, system, table, time, how many people. No contact is shown."""
    from include.duties.holds import standing
    from include.store import Role, begin

    with begin(Role.DUTIES) as store:
        for hold in standing(store):
            where = f"{hold.system or 'every system'}{'.' + hold.table if hold.table else ''}"
            span = f"{hold.since or '…'} to {hold.until or '…'}" if hold.since or hold.until else "any time"
            typer.echo(f"{hold.id}  {hold.case_ref}  {where}  {span}  {len(hold.people) + len(hold.keys)} contact(s)")


@app.command("release")
def release_hold(hold: Annotated[UUID, typer.Argument(help="Its id, from `hold list`.")], login: Login) -> None:
    """Release a hold: what fell due meanwhile is planned by the next night, and its contacts are let go of."""
    from include.duties.holds import release
    from include.law import now

    release(hold, by=login, at=now())
    typer.echo("released")
