"""Destruction by hand: allow or reject a plan, stop everything, let it go on, see what is due at any date."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

__all__ = ["app"]

app = typer.Typer(
    help="Plans of destruction that wait for a person, and the switch that stops all.", no_args_is_help=True
)


class Decider(StrEnum):
    """Who may decide about a plan of destruction."""

    DPO = "dpo"
    OPERATOR = "operator"


class Stopping(StrEnum):
    """Why everything is stopped."""

    RUNAWAY = "runaway"
    WRONG_MAP = "wrong_map"
    INVESTIGATION = "investigation"
    DRILL = "drill"


PlanId = Annotated[UUID, typer.Argument(help="The plan's id, from `status`.")]
PlanHash = Annotated[str, typer.Option("--hash", help="The plan's hash, from `status`: what you saw is what goes.")]
By = Annotated[Decider, typer.Option(help="In what role you decide.")]
Login = Annotated[str, typer.Option("--by", help="Your login; the ledger keeps its keyed hash.")]


@app.command("allow")
def allow_plan(plan: PlanId, plan_hash: PlanHash, by: By = Decider.DPO) -> None:
    """Allow a halted plan. The next run of notify_subjects, or of enforce_retention, carries it out."""
    from include.duties.destruction.actions import allow
    from include.law import now

    allow(plan, plan_hash, by=by.value, at=now())
    typer.echo("allowed; the next run of notify_subjects (register) or enforce_retention (systems) carries it out")


@app.command("reject")
def reject_plan(plan: PlanId, plan_hash: PlanHash, by: By = Decider.DPO) -> None:
    """Reject a halted plan: nothing of it goes. What is due by then is planned anew."""
    from include.duties.destruction.actions import reject
    from include.law import now

    reject(plan, plan_hash, by=by.value, at=now())
    typer.echo("rejected; what is due is planned anew by the next run")


@app.command("stop")
def stop(login: Login, reason: Annotated[Stopping, typer.Option(help="Why.")] = Stopping.RUNAWAY) -> None:
    """Stop all destruction, everywhere, at once: also what people asked for. Somebody has to end it."""
    from include.duties.holds import begin_standstill
    from include.law import now

    begin_standstill(reason=reason.value, by=login, at=now())
    typer.echo("nothing is destroyed any more until `destruction go`")


@app.command("go")
def go(login: Login) -> None:
    """Let destruction go on."""
    from include.duties.holds import end_standstill
    from include.law import now

    end_standstill(by=login, at=now())
    typer.echo("destruction goes on; what fell due meanwhile is done by the next runs")


@app.command("certificate")
def certificate(
    plan: Annotated[UUID | None, typer.Argument(help="The plan's id; without it, --verify a file.")] = None,
    output: Annotated[
        Path | None, typer.Option(help="The folder for it; without it, AMANAH_HOME/certificates.")
    ] = None,
    verify: Annotated[Path | None, typer.Option(help="Say whether this certificate is as it was signed.")] = None,
) -> None:
    """Write the certificate of a destruction that was looked at again: JSON, its signature, and a page to read."""
    from include.duties.certificates import certify, verify_certificate

    if verify is not None:
        told = verify_certificate(verify)
        typer.echo(f"genuine: plan {told['certificate']}, verified {told['verified_at']}")
    elif plan is not None:
        typer.echo(str(certify(plan, output)))
    else:
        raise typer.BadParameter("give a plan's id, or --verify with a certificate's JSON file")


@app.command("due")
def due(
    at: Annotated[datetime | None, typer.Option(help="At this moment, UTC; now where it is left out.")] = None,
) -> None:
    """Say what the rules of all data maps make due at a moment, by the edition in force then. Nothing is written."""
    from include.duties.retention import preview
    from include.law import now

    for row in preview(at.replace(tzinfo=UTC) if at else now()):
        typer.echo(json.dumps(row))
