"""`python -m include classification`: the rules by which contact points are told apart."""

from __future__ import annotations

import typer

from include.commands.redeciding import redecide

__all__ = ["app"]

app = typer.Typer(help="The rules that tell business from personal.", no_args_is_help=True)
app.command()(redecide)


@app.callback()
def classification() -> None:
    """Decide again what is held."""
