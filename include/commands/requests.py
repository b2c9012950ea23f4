"""`python -m include request`: requests of people's rights, from receipt to answer."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["app"]

app = typer.Typer(help="Requests of people's rights: received, extended, refused, answered.", no_args_is_help=True)

Reference = Annotated[str, typer.Argument(help="The request's reference, from `request list`.")]
By = Annotated[str, typer.Option("--by", help="Who does it: your login. The evidence gets a keyed hash of it.")]
Answers = Annotated[list[str], typer.Option("--answer", help="A code of what showed who asks; several may be given.")]
Guardianship = Annotated[str | None, typer.Option(help="Of a guardian: parent, court_guardian or court_trustee.")]


class Capacity(StrEnum):
    """For whom somebody asks."""

    SELF = "self"
    GUARDIAN = "guardian"
    OTHER = "other"


@app.callback()
def request() -> None:
    """Answer people within thirty days: the clock runs from receipt, and no proof of identity stops it."""


@app.command("list")
def list_requests(
    every: Annotated[bool, typer.Option("--all", help="Those that are closed too.")] = False,
    held_back: Annotated[bool, typer.Option("--held-back", help="Instead: what may not be used, and its end.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="So many at most.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON on standard output and nothing else.")] = False,
) -> None:
    """List requests, the one whose clock ends first at the head: codes and times, nothing that anybody wrote."""
    from include.duties.rights.lifting import held_back as not_used
    from include.duties.rights.listing import listed

    found = not_used(limit) if held_back else listed(limit, every=every)
    if as_json:
        typer.echo(json.dumps(found))
        return
    for each in found:
        if held_back:
            goes_on = "ends" if each["letter"] in ("ready", "sent") else "stands"
            end = f"{goes_on}: {each['reason']}, its letter is {each['letter']}" if each["letter"] else goes_on
            typer.echo(f"{each['reference']}  {each['kind']:18} since {each['since']}  {end}")
            continue
        said = f"{each['right']:9} {each['state']:9} {each['means']:8} {each['proof'] or 'unproven':9}"
        typer.echo(f"{each['reference']}  {said} due {each['due_at']}{' extended' if each['extended_at'] else ''}")


@app.command()
def show(reference: Reference, by: By) -> None:
    """Show what a person wrote to who is to answer it; the ledger says who read it. This prints personal data."""
    from include.duties.reading import read_request
    from include.duties.rights.actions import named
    from include.law import now

    written = read_request(named(reference), by=by, at=now())
    typer.echo(written.text or "nothing was written")
    for each in written.proposals.values():
        typer.echo(f"{each.about} should say: {each.value}")


@app.command()
def enter(
    right: Annotated[str, typer.Argument(help="The right, as a code.")],
    by: By,
    answers: Answers = [],  # noqa: B006 (typer's own way)
    capacity: Annotated[Capacity, typer.Option(help="For whom they ask.")] = Capacity.SELF,
    guardianship: Guardianship = None,
    language: Annotated[str, typer.Option(help="The language that they speak.")] = "ar",
    received_at: Annotated[
        str | None, typer.Option(help="When they asked, ISO 8601 with a zone; now by itself.")
    ] = None,
) -> None:
    """Write down what somebody asked for by word of mouth. Prints its reference and its day.

    Standard input says who, so that no shell remembers it: the first line is the person's contact (of somebody who asks
    about another, their own), for a guardian the second is where to answer, and the rest is what they asked for.
    """
    from include.duties.rights.entering import enter_oral
    from include.law import load_controller, now

    received = enter_oral(
        right, typer.get_text_stream("stdin").read(), load_controller(), by=by, answers=tuple(answers),
        capacity=capacity.value, guardianship=guardianship, language=language, received_at=received_at, at=now(),
    )  # fmt: skip
    told = {"reference": received.reference, "due_at": received.due_at.isoformat(), "joined": received.joined}
    typer.echo(json.dumps(told))


@app.command("import")
def import_(file: Annotated[Path, typer.Argument(help="A CSV file in UTF-8.", dir_okay=False)], by: By) -> None:
    """Take over a call centre's file, whole or not at all. Prints counts as JSON.

    Columns: right, contact, received_at (ISO 8601 with a time zone); and as there are: language, details, answers
    (codes), capacity (self, guardian, other), guardianship, and reply_to of a guardian alone.
    """
    from include.duties.rights.importing import import_requests
    from include.law import load_controller, now

    typer.echo(json.dumps(asdict(import_requests(file, load_controller(), by=by, at=now()))))


@app.command()
def identify(reference: Reference, by: By, answers: Answers, guardianship: Guardianship = None) -> None:
    """Write down by which answers it was seen who asks. Never by an identity document."""
    from include.duties.rights import identify as identified
    from include.duties.rights.actions import named
    from include.law import now

    identified(named(reference), answers, by=by, at=now(), guardianship=guardianship)
    typer.echo(f"{reference}: checked")


@app.command()
def extend(
    reference: Reference,
    by: By,
    reason: Annotated[str, typer.Option(help="unusual_effort or several_requests.")],
    days: Annotated[
        int | None, typer.Option(min=1, help="So many days more; by itself as many as the law allows.")
    ] = None,
) -> None:
    """Answer later, once, for a reason that the law knows. It holds when its notice went out before the first end."""
    from include.duties.rights import extend as extended
    from include.duties.rights.actions import named
    from include.law import load_controller, now

    due = extended(named(reference), reason, load_controller(), by=by, at=now(), days=days)
    typer.echo(f"{reference}: its notice is written; once it has gone out, the answer is due {due.isoformat()}")


@app.command()
def refuse(
    reference: Reference, by: By, ground: Annotated[str, typer.Option(help="The law's ground, as a code.")]
) -> None:
    """Refuse a request on one of the law's grounds; the person is told which, and where to complain."""
    from include.duties.rights import refuse as refused
    from include.duties.rights.actions import named
    from include.law import load_controller, now

    refused(named(reference), ground, load_controller(), by=by, at=now())
    typer.echo(f"{reference}: refused")


@app.command()
def propose(reference: Reference) -> None:
    """Write down what a person says their data should say, before it is answered. Prints how many proposals.

    Standard input has a line for each: `point:<number>` of what is held, or `listing:<number>:<field>`, then what it
    should say.
    """
    from include.duties.rights.entering import propose_oral
    from include.law import now

    typer.echo(f"{reference}: {propose_oral(reference, typer.get_text_stream('stdin').read(), at=now())}")


@app.command()
def answer(
    reference: Reference,
    by: By,
    handed_over: Annotated[bool, typer.Option("--handed-over", help="A copy was handed over another way.")] = False,
    told: Annotated[
        str | None, typer.Option(help="Where no letter reaches them: the reference of what shows that they were told.")
    ] = None,
) -> None:
    """Carry a request out, and answer it. Prints what became of it."""
    from include.duties.rights import answer_by_officer
    from include.duties.rights.actions import named
    from include.law import load_controller, now

    who = named(reference)
    became = answer_by_officer(who, load_controller(), by=by, at=now(), handed_over=handed_over, told=told)
    typer.echo(f"{reference}: {became}")


@app.command()
def package(
    reference: Reference,
    by: By,
    output: Annotated[Path, typer.Option(help="The file to write: a new one, which its owner alone can read.")],
) -> None:
    """Take the copy of a request out, to hand it over another way. Recorded each time; delete the file afterwards."""
    from include.duties.packages.handing import hand_to_officer
    from include.duties.rights.actions import named
    from include.law import now

    written = hand_to_officer(named(reference), output, now(), by=by)
    typer.echo(f"{reference}: {written:,} bytes; hand it over, delete it, then: request answer --handed-over")


@app.command()
def withdraw(
    reference: Reference,
    by: By,
    through: Annotated[str, typer.Option(help="How they said it: phone, email, sms, whatsapp, post, counter or page.")],
    evidence: Annotated[str, typer.Option(help="What shows it: the reference of a recording, a mail or a form.")],
) -> None:
    """Close a request that its person takes back. They are written to, and told what to do if it is not so."""
    from include.duties.rights import withdraw as withdrawn
    from include.duties.rights.actions import named
    from include.law import load_controller, now

    withdrawn(named(reference), load_controller(), through=through, evidence=evidence, by=by, at=now())
    typer.echo(f"{reference}: withdrawn, and its person is written to")


@app.command()
def lift(
    reference: Reference,
    by: By,
    reason: Annotated[str, typer.Option(help="accuracy_verified, corrected or person_asked.")],
    told: Annotated[
        str | None, typer.Option(help="Where no letter reaches them: the reference of what shows that they were told.")
    ] = None,
) -> None:
    """Use data again that a request held back. Its person is told first; it ends a day after that letter."""
    from include.duties.rights import lift as lifted
    from include.duties.rights.actions import named
    from include.law import load_controller, now

    became = lifted(named(reference), reason, load_controller(), by=by, at=now(), told=told)
    typer.echo(f"{reference}: " + ("lifted" if became == "lifted" else "ends a day after its letter has gone out"))
