"""Bring a file of one's own: its contract is drafted, and a person completes it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["app"]

app = typer.Typer(help="Contracts of sources.", no_args_is_help=True)


@app.callback()
def contract() -> None:
    """Draft the contract of a source from its file."""


@app.command()
def draft(
    file: Annotated[Path, typer.Argument(help="Any directory file that can be read.")],
) -> None:
    """Write a contract for a file to standard output: whole but for the lawful basis, which a person fills in."""
    from include.errors import NeverRetry
    from include.intake.contracts.draft import draft as drafted

    if not file.is_file():
        raise NeverRetry(f"{file}: there is no such file; name the file that the contract is for")
    typer.echo(drafted(file).encode(), nl=False)
