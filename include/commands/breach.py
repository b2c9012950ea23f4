"""Breaches by hand: note, count, weigh, write, report, tell, tick off, close; and whether we are ready for one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, cast
from uuid import UUID

import typer

__all__ = ["app"]

app = typer.Typer(
    help="Breaches: from the first note to the last letter, and the rehearsal before.", no_args_is_help=True
)
Which = Annotated[UUID, typer.Argument(help="The incident's id, from `breach list`.")]
Login = Annotated[str, typer.Option("--by", help="Your login; the ledger keeps its keyed hash.")]
Moment = Annotated[str, typer.Option(help="An ISO 8601 instant with its zone, such as 2026-03-19T15:30:00+03:00.")]
Languages = Annotated[Literal["ar", "en"], typer.Option(help="The language.")]


@app.command("note")
def note_incident(
    kind: Annotated[str, typer.Argument(help="disclosure | unlawful_access | destruction | damage.")],
    evidence: Annotated[str, typer.Option(help="The reference of the evidence: a number, no name.")],
    discovered: Moment,
    known: Moment,
    began: Moment,
    login: Login,
    ended: Annotated[str | None, typer.Option(help="When it ended; left out while nobody knows that it has.")] = None,
    system: Annotated[list[str] | None, typer.Option(help="A data map's key; `register` for our own.")] = None,
    processor: Annotated[str | None, typer.Option(help="The code of the processor at whom it happened.")] = None,
    rehearsal: Annotated[bool, typer.Option("--rehearsal", help="Nothing leaves the house.")] = False,
) -> None:
    """Note an incident and start its clocks; print its id. A run of `respond_to_breach` begins by itself."""
    from include.duties.breach import Given, Means, note
    from include.law import now

    given = Given(
        kind=kind, evidence=evidence, discovered_at=_moment(discovered), known_at=_moment(known),
        began_at=_moment(began), ended_at=_moment(ended) if ended else None, systems=tuple(system or ["register"]),
        processor=processor, rehearsal=rehearsal,
    )  # fmt: skip
    typer.echo(str(note(given, means=Means.COMMAND, by=login, at=now())))


@app.command("list")
def list_incidents(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Show every incident: its stage, when the authority is to be told, how many people, and what is missing."""
    from include.duties.breach.incidents import incidents
    from include.duties.breach.owing import owed_of
    from include.duties.breach.progress import progress_of
    from include.duties.breach.rules import stage_of
    from include.store import Role, begin

    with begin(Role.DUTIES) as connection:
        found = [(about, progress_of(connection, about), owed_of(connection, about)) for about in incidents(connection)]
    rows: list[dict[str, Any]] = [
        {
            "incident": str(about.id), "reference": about.reference, "kind": about.kind, "rehearsal": about.rehearsal,
            "stage": stage_of(about).value, "known_at": about.known_at.isoformat(),
            "due_at": about.due_at.isoformat() if about.due_at else None, "people": about.people,
            "told": told.told, "announced": told.announced, "ended_at": about.ended_at and about.ended_at.isoformat(),
            "supplement_due": list(owed),
        }
        for about, told, owed in found
    ]  # fmt: skip
    if as_json:
        typer.echo(json.dumps(rows))
        return
    for row in rows:
        mark = " (rehearsal)" if row["rehearsal"] else ""
        due = f", a supplement is due: {', '.join(row['supplement_due'])}" if row["supplement_due"] else ""
        people = f"{row['people']} people, {row['told']} told, {row['announced']} to be announced to"
        typer.echo(f"{row['incident']}  {row['reference']}{mark}  {row['kind']}  {row['stage']}  due {row['due_at']}  "
                   f"{people}{due}")  # fmt: skip


@app.command("end")
def end_incident(breach: Which, ended: Moment, login: Login) -> None:
    """Record when an incident ended that went on, and count anew whom it concerns; print JSON."""
    from include.duties.breach import end
    from include.law import now

    end(breach, _moment(ended), by=login, at=now())
    count_people(breach)


@app.command("count")
def count_people(breach: Which) -> None:
    """Count whom it concerns, as of its time; print JSON."""
    from dataclasses import asdict

    from include.duties.breach import scope
    from include.law import now

    typer.echo(json.dumps(asdict(scope(breach, now()))))


@app.command("weigh")
def weigh_risk(
    breach: Which,
    answer: Annotated[list[str], typer.Option(help="`question=yes|no|unknown`, once for each question.")],
    login: Login,
) -> None:
    """Record the answers of the assessment; print what follows."""
    from dataclasses import asdict

    from include.duties.breach import weigh
    from include.law import now

    answers = dict(cast("tuple[str, str]", tuple(each.partition("=")[::2])) for each in answer)
    typer.echo(json.dumps(asdict(weigh(breach, answers, by=login, at=now()))))


@app.command("decide")
def decide_against(
    breach: Which,
    whom: Annotated[Literal["authority", "people"], typer.Argument(help="Who is not told.")],
    reason: Annotated[list[str], typer.Option(help="no_harm | unreadable | contained_in_time | no_personal_data.")],
    login: Login,
) -> None:
    """Decide that somebody is not told, with the reasons."""
    from include.duties.breach import decide
    from include.law import now

    decide(breach, whom, reason, by=login, at=now())
    typer.echo("decided")


@app.command("say")
def say_element(
    breach: Which,
    element: Annotated[str, typer.Argument(help="description, how, risks, measures_taken, advice, delay…")],
    login: Login,
) -> None:
    """Read what is to be said of an element from standard input: the Arabic, a line `---`, the English."""
    from include.duties.breach import say
    from include.law import now

    arabic, _, english = typer.get_text_stream("stdin").read().partition("\n---\n")
    say(breach, element, {"ar": arabic, "en": english}, by=login, at=now())
    typer.echo("written")


@app.command("estimate")
def estimate_people(
    breach: Which, people: Annotated[int, typer.Argument(help="About how many.")], login: Login
) -> None:
    """Say about how many people it concerns, where a system cannot be counted."""
    from include.duties.breach import estimate
    from include.law import now

    estimate(breach, people, by=login, at=now())
    typer.echo("recorded")


@app.command("draft")
def draft_report(
    breach: Which,
    later: Annotated[list[str] | None, typer.Option(help="`element=reason` for what follows in a supplement.")] = None,
    delay: Annotated[list[str] | None, typer.Option(help="Why it is late: found_late, investigation…")] = None,
) -> None:
    """Draft the next report, whole or not at all; print its hash and that of the notice to people."""
    from include.duties.breach import draft, notice_of
    from include.law import load_controller, now

    deferred = dict(cast("tuple[str, str]", tuple(each.partition("=")[::2])) for each in later or ())
    made = draft(breach, load_controller(), at=now(), deferred=deferred, delays=delay or ())
    _, notice = notice_of(breach, load_controller())
    typer.echo(json.dumps({"report": made.hash.hex(), "number": made.number, "notice": notice.hex()}))


@app.command("print")
def print_report(
    breach: Which,
    login: Login,
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write, for its owner alone.")],
    language: Languages = "ar",
    as_json: Annotated[bool, typer.Option("--json", help="JSON with both languages instead of PDF.")] = False,
    why: Annotated[str, typer.Option(help="to_decide | authority_asked | investigation.")] = "to_decide",
) -> None:
    """Write the report that stands as PDF, or as JSON; the ledger keeps who read it, and why."""
    from include.duties.breach.reading import Why, read_report
    from include.law import now

    form: Literal["pdf", "json"] = "json" if as_json else "pdf"
    made = read_report(breach, form, language, why=cast("Why", why), by=login, at=now())
    output.touch(mode=0o600)
    output.chmod(0o600)
    output.write_bytes(made)
    typer.echo(str(output))


@app.command("approve")
def approve_report(
    breach: Which,
    login: Login,
    report: Annotated[str | None, typer.Option(help="The hash of the report as it was shown.")] = None,
    notice: Annotated[str | None, typer.Option(help="The hash of the notice to people as it was shown.")] = None,
) -> None:
    """Approve the report, and the notice to people, as they were shown."""
    from include.duties.breach import allow_notice, approve
    from include.law import load_controller, now

    if report:
        approve(breach, report, load_controller(), by=login, at=now())
    if notice:
        allow_notice(breach, notice, load_controller(), by=login, at=now())
    typer.echo("approved")


@app.command("file")
def file_report(
    breach: Which, reference: Annotated[str, typer.Argument(help="The authority's reference.")], login: Login
) -> None:
    """Record that you filed the approved report on the authority's platform."""
    from include.duties.breach import file
    from include.law import now

    file(breach, reference, by=login, at=now())
    typer.echo("recorded")


@app.command("tell")
def tell_people(breach: Which) -> None:
    """Write the letters to the people concerned into the outbox; print how they stand."""
    from dataclasses import asdict

    from include.duties.breach import tell
    from include.law import load_controller, now

    typer.echo(json.dumps(asdict(tell(breach, load_controller(), at=now()))))


@app.command("step")
def tick_step(
    breach: Which, step: Annotated[str, typer.Argument(help="Its code, such as cut_access.")], login: Login
) -> None:
    """Tick a step of containment off."""
    from include.duties.breach import do_step
    from include.law import now

    do_step(breach, step, by=login, at=now())
    typer.echo("done")


@app.command("close")
def close_incident(breach: Which, login: Login) -> None:
    """Close an incident; refused, naming what is open, where anything is."""
    from include.duties.breach import close
    from include.law import now

    close(breach, by=login, at=now())
    typer.echo("closed")


@app.command("ready")
def show_readiness() -> None:
    """Say whether a breach could be reported today; exit 1 where something is missing."""
    from include.duties.breach.readiness import check_readiness
    from include.law import load_controller, now

    missing = check_readiness(now(), load_controller()).missing
    typer.echo(json.dumps({"missing": list(missing)}))
    if missing:
        raise typer.Exit(1)


def _moment(given: str) -> datetime:
    from include.duties.breach import Unfit

    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        raise Unfit("an instant is ISO 8601 with its zone, such as 2026-03-19T15:30:00+03:00") from None
    return found.astimezone(UTC) if found.tzinfo else found
