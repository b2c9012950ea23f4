"""Train the classifier of names, and say how good it is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["app"]

app = typer.Typer(help="The classifier: learn its weights, measure it.", no_args_is_help=True)
Labels = Annotated[Path, typer.Argument(help="A CSV file of labelled names.", exists=True, dir_okay=False)]


@app.command()
def train(
    labels: Labels,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Where to write the weights.")] = None,
) -> None:
    """Learn the weights of names. The same labels give the same weights."""
    from include.intake.classification.name_labels import read_names
    from include.intake.classification.name_model import MODEL
    from include.intake.classification.name_training import trained, write_model

    learned = trained(read_names(labels))
    write_model(output or MODEL, learned)
    typer.echo(f"{len(learned.weights):,} weights from {learned.about['rows']:,} names → {output or MODEL}")
