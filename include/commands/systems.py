"""`python -m include systems`: the maps of the company's other databases."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
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
def restored(
    key: Annotated[str, typer.Argument(help="The system's key, as its map has it.")],
    since: Annotated[datetime, typer.Option(help="When the copy was made (UTC), or any moment before.")],
) -> None:
    """Find again, in a system that was restored from a copy, who asked to be destroyed since; the next runs destroy it.

    To be run before the system is opened, and then `destroy_due` and `enforce_retention`. Prints counts as JSON.
    """
    from include.duties.retention.restored import look_for_again
    from include.law import now

    typer.echo(json.dumps(look_for_again(key, since.replace(tzinfo=UTC), now())))


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


@app.command()
def ours() -> None:
    """Write the map of our own store, files and logs: what is where, why, until when, and who sees to it.

    Exit 1 where anything of a person has no rule.
    """
    from include.duties.notice.calendar import HOME
    from include.duties.own_system import manifest_of, open_questions
    from include.law import edition_for, now

    typer.echo(manifest_of(), nl=False)
    if faults := open_questions(edition_for(HOME, now())):
        for fault in faults:
            typer.echo(fault, err=True)
        raise typer.Exit(1)


@app.command()
def recording(
    system: Annotated[str, typer.Argument(help="The system's key, as its map names it.")],
    table: Annotated[str, typer.Argument(help="The table of recordings.")],
    key: Annotated[str, typer.Argument(help="The row's key; several columns with a comma between them.")],
    purpose: Annotated[str, typer.Option(help="quality, training or service_improvement.")],
    login: Annotated[str, typer.Option("--by", help="Your login; the ledger keeps its keyed hash.")],
    output: Annotated[Path, typer.Option(help="The file to write; it must not be there yet.")],
) -> None:
    """Take a recording out for a purpose, where that is allowed; who did is in the ledger before."""
    from include.duties.purposes import read_recording
    from include.errors import NeverRetry
    from include.law import now
    from include.systems.maps import all_maps

    found = {each.key: each for each in all_maps()}.get(system)
    if found is None:
        raise NeverRetry(f"no data map is of {system}; AMANAH_SYSTEMS names the folder of maps")
    if output.exists():
        raise NeverRetry(f"{output} is there already; name another file")
    mapped = {each.name: each for each in found.tables}.get(table)
    parts = key.split(",") if mapped is not None and len(mapped.key) > 1 else [key]
    sound = read_recording(found, table, parts, purpose, login, at=now())
    with os.fdopen(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(sound)
    typer.echo(f"{len(sound):,} bytes → {output}")


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
