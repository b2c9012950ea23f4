"""The command line: the same code as the DAGs, without Airflow."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run one command; an error that we foresee is one sentence on standard error and exit code 1."""
    from rich.console import Console

    from include.commands.app import app
    from include.errors import MayBeRetried, NeverRetry, place_of

    try:
        app()
    except (NeverRetry, MayBeRetried) as error:
        told = f"{type(error).__name__}: {error}"
    except Exception as error:
        told = place_of(error)
    else:
        return
    Console(stderr=True, soft_wrap=True).print("error:", told, markup=False, highlight=False)
    sys.exit(1)
