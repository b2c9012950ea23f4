"""`python -m include review`: what waits for a person, on the command line."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["app"]

app = typer.Typer(help="Contact points that wait for a person's decision.", no_args_is_help=True)

JsonOnly = Annotated[bool, typer.Option("--json", help="Print JSON on standard output and nothing else.")]
Point = Annotated[int, typer.Argument(help="The contact point's number, from `review list`.")]
By = Annotated[str, typer.Option("--by", help="Who decides: your login. The evidence gets a keyed hash of it.")]


class Decided(StrEnum):
    """What a person can decide."""

    BUSINESS = "business"
    PERSONAL = "personal"


@app.command("list")
def list_waiting(
    limit: Annotated[int, typer.Option(min=1, help="So many at most.")] = 50, as_json: JsonOnly = False
) -> None:
    """List what is undetermined, the most urgent first. Numbers and reasons only: `show` has the value."""
    from include.commands.tables import waiting_table
    from include.duties.review import waiting

    found = waiting(limit)
    if not as_json:
        waiting_table(found)
        return
    typer.echo(
        json.dumps(
            [
                {
                    "id": point.id,
                    "source": point.source,
                    "kind": point.kind,
                    "score": point.score,
                    "reasons": point.reasons,
                    "decide_by": point.decided_by.isoformat(),
                    "due_at": point.due_at.isoformat(),
                }
                for point in found
            ]
        )
    )


class Language(StrEnum):
    """A language of the texts of reasons."""

    AR = "ar"
    EN = "en"


@app.command()
def show(
    point: Point, language: Annotated[Language | None, typer.Option(help="Of the reasons' texts; both without.")] = None
) -> None:
    """Show one contact point to who is to decide it, with every decision about it. This prints personal data."""
    from include.commands.tables import history_table
    from include.duties.review import history, reason_texts

    found = history(point)
    wanted = [language.value] if language else [each.value for each in Language]
    history_table(found, {code: [texts[each] for each in wanted] for code, texts in reason_texts(found).items()})


@app.command()
def decide(
    point: Point,
    klass: Annotated[Decided, typer.Option("--class", help="What it is.")],
    reason: Annotated[str, typer.Option(help="Why: a code of `review reasons`.")],
    by: By,
    instead_of: Annotated[int | None, typer.Option(help="The number of the review that this one replaces.")] = None,
) -> None:
    """Decide a contact point. Routing follows at once; the rules stay overridden there until its evidence changes."""
    from include.duties.review import decide as decide_point
    from include.law import now

    before = decide_point(point, klass.value, reason=reason, by=by, at=now(), instead_of=instead_of)
    typer.echo(f"contact point {point}: {before} → {klass.value}")


@app.command()
def reasons() -> None:
    """List the codes of reasons, by the class that they give."""
    from include.duties.review import REASONS

    for klass, codes in REASONS.items():
        for code, texts in codes.items():
            typer.echo(f"{klass:10}{code:28}{texts['en']} | {texts['ar']}")


@app.command()
def export(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="The CSV file to write; an older one is replaced.")],
    by: By,
) -> None:
    """Write what people decided as labels for the next training: personal data, readable by you alone, and recorded."""
    from include.commands.labels import write_labels

    count = write_labels(file, by)
    typer.echo(f"wrote {count:,} labels to {file}: contact details of people are in it; destroy it after the training")
