"""The command line: the same code as the DAGs, without Airflow."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run one command; an error that we foresee is one sentence on standard error and exit code 1."""
    from rich.console import Console

    from include.commands.app import app
    from include.errors import MayBeRetried, NeverRetry

    try:
        app()
    except (NeverRetry, MayBeRetried) as error:
        Console(stderr=True).print(f"[red]error:[/red] {type(error).__name__}: ", str(error), sep="", markup=True)
        sys.exit(1)
