"""`python -m include consent`: what people said in other systems, and in answers that a person read."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["app"]

app = typer.Typer(help="What people said elsewhere: in other systems, or by mail.", no_args_is_help=True)


@app.callback()
def consent() -> None:
    """Take over what people said elsewhere."""


class Word(StrEnum):
    """What an answer can say."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    DELETE = "delete"
    WITHDRAW = "withdraw"


@app.command()
def say(
    reference: Annotated[str, typer.Argument(help="The letter's reference, or the Message-ID that the answer quotes.")],
    word: Annotated[Word, typer.Argument(help="What the answer says.")],
    proof: Annotated[str, typer.Option(help="What the answer is found again by: its Message-ID. Its hash is kept.")],
    purpose: Annotated[str | None, typer.Option(help="To which question, where the letter asked several.")] = None,
    said_at: Annotated[str | None, typer.Option(help="When it came, ISO 8601 with a time zone; now by itself.")] = None,
) -> None:
    """Write down what somebody answered by mail, from the folder of what a person has to read. Prints JSON."""
    from include.duties.consent.importing import moment_of
    from include.duties.consent.replying import said_in_reply
    from include.law import now

    at = now() if said_at is None else moment_of(said_at, now())
    typer.echo(json.dumps({"outcome": said_in_reply(reference, word.value, proof=proof, at=at, purpose=purpose)}))


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
