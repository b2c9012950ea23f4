"""`python -m include consent`: what people said in other systems."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["app"]

app = typer.Typer(help="Consents that other systems were given.", no_args_is_help=True)


@app.callback()
def consent() -> None:
    """Take over what people said elsewhere."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A CSV file in UTF-8.", exists=True, dir_okay=False)],
    region: Annotated[str, typer.Option(help="Whose numbers those without a country code are.")] = "SA",
    system: Annotated[str, typer.Option(help="A code for the system that kept them.")] = "file",
) -> None:
    """Take over every whole row of a file, with its proof; name the broken ones. Prints counts as JSON.

    Columns: contact, action (granted, refused, withdrawn, delete), purpose, channel (email, sms, whatsapp, phone, or
    all for the purpose itself), said_at (ISO 8601 with a time zone), proof (reference or text; its hash is kept),
    text_version, language (ar, en).
    """
    from include.duties.consent.importing import import_consents
    from include.law import now

    found = import_consents(file, at=now(), region=region, system=system)
    for row, column in found.broken:
        typer.echo(f"row {row}: {column} is missing or cannot be read; mend it and import the file again", err=True)
    typer.echo(json.dumps({"rows": found.rows, **found.outcomes, "broken": len(found.broken)}))
    if found.broken:
        raise typer.Exit(1)
