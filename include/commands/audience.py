"""`python -m include audience`: build and hand out an audience by hand, and see what is out."""

from __future__ import annotations

import json
from typing import Annotated

import typer

__all__ = ["app"]

app = typer.Typer(help="Audiences of business contacts.", no_args_is_help=True)


@app.command()
def build(
    recipient: Annotated[str, typer.Option(help="A code of who gets it.")],
    purpose: Annotated[str, typer.Option(help="promotion or service.")] = "promotion",
    form: Annotated[str, typer.Option(help="csv, parquet or table.")] = "csv",
    country: Annotated[str, typer.Option(help="Where the recipient keeps it.")] = "SA",
    safeguard: Annotated[str | None, typer.Option(help="Abroad: what the transfer rests on.")] = None,
    platform: Annotated[str | None, typer.Option(help="google or meta: hashed as it asks.")] = None,
    days: Annotated[int, typer.Option(help="How long it may be used.")] = 7,
) -> None:
    """Build, check and hand out an audience. Prints its manifest."""
    from getpass import getuser
    from uuid import uuid4

    from include.duties import audience
    from include.duties.marketing.licences import licences
    from include.law import load_controller, now

    asked = audience.Asked(
        purpose=purpose,
        recipient=recipient,
        asked_by=getuser(),
        run=f"command_line:{uuid4()}",
        form=form,
        country=country,
        safeguard=safeguard,
        platform=platform,
        days=days,
    )
    licensed = licences(load_controller())
    made = audience.build(asked, now(), licensed=licensed)
    folder = audience.export(made, asked, now(), licensed=licensed)
    typer.echo((folder / "manifest.json").read_text(encoding="utf-8"))


@app.command()
def out() -> None:
    """Print the audiences that are out, with what has to be taken out of them, as JSON."""
    from include.commands.audiences_held import audiences

    typer.echo(json.dumps(audiences(), indent=1))
