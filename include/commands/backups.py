"""`python -m include backups`: copies of our store, and how one is restored without who was destroyed since."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["app", "restore_check"]

app = typer.Typer(help="Copies of the store, restores, and the restore drill.", no_args_is_help=True)


@app.callback()
def backups() -> None:
    """Make, list and restore copies of our store."""


@app.command("list")
def list_() -> None:
    """Print every copy, and until when one may still hold what each plan of destruction destroyed, as JSON."""
    from include.duties.backups.copies import backups_folder, copies, copies_left
    from include.law import now

    found = {
        "folder": str(backups_folder()),
        "copies": [asdict(copy) for copy in copies()],
        "plans": copies_left(now()),
    }
    typer.echo(json.dumps(found, indent=1, default=str))


@app.command()
def make() -> None:
    """Make a copy now, and destroy those whose time is over. Prints counts as JSON."""
    from include.duties.backups.copies import make_backup
    from include.law import now

    typer.echo(json.dumps(make_backup(now())))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="The copy.", exists=True, dir_okay=False, readable=True)],
    into: Annotated[str, typer.Option(help="The name of the database to make.")],
) -> None:
    """Restore a copy into a new database, destroy in it what was destroyed since, look again, and only then open it.

    Cut short, it stays closed to every process; the same command begins it anew.
    """
    from include.duties.backups.restoring import restore as bring_back
    from include.law import now

    typer.echo(json.dumps(asdict(bring_back(file, into, now()))))


@app.command("restore-check")
def restore_check(
    apply: Annotated[bool, typer.Option("--apply", help="Destroy it again, and look again.")] = False,
) -> None:
    """Say whether the database in use holds what its journal says was destroyed. If so it is older; exit code 1."""
    from include.duties.backups.restoring import restore_check as look
    from include.law import now

    left = look(now(), apply=apply)
    typer.echo(json.dumps(left))
    raise typer.Exit(1 if any(left.values()) else 0)


@app.command()
def drill() -> None:
    """Drill a restore in scratch databases, with a person of the drill's own, and write its report."""
    from include.duties.backups.drilling import drill as drill_restore
    from include.law import now

    report = drill_restore(now())
    typer.echo(report.json.read_text(encoding="utf-8"), nl=False)
