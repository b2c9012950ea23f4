"""The command `demo`."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["app"]

app = typer.Typer()


@app.command()
def demo(
    oneshot: Annotated[bool, typer.Option("--oneshot", help="Stop everything after the summary.")] = False,
    stop: Annotated[bool, typer.Option("--stop", help="Only stop what a demo left running.")] = False,
) -> None:
    """Run the main job on invented directories: database, Airflow and mail catcher on this machine, nothing outside."""
    from include.commands.demo.story import Story

    story = Story()
    if stop:
        story.clear_up()
    else:
        raise typer.Exit(story.play(stay=not oneshot))
