"""`python -m include suppression`: who must not come back, from lists that others kept."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["app"]

app = typer.Typer(help="Stop lists and do-not-call files.", no_args_is_help=True)


@app.callback()
def suppression() -> None:
    """Take over who wants to be left alone."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A CSV file in UTF-8 with one contact a row.")],
    reason: Annotated[str, typer.Option(help="opted_out, do_not_call, complaint, objection or legal.")] = "opted_out",
    region: Annotated[str, typer.Option(help="Whose numbers those without a country code are.")] = "SA",
    column: Annotated[str | None, typer.Option(help="The heading of the contacts.")] = None,
) -> None:
    """Suppress every contact of a file: all of it, or nothing where a row is broken. Prints counts as JSON."""
    from include.duties.suppressing import import_list
    from include.law import now

    typer.echo(json.dumps(asdict(import_list(file, reason=reason, at=now(), region=region, column=column))))


@app.command()
def rotate() -> None:
    """Put every suppressed hash under the newest key of AMANAH_SUPPRESSION_KEYS. Prints counts as JSON.

    Everything goes on meanwhile, and both keys hold. Cut short, run it again: it goes on where it stopped.
    """
    from include.duties.suppressing import rotate
    from include.law import now

    typer.echo(json.dumps(asdict(rotate(now()))))
