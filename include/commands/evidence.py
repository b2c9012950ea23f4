"""`python -m include evidence`: for auditors. Verify the ledger, seal it, take it away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from include.evidence import Verdict

__all__ = ["app"]

app = typer.Typer(
    name="evidence",
    help="Prove what was done: verify the ledger, seal it, or take it away as a pack.",
    no_args_is_help=True,
)

EXPLAINED = {
    "record_edited": "was edited: its hash is not the hash of what it says",
    "record_unlinked": "does not follow the record before it",
    "record_missing": "is missing",
    "record_out_of_order": "is out of order",
    "payload_malformed": "is not of the form that keeps personal values out",
    "leaves_changed": "has items that do not make the root that it recorded",
    "leaves_orphaned": "is missing, but its items are there",
    "tail_missing": "is missing, and so may be what followed it: the head or a seal speaks of more than there is",
    "head_differs": "is not the one that the head speaks of",
    "seal_forged": "bears a seal whose signature or key is not genuine",
    "sealed_record_rewritten": "is not the one that was sealed",
    "seals_unreadable": "the seals' file outside the database holds a line that is no seal",
    "pack_unreadable": "part of the pack is damaged, and was read up to there",
}

SHOWN_EVERY = 250
"""Records; drawing each one would take longer than reading it."""

Json = Annotated[bool, typer.Option("--json", help="Write JSON to standard output, and nothing else.")]


@app.command()
def verify(
    pack: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Verify this pack instead of the database. Needs no database."),
    ] = None,
    trust: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="PEM file of the public keys whose seals count."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Read the whole ledger and say whether a record was edited, removed, reordered or cut off.

    Exit code 0: whole. 1: a fault was found; the first one is named. Without --trust a pack's seals are checked
    against the keys that the pack itself brings: compare their fingerprints with ones that you have from elsewhere.
    """
    from include import evidence

    trusted = evidence.read_keys(trust) if trust else None
    with _progress() as on_record:
        verdict = evidence.verify(pack, trusted=trusted, on_record=on_record)
    typer.echo(_as_json(verdict) if as_json else _as_text(verdict))
    raise typer.Exit(0 if verdict.ok else 1)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="Where to write the pack; an older one is replaced.")],
) -> None:
    """Seal the ledger and write it to one file that anybody can verify without this installation.

    The pack holds ids, counts, codes and hashes, no personal data. That it was made is itself recorded.
    """
    from include import evidence
    from include.law import now
    from include.store import Role, begin

    evidence.seal(now())
    with begin(Role.AUDITOR) as connection:
        digest = evidence.export(connection, file)
    with begin(Role.AUDITOR) as connection:
        evidence.record(connection, evidence.Kind.LEDGER_EXPORTED, at=now(), hashes={"pack": digest})
    typer.echo(f"wrote {file} ({file.stat().st_size:,} bytes), sha256 {digest.hex()}")


@app.command()
def seal(as_json: Json = False) -> None:
    """Sign the ledger as it stands now, in the database and in the seals' file outside it."""
    import json

    from include import evidence
    from include.law import now

    made = evidence.seal(now())
    if as_json:
        told = {"sealed": made.seq, "hash": made.hash.hex(), "key": made.fingerprint} if made else {"sealed": None}
        typer.echo(json.dumps(told))
    elif made:
        typer.echo(f"sealed up to {made.seq}, head {made.hash.hex()}, key {made.fingerprint[:16]}")
    else:
        typer.echo("nothing new to seal")


def _as_json(verdict: Verdict) -> str:
    import json

    faults = [{"seq": fault.seq, "fault": str(fault.flaw)} for fault in verdict.faults]
    return json.dumps({"events": verdict.events, "verified": verdict.ok, "sealed": verdict.sealed, "faults": faults})


def _as_text(verdict: Verdict) -> str:
    if verdict.first_fault is not None:
        fault = verdict.first_fault
        said = EXPLAINED[fault.flaw]
        named = f"record {fault.seq} {said}" if fault.seq else said
        more = f" ({verdict.fault_count - 1:,} more)" if verdict.fault_count > 1 else ""
        return f"NOT verified: {named}{more}; read {verdict.events:,} events, sealed up to {verdict.sealed:,}"
    lines = [f"verified {verdict.events} events, head {verdict.head.hex()}, sealed up to {verdict.sealed}"]
    if verdict.events > verdict.sealed:
        lines.append(f"the last {verdict.events - verdict.sealed:,} are not sealed yet")
    if verdict.keys:
        known = "known keys" if verdict.trusted else "keys that only the ledger itself vouches for"
        lines.append(f"{verdict.seals:,} seals by {known}: {', '.join(key[:16] for key in verdict.keys)}")
    return "\n".join(lines)


@contextmanager
def _progress() -> Iterator[Callable[[int], None] | None]:
    """Show how far a long reading has come, on a terminal's standard error."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description} record {task.completed:,}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as shown:
        task = shown.add_task("reading", total=None)
        yield lambda seq: None if seq % SHOWN_EVERY else shown.update(task, completed=seq)
