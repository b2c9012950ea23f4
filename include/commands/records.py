"""`python -m include records`: the record of processing activities, the registers beside it, and the notice's draft."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

__all__ = ["app", "records_status"]

app = typer.Typer(help="The record of processing activities and its registers.", no_args_is_help=True)


class Language(StrEnum):
    """What a document may be written in alone."""

    AR = "ar"
    EN = "en"


OneLanguage = Annotated[Language | None, typer.Option(help="In this language alone.")]


@app.callback()
def records() -> None:
    """Show what the registers hold and lack, write them out, draft the published notice."""


@app.command()
def show(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON on standard output and nothing else.")] = False,
) -> None:
    """Count what is recorded, and name everything that is missing or due; exit 1 where there is anything."""
    from include.duties.records import facts_at
    from include.law import now

    found = _told(facts_at(now()))
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        for name, count in found["counts"].items():
            typer.echo(f"{count:>5} {name.replace('_', ' ')}")
        for finding in found["findings"]:
            typer.echo(_line(finding))
    if found["findings"]:
        raise typer.Exit(1)


@app.command()
def export(
    output: Annotated[Path, typer.Argument(help="The file to write: .html or .xlsx.")],
    language: OneLanguage = None,
) -> None:
    """Write every register, Arabic and English, as a page or as a workbook; what is missing stands in its place."""
    from include.duties.records import facts_at, findings, page, spreadsheet
    from include.errors import NeverRetry
    from include.law import now

    if output.suffix not in (".html", ".xlsx"):
        raise NeverRetry(f"{output}: name a file that ends in .html or .xlsx")
    facts, languages = facts_at(now()), [language.value] if language else ["ar", "en"]
    found = findings(facts)
    if output.suffix == ".html":
        output.write_text(page(facts, found, languages), encoding="utf-8")
    else:
        output.write_bytes(spreadsheet(facts, found, languages))
    typer.echo(f"{len(facts.activities)} activities, {len(found)} missing or due → {output}")


@app.command()
def draft(
    output: Annotated[Path | None, typer.Option(help="A file to write: .html, or text.")] = None,
    language: OneLanguage = None,
) -> None:
    """Draft the factual parts of the published privacy notice; what is missing is named in its place."""
    from include.duties.records import draft as drafted
    from include.duties.records import facts_at, findings
    from include.law import now

    facts = facts_at(now())
    made = drafted(facts, findings(facts), [language.value] if language else ["ar", "en"])
    if output is None:
        typer.echo(made.text, nl=False)
        return
    output.write_text(made.html if output.suffix == ".html" else made.text, encoding="utf-8")
    typer.echo(f"{made.missing} missing → {output}")


def records_status() -> dict[str, Any]:
    """Count what the registers lack, by register, and name it; what cannot be read is named too, and nothing fails."""
    from include.duties.records import facts_at
    from include.errors import NeverRetry
    from include.law import now

    try:
        return _told(facts_at(now()))
    except NeverRetry as error:
        return {"counts": {}, "findings": [{"register": "record", "of": "record", "what": str(error)}]}


def _told(facts: Any) -> dict[str, Any]:
    from include.duties.records import findings, in_words
    from include.duties.records.words import words_in

    words, said = words_in("en"), facts.file
    return {
        "counts": {
            "activities": len(facts.activities),
            "ended_activities": len(facts.ended),
            "on_behalf": len(said.on_behalf),
            "disclosures": len(facts.disclosed),
            "processors": len(said.processors),
            "assessments": len(said.assessments),
        },
        "findings": [
            {"register": each.register, "of": each.key, "item": each.item, "what": in_words(each, words)}
            for each in findings(facts)
        ],
    }


def _line(finding: dict[str, Any]) -> str:
    item = f" ({finding['item']})" if finding["item"] else ""
    return f"{finding['register']}, {finding['of']}{item}: {finding['what']}"
