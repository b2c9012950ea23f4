"""Archives of ended accounts by hand: see, quote, restore, and whom the product has to remind."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Annotated
from uuid import UUID

import typer

__all__ = ["app"]

app = typer.Typer(
    help="Archives of ended accounts, restored inside their window and gone after it.", no_args_is_help=True
)


@app.command("list")
def list_archives(
    system: Annotated[str | None, typer.Option(help="Of one system alone.")] = None,
    person: Annotated[
        bool,
        typer.Option("--person", help="Of one person alone: read an e-mail address or number from standard input."),
    ] = False,
) -> None:
    """Show the archives that are kept, a line of JSON each: id, system, rule, rows, until when it can be restored."""
    from include.duties.archives.restoring import find_archives
    from include.duties.archives.storing import archives
    from include.duties.holds import identity_of
    from include.store import Role, begin

    if person:
        kind, value = identity_of(typer.get_text_stream("stdin").readline().strip())
        found = find_archives({kind: value}, system)
    else:
        with begin(Role.DUTIES) as store:
            found = archives(store, "state = 'kept' and system = coalesce(:system, system)", {"system": system})
    for one in found:
        told = {"archive": str(one.id), "system": one.system, "rule": one.rule, "rows": one.rows}
        instants = {"ended": one.event_at, "until": one.latest}
        typer.echo(json.dumps(told | {name: at.astimezone(UTC).isoformat() for name, at in instants.items()}))


@app.command("quote")
def quote(
    archive: Annotated[UUID, typer.Argument(help="The archive's id, from `archive list`.")],
    fee: Annotated[int | None, typer.Option(help="The product's fee, in minor units; free without it.")] = None,
    right: Annotated[bool, typer.Option("--right", help="It is asked by a person's right: that is free.")] = False,
) -> None:
    """Open a request to restore; say its reference, its fee, and what stands against it."""
    from include.duties.archives.restoring import ask_restore
    from include.law import now

    asked = ask_restore(archive, now(), quote=fee, by_right=right)
    told = {"reference": asked.reference, "quote": asked.quote, "until": asked.until.isoformat()}
    note = {"note": "a rights request is free"} if right else {}
    typer.echo(json.dumps(told | {"hindrances": list(asked.hindrances)} | note))


@app.command("restore")
def restore_archive(reference: Annotated[str, typer.Argument(help="The request's reference.")]) -> None:
    """Put an account back as it was, all of it or nothing; refused once its window is over."""
    from include.duties.archives.restoring import restore
    from include.law import now

    typer.echo(json.dumps(restore(reference, now())))


@app.command("remind")
def remind(
    within: Annotated[int | None, typer.Option(min=1, help="So many days ahead; else as the map says, or 14.")] = None,
) -> None:
    """Name, by the product's own ids, the accounts that end soon: the product tells them to take their data along."""
    from include.duties.archives.reminding import ending_soon
    from include.law import now

    for told in ending_soon(now(), days=within):
        typer.echo(json.dumps(told))
