"""Write a drafted contract as YAML for a person to read: a line for each column, and beside it how sure we are."""

from __future__ import annotations

import json
import shlex
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

import yaml

from include.intake.contracts.draft_look import Look
from include.intake.contracts.draft_place import Place
from include.intake.contracts.fields import NAMES
from include.intake.contracts.guess import Guess
from include.intake.contracts.model import Contract
from include.intake.contracts.parts import BasisCase, Column

__all__ = ["Drafted", "text_of"]

WIDEST_NAME = 44
WIDEST_VALUE = 56
COMMENT_AT = 44
NAMELESS = (
    "# No column was recognised as a name: each listing is judged by its contacts alone, and more are doubtful.",
    "# If a column holds names after all, move it from `ignore` to `columns` as organisation or person.",
)


@dataclass(frozen=True, slots=True)
class Drafted:
    """A contract without its basis, and what speaks for it."""

    contract: Contract
    look: Look
    guesses: Mapping[str, Guess]
    """By the names that the contract gives the columns."""
    place: Place


def text_of(drafted: Drafted) -> str:
    """Return the contract as YAML, its columns in the file's order, with what to do next above it."""
    parts = (_heading(drafted), _source(drafted), _basis(), _terms(drafted), _columns(drafted), _bounds(drafted))
    lines = [line for part in parts for line in [*part, ""]][:-1]
    return "\n".join([*lines, *_others(drafted.contract, lines)]) + "\n"


def _others(contract: Contract, lines: list[str]) -> Iterator[str]:
    """Write the fields that have no line of their own with what they are by default, but for those that say nothing."""
    written = {line.partition(":")[0] for line in lines} | {"row_id", "ignore", "opt_out"}
    for name, value in contract.model_dump(mode="json").items():
        if name not in written:
            yield _line(name, value, "assumed: as usual")


def _heading(drafted: Drafted) -> Iterator[str]:
    contract, look = drafted.contract, drafted.look
    saved, file = f"{contract.key}.yml", shlex.quote(str(look.path))
    unreadable = f" (and {look.unreadable:,} that cannot be read)" if look.unreadable else ""
    taken = f"{len(contract.columns)} of its {len(look.columns)} columns are taken"
    rows = "1 row" if look.rows == 1 else f"{look.rows:,} rows"
    yield f"# The contract of a file with {rows}{unreadable}; {taken}."
    yield "#"
    yield "# 1. Save it, as <folder of sources>/" + f"{contract.key}/contract.yml or as any file, such as {saved}."
    yield "# 2. Fill in the two empty lines under `basis`: the law's ground for having this data, and the document that"
    yield "#    proves it. Nobody can guess them; until they are there, not a row is taken in."
    yield "# 3. Read what is marked `# assumed`, and every column: the figure beside it says how sure the guess is."
    yield "# 4. Look at what would become of each contact, without storing anything, and then take the file in:"
    yield "#"
    yield f"#      python -m include classify {file} --contract {saved} --output classes.csv"
    yield f"#      python -m include intake   {file} --contract {saved}"


def _source(drafted: Drafted) -> Iterator[str]:
    contract = drafted.contract
    title = {"ar": contract.title.ar, "en": contract.title.en}
    yield _line("key", contract.key, "assumed from the file's name; no other source has it")
    yield _line("title", title, "assumed: what people are told when they ask where their details came from")
    yield _line("publisher", contract.publisher, "assumed: write who publishes it")
    yield _line("kind", contract.kind, "assumed; or register, partner, agent (these two need basis.expires)")


def _basis() -> Iterator[str]:
    cases = get_args(BasisCase)
    yield "basis:"
    yield f"  case:    # fill in one of: {', '.join(cases[:4])},"
    yield f"           #   {', '.join(cases[4:])}"
    yield "  proof:   # fill in the reference of the document that proves it, such as DOC-2026-014"


def _terms(drafted: Drafted) -> Iterator[str]:
    contract, place = drafted.contract, drafted.place
    why = f"assumed from {place.why}" if place.why else "assumed: nothing tells the country"
    home = place.region is None or place.jurisdiction == "eu" or place.jurisdiction == place.region.lower()
    yield _line("purposes", list(contract.purposes), "assumed: codes of the controller's profile")
    yield _line("licence", contract.licence, "assumed: write the terms under which it is published")
    yield _line(
        "jurisdiction", contract.jurisdiction, why if home else f"assumed: {place.region} has no edition of its own"
    )
    yield _line("language", contract.language, "assumed from its names: the first language of its notices")
    yield _line("region", contract.region, f"{why}; whose numbers need no country code")
    yield _line("refresh", contract.refresh, "assumed: only a person starts it; or nightly, weekly, or cron")
    meaning = "assumed: a listing that is gone from the next file was withdrawn; or incremental"
    yield _line("delivery", contract.delivery, meaning)
    yield _line("location", _location(contract), "assumed: where the next file will lie")
    form = {"type": contract.format.type, **contract.format.model_dump(exclude_defaults=True, exclude={"type"})}
    yield _line("format", form, "found in the file")


def _columns(drafted: Drafted) -> Iterator[str]:
    contract = drafted.contract
    if contract.row_id:
        yield _line("row_id", list(contract.row_id), "assumed: unlike in every row, and the same in the next file")
    lines = [
        (_key(name), _column(column), _how_sure(drafted.guesses[name])) for name, column in contract.columns.items()
    ]
    names = min(WIDEST_NAME, max(_width(name) for name, _, _ in lines))
    values = min(WIDEST_VALUE, max(_width(value) for _, value, _ in lines))
    if not {column.field for column in contract.columns.values()} & NAMES:
        yield from NAMELESS
    yield "columns:"
    for name, value, sure in lines:
        yield f"  {_padded(name + ':', names + 1)} {_padded(value, values)}  # {sure}"
    if contract.ignore:
        yield "ignore:"
    names = min(WIDEST_NAME, max((_width(_key(name)) for name in contract.ignore), default=0))
    for name, reason in contract.ignore.items():
        yield f"  {_padded(_key(name) + ':', names + 1)} {_plain(reason)}"
    if contract.opt_out:
        said = {"column": contract.opt_out.column, "values": list(contract.opt_out.values)}
        yield _line("opt_out", said, "assumed: the cells that mean no")


def _bounds(drafted: Drafted) -> Iterator[str]:
    contract = drafted.contract
    floors = {"rows": contract.floors.rows, **{str(name): share for name, share in contract.floors.filled.items()}}
    ceilings = {"rows": contract.ceilings.rows, "quarantined": contract.ceilings.quarantined}
    yield _line("floors", floors, "assumed: below any of these a delivery fails")
    yield _line("ceilings", ceilings, "assumed: above any of these somebody is warned")
    yield _line("assessment", None, "beside other sources its use waits until an impact assessment is named here")


def _column(column: Column) -> str:
    said = column.model_dump(mode="json", exclude_defaults=True)
    return _flow(said["field"] if set(said) == {"field"} else said)


def _how_sure(found: Guess) -> str:
    return f"{found.confidence:.0%} sure: {found.why}" if found.why else f"{found.confidence:.0%} sure"


def _location(contract: Contract) -> str:
    return str(contract.location.path)


def _line(name: str, value: Any, comment: str) -> str:
    text = "null" if value is None else _flow(value)
    return f"{_padded(f'{name}: {text}', COMMENT_AT)}  # {comment}"


def _flow(value: Any) -> str:
    """Write a value on one line, quoted where it would be read as something else."""
    if isinstance(value, str):
        written = yaml.safe_dump([value], allow_unicode=True, default_flow_style=True, width=1 << 20)
        return written.strip()[1:-1]
    written = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=1 << 20, sort_keys=False)
    return written.strip().removesuffix("\n...").strip()


def _plain(text: str) -> str:
    """Write a text that has its line for itself."""
    return str(yaml.safe_dump(text, allow_unicode=True, width=1 << 20)).strip().removesuffix("\n...").strip()


def _key(name: str) -> str:
    """Write a column's name as a key; a long one in quotes, since it would be parted from its value else."""
    plain = _flow(name)
    return plain if len(plain) < 100 else json.dumps(name, ensure_ascii=False)


def _padded(text: str, width: int) -> str:
    return text + " " * max(0, width - _width(text))


def _width(text: str) -> int:
    """Count the places that a text takes in a line: marks that stand over a letter take none."""
    return sum(unicodedata.category(sign) not in ("Mn", "Cf") for sign in text)
