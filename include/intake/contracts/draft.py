"""Draft a contract for a file that somebody brings: whole but for the lawful basis, which nobody can guess."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from include.errors import NeverRetry
from include.intake.contracts.draft_ignored import is_sensitive, why_ignored
from include.intake.contracts.draft_key import key_of, title_of
from include.intake.contracts.draft_look import Look, look_at
from include.intake.contracts.draft_names import ignored_as
from include.intake.contracts.draft_place import Place, place_of
from include.intake.contracts.draft_text import Drafted, text_of
from include.intake.contracts.fields import CONTACT, NAMES, Field
from include.intake.contracts.guess import Guess, guess, mapping
from include.intake.contracts.headings import clean_heading
from include.intake.contracts.load import load_all, source_folders
from include.intake.contracts.model import Contract
from include.intake.contracts.parts import Column
from include.intake.reading.read import FIELDED

__all__ = ["draft", "drafted"]

OPTED_OUT = ("yes", "y", "true", "1", "x", "نعم")
"""What a cell of an opt-out column says where somebody opted out; the same for every file."""
LEAST_FILLED = 0.5
"""A named field that fewer rows have gets no floor."""


def draft(path: Path) -> str:
    """Return the YAML of a contract for this file, with comments for the person who completes it.

    `basis.case` and `basis.proof` are left empty. No value of the file is in it. Raises UnreadableFile where the file
    is empty or of no known type, NeverRetry where it has no rows, or no contact among its columns.
    """
    return text_of(drafted(path))


def drafted(path: Path) -> Drafted:
    """Return the contract with what its comments will say. Raises as `draft` does."""
    look = look_at(path)
    guesses = guess(look.columns, look.sample, unique=look.unique)
    place = place_of(look.sample, guesses)
    guesses = {name: found for name, found in guesses.items() if _may_be_taken(look, name, found, place.region)}
    _refuse_without_contact(path, guesses)
    contract = _contract(_terms(look, guesses, place), path)
    return Drafted(contract, look, {clean_heading(name): found for name, found in guesses.items()}, place)


def _may_be_taken(look: Look, name: str, found: Guess, region: str | None) -> bool:
    if ignored_as(name, look.format) != clean_heading(name):
        return False  # its name says who somebody is: it can only be ignored, by a pattern
    return not is_sensitive(name, look.sample[name].tolist(), found.field.value, region)


def _refuse_without_contact(path: Path, guesses: Mapping[str, Guess]) -> None:
    """Refuse a file of which nothing is to be had; one without names may hold numbers and mailboxes all the same."""
    fields = {found.field for found in guesses.values()}
    if fields & CONTACT:
        return
    if fields & NAMES:
        raise NeverRetry(
            f"{path.name}: no column was recognised as a phone, a mailbox, a website or an address; check whether it "
            "is the right file, or write the contract by hand"
        )
    raise NeverRetry(
        f"{path.name}: no column was recognised as a name or a contact of its own; where names stand in one cell with "
        "numbers or addresses, ask for them in columns of their own, or write the contract by hand"
    )


def _terms(look: Look, guesses: Mapping[str, Guess], place: Place) -> dict[str, Any]:
    arabic, english = title_of(look.path.name)
    columns = {clean_heading(name): column for name, column in _columns(look, guesses).items()}
    opted_out = next((name for name, column in columns.items() if column.field is Field.OPT_OUT), None)
    return {
        "key": key_of(look.path.name, _keys_taken()),
        "title": {"ar": arabic, "en": english},
        "publisher": "unknown",
        "kind": "public_directory",
        "basis": {"case": "", "proof": ""},
        "purposes": ["business_contact"],
        "licence": "unknown",
        "jurisdiction": place.jurisdiction,
        "language": place.language,
        "region": place.region,
        "refresh": "manual",
        "delivery": "full",
        "location": _location(look.path),
        "format": look.format,
        "row_id": [name for name, column in columns.items() if column.field is Field.ROW_ID],
        "columns": columns,
        "ignore": _ignored(look, guesses, place.region),
        "opt_out": {"column": opted_out, "values": OPTED_OUT} if opted_out else None,
        "floors": {"rows": max(1, look.rows // 2), **_filled(look, guesses)},
        "ceilings": {"rows": 2 * look.rows + 100, "quarantined": 0.02},
    }


def _contract(terms: dict[str, Any], path: Path) -> Contract:
    try:
        return Contract.model_validate(terms)
    except ValidationError as error:
        places = ", ".join(sorted({str(detail["loc"][0]) for detail in error.errors() if detail["loc"]}))
        raise NeverRetry(
            f"{path.name}: no sound contract can be drafted ({places}): two headings may read the same, or one may be "
            "nothing but signs; correct the headings of the file"
        ) from None


def _columns(look: Look, guesses: Mapping[str, Guess]) -> dict[str, Column]:
    taken = mapping(guesses)
    if look.format.type not in FIELDED:
        return taken  # else a rare column may be absent from the next delivery
    return {
        name: column.model_copy(update={"optional": _share(look, name) < LEAST_FILLED})
        for name, column in taken.items()
    }


def _ignored(look: Look, guesses: Mapping[str, Guess], region: str | None) -> dict[str, str]:
    return {
        ignored_as(name, look.format): why_ignored(name, look.sample[name].tolist(), region)
        for name in look.columns
        if name not in guesses
    }


def _filled(look: Look, guesses: Mapping[str, Guess]) -> dict[str, float]:
    """Put a floor of four fifths of what is filled under the fields that most rows have."""
    floors = {}
    for field in (Field.ORGANISATION, Field.PERSON, Field.PHONE, Field.EMAIL):
        names = [name for name, found in guesses.items() if found.field is field]
        if names:
            share = float(look.sample[names].apply(lambda cells: cells.str.strip() != "").any(axis="columns").mean())
            if share >= LEAST_FILLED:
                floors[field.value] = int(share * 8) / 10
    return floors


def _share(look: Look, name: str) -> float:
    return float((look.sample[name].str.strip() != "").mean())


def _keys_taken() -> frozenset[str]:
    good, broken = load_all()
    folders = (folder.name for root in source_folders() if root.is_dir() for folder in root.iterdir())
    return frozenset((*good, *(fault.key for fault in broken), *folders))


def _location(path: Path) -> str:
    """Name the file as the nightly run will find it: within the inbox where it lies there, else by its whole path."""
    whole = path.resolve()
    inbox = os.environ.get("AMANAH_INBOX", "")
    if inbox and whole.is_relative_to(Path(inbox).expanduser().resolve()):
        return whole.relative_to(Path(inbox).expanduser().resolve()).as_posix()
    return str(whole)
