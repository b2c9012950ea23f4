"""The commands by name; each imports what it needs when it is called, so that help is there at once."""

from __future__ import annotations

import json
import logging
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from include.commands.api import app as api
from include.commands.archives import app as archives
from include.commands.audience import app as audience
from include.commands.audit import app as audit
from include.commands.backups import app as backups
from include.commands.backups import restore_check
from include.commands.breach import app as breach
from include.commands.classification import app as classification
from include.commands.consent import app as consent
from include.commands.contract import app as contract
from include.commands.demo import app as demo
from include.commands.destruction import app as destruction
from include.commands.evidence import app as evidence
from include.commands.holds import app as holds
from include.commands.records import app as records
from include.commands.requests import app as requests
from include.commands.review import app as review
from include.commands.suppression import app as suppression
from include.commands.systems import app as systems

__all__ = ["app"]

app = typer.Typer(
    name="python -m include",
    help="Amanah, on the command line: take in a file, classify one, look at what is owed, verify the evidence.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(api, name="api")
app.add_typer(archives, name="archive")
app.add_typer(audience, name="audience")
app.add_typer(audit, name="audit")
app.add_typer(backups, name="backups")
app.add_typer(breach, name="breach")
app.add_typer(classification, name="classification")
app.add_typer(consent, name="consent")
app.add_typer(contract, name="contract")
app.add_typer(evidence, name="evidence")
app.add_typer(destruction, name="destruction")
app.add_typer(holds, name="hold")
app.add_typer(records, name="records")
app.add_typer(requests, name="request")
app.add_typer(review, name="review")
app.add_typer(suppression, name="suppression")
app.add_typer(systems, name="systems")
app.add_typer(demo)
app.command("restore-check")(restore_check)


class Reason(StrEnum):
    """Why something is done by hand: the codes of the DAGs' form."""

    NEW_FILE = "new_file"
    AUDIT = "audit"
    CORRECTION = "correction"
    DRILL = "drill"
    RETRY = "retry"


JsonOnly = Annotated[bool, typer.Option("--json", help="Print JSON on standard output and nothing else.")]
ContractName = Annotated[str, typer.Option("--contract", "-c", help="A source's key, or a contract's YAML file.")]
GivenFile = Annotated[Path, typer.Argument(help="The directory file.", exists=True, dir_okay=False, readable=True)]


@app.callback()
def settings(quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress lines.")] = False) -> None:
    """Send progress and warnings to standard error; standard output is for results."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    logging.getLogger("amanah").setLevel(logging.WARNING if quiet else logging.INFO)


@app.command()
def intake(
    contract: ContractName,
    file: Annotated[
        Path | None,
        typer.Argument(
            help="The directory file; without it, what the contract's location names.",
            exists=True,
            dir_okay=False,
            readable=True,
        ),
    ] = None,
    reason: Annotated[Reason, typer.Option(help="Why, for the evidence.")] = Reason.NEW_FILE,
    as_json: JsonOnly = False,
) -> None:
    """Take a file in under its contract: the same way as the nightly DAG. The last line is JSON with the counts."""
    from include.commands.bringing import delivered
    from include.commands.tables import counts_table
    from include.duties.raising import open_for_receipt
    from include.intake.actions import take_in_by_hand
    from include.intake.contracts import contract_named
    from include.law import now

    known = contract_named(contract)
    with delivered(known, file) as given:
        receipt, counts = take_in_by_hand(known, given, at=now(), reason=reason.value)
    open_for_receipt(receipt, now())
    if not as_json:
        counts_table(known.key, counts)
    typer.echo(json.dumps(counts))


@app.command()
def classify(
    file: GivenFile,
    output: Annotated[Path, typer.Option("--output", "-o", help="The CSV file to write.")],
    contract: Annotated[
        str | None,
        typer.Option("--contract", "-c", help="A source's key or contract; guessed from the file without it."),
    ] = None,
    as_json: JsonOnly = False,
) -> None:
    """Say of every contact point and name in a file whether it is business or personal. Nothing is stored."""
    from include.commands.classifying import classify_file

    counts = classify_file(file, output, contract)
    if not as_json:
        typer.echo(f"{counts['rows']:,} rows, {counts['contact_points']:,} contact points → {output}")
    typer.echo(json.dumps(counts))


@app.command()
def status(as_json: JsonOnly = False) -> None:
    """Show what we hold, what is owed, and which plans wait for a person."""
    from include.commands.status import status as look
    from include.commands.tables import status_table

    found: dict[str, Any] = look()
    if as_json:
        typer.echo(json.dumps(found))
    else:
        status_table(found)


@app.command()
def migrate() -> None:
    """Bring the database named by the settings up to date (the embedded one does it by itself)."""
    from include.store import migrate as bring_up

    bring_up()
    typer.echo("the database is up to date")


@app.command()
def portal(
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8081,
) -> None:
    """Serve the pages for the people concerned."""
    from include.portal.serving import serve

    serve(host, port)
