"""`python -m include classification`: learn the weights of names, measure the classifier, decide again what is held."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from include.commands.redeciding import redecide

__all__ = ["app"]

app = typer.Typer(help="The classifier: learn its weights, measure it, decide again.", no_args_is_help=True)
app.command()(redecide)
Labels = Annotated[Path, typer.Argument(help="A CSV file of labels.", exists=True, dir_okay=False)]


@app.command()
def train(
    labels: Annotated[
        list[Path],
        typer.Argument(help="CSV files of names, or of `review export`.", exists=True, dir_okay=False),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="Where to write the weights; without it over those that the project ships and decides by.",
        ),
    ] = None,
) -> None:
    """Learn the weights of names, and write them over the project's own unless `-o` names a file.

    The same labels give the same weights.
    """
    from include.intake.classification.labels import read_many_names
    from include.intake.classification.name_model import MODEL
    from include.intake.classification.name_rows import write_rows
    from include.intake.classification.name_training import trained, write_model

    read = read_many_names(labels)
    learned = trained(read)
    write_model(output or MODEL, learned)
    write_rows(output or MODEL, read)
    typer.echo(f"{len(learned.weights):,} weights from {learned.about['rows']:,} names → {output or MODEL}")


@app.command()
def confirm(
    labels: Annotated[
        list[Path] | None, typer.Argument(help="Files of labels to compare on as well.", exists=True, dir_okay=False)
    ] = None,
    changed: Annotated[bool, typer.Option("--changed", help="It decides otherwise, and is another version.")] = False,
) -> None:
    """Say that changed code decides as before, once every decision was compared; or make it another version.

    Compared are made-up listings, and every decision on the files of labels that are named.
    """
    from include.intake.classification.rule_code import confirmed, read_stamp, stamp_of, write_stamp
    from include.intake.classification.rule_results import results_of
    from include.intake.classification.rules import version_of

    before, now = read_stamp(), stamp_of(results_of(labels or ()))
    after = confirmed(before, now, changed=changed)
    write_stamp(after)
    typer.echo(f"{version_of(after.decides)}, compared on {len(now.results)} sample(s)")
    if (before.decides, before.knowledge) != (after.decides, after.knowledge):
        typer.echo("another version: measure both files of labels again; write the figures, the cards and the README")
    if left := set(after.results) - set(now.results):
        typer.echo(f"not compared this time: labels {', '.join(sorted(sample[:12] for sample in left))}")


class Folds(StrEnum):
    """What is left out, one at a time, from what the weights are learned from."""

    SOURCE = "source"


@app.command()
def evaluate(
    labels: Labels,
    folds: Annotated[Folds | None, typer.Option(help="Leave out each source in turn, and learn from the rest.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON on standard output and nothing else.")] = False,
) -> None:
    """Measure the classifier on labelled names or contact points: per class, language, source and stratum."""
    from include.commands.tables import figures_table
    from include.intake.classification.evaluation import evaluated

    found = evaluated(labels, folds=folds is not None)
    if as_json:
        typer.echo(json.dumps(found))
    else:
        figures_table(found)
