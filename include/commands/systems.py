"""`python -m include systems`: the maps of the company's other databases."""

from __future__ import annotations

import json
import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from include.commands.unintended import app as unintended

__all__ = ["app"]

app = typer.Typer(help="Data maps of other systems of record.", no_args_is_help=True)
app.add_typer(unintended, name="unintended")


@app.callback()
def systems() -> None:
    """Draft a data map from a live database, and check one."""


@app.command()
def draft(
    address: Annotated[str, typer.Argument(help="The database's address, or the setting that holds it.")],
    key: Annotated[str, typer.Option(help="What the system is called.")] = "system",
    schema: Annotated[str | None, typer.Option(help="Its schema, where it is not the database's first.")] = None,
) -> None:
    """Write a map of a database to standard output: whole but for purposes, bases and what is mandatory."""
    from include.systems.connecting import connected
    from include.systems.drafting import draft as drafted

    named = address if address in os.environ else ""
    with connected(os.environ.get(address, address)) as connection:
        typer.echo(drafted(connection, key, schema=schema, connection_name=named), nl=False)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A data map.")],
    live: Annotated[bool, typer.Option(help="Compare it with its database too.")] = True,
) -> None:
    """Say everything that a map leaves open or gets wrong; exit 1 where there is anything."""
    from include.law import edition_for, now
    from include.systems import findings, uncovered, unexplained, unindexed
    from include.systems.connecting import address_of, connected
    from include.systems.manifest import load_map
    from include.systems.retention import ruleless, stricter, unfit_rules

    found = 0
    for system in load_map(file):
        edition = edition_for(system.jurisdiction, now())
        told = [*findings(system), *unexplained(system), *unfit_rules(system, edition), *ruleless(system)]
        if live:
            with connected(address_of(system)) as connection:
                told += uncovered(connection, system)
                told += unindexed(connection, system) if not findings(system) else ()
        for fault in told:
            typer.echo(f"{system.key}: {fault}")
        for remark in stricter(system):
            typer.echo(f"{system.key}: {remark} (no fault)")
        found += len(told)
    if found:
        raise typer.Exit(1)
    typer.echo("The map says everything.")


class Language(StrEnum):
    """What a notice may be written in alone."""

    AR = "ar"
    EN = "en"


@app.command()
def notice(
    file: Annotated[Path, typer.Argument(help="A data map.")],
    form: Annotated[str, typer.Argument(help="A form that it declares under `forms`.")],
    language: Annotated[Language | None, typer.Option(help="In this language alone.")] = None,
    output: Annotated[Path | None, typer.Option(help="A file to write: .html, .json, or text.")] = None,
) -> None:
    """Write the notice that a form shows before it is filled in, Arabic and English; refused while anything lacks."""
    from include.duties.collection import notice_of
    from include.errors import NeverRetry
    from include.law import edition_for, load_controller, now
    from include.systems.manifest import load_map

    declared = [system for system in load_map(file) if form in system.forms]
    if len(declared) != 1:
        told = "several systems declare" if declared else "no system declares"
        raise NeverRetry(f"{file}: {told} a form {form!r}")
    (system,), at = declared, now()
    edition = edition_for(system.jurisdiction, at)
    languages = [language.value] if language else ["ar", "en"]
    made = notice_of(load_controller(), edition, system, form, languages=languages)
    if output is None:
        typer.echo(made.text, nl=False)
        return
    facts = {"form": form, "system": system.key, "version": made.version, "edition": edition.name} | made.elements
    written = {".html": made.html, ".json": json.dumps(facts, ensure_ascii=False, indent=2) + "\n"}
    output.write_text(written.get(output.suffix, made.text), encoding="utf-8")
    typer.echo(made.version)
