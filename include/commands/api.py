"""`python -m include api`: serve the API, issue and end its keys, and name who is told of stops."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["app"]

app = typer.Typer(help="The API for campaign tools, and its keys.", invoke_without_command=True)


@app.callback()
def api(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port.")] = 8090,
    workers: Annotated[int, typer.Option(help="Processes.")] = 2,
) -> None:
    """Serve the API; without a command of its own."""
    if context.invoked_subcommand is None:
        from include.api.serving import serve

        serve(host, port, workers)


@app.command()
def key(
    name: Annotated[str, typer.Argument(help="A code that tells it from other keys.")],
    recipient: Annotated[str, typer.Option(help="Whose audiences it speaks of.")],
    days: Annotated[int, typer.Option(help="How long it lasts.")] = 90,
    scope: Annotated[
        list[str] | None,
        typer.Option(help="What it may do: may_use, stops, removals by itself; and consents, requests, breaches."),
    ] = None,
) -> None:
    """Issue a key. It is shown this once, and kept as a hash alone."""
    from include.api.keys import BY_ITSELF, issue_key
    from include.law import now
    from include.store import Role, begin

    with begin(Role.DUTIES) as connection:
        made = issue_key(connection, name, recipient, days=days, at=now(), scopes=scope or BY_ITSELF)
    typer.echo(made)


@app.command("end-key")
def end(name: Annotated[str, typer.Argument(help="Its name.")]) -> None:
    """End a key at once."""
    from include.api.keys import end_key
    from include.law import now
    from include.store import Role, begin

    with begin(Role.DUTIES) as connection:
        end_key(connection, name, now())
    typer.echo("ended")


@app.command()
def webhook(
    recipient: Annotated[str, typer.Argument(help="A recipient of audiences.")],
    url: Annotated[str, typer.Argument(help="Where stops and removals are told, https.")],
) -> None:
    """Name an address that is told of stops and removals; print the secret that signs what it is told."""
    from include.duties.webhooks import add_webhook
    from include.law import now

    typer.echo(add_webhook(recipient, url, now()))
