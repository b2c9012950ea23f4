"""Which terms of a contract don't fit together, each named by its place in the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from include.intake.contracts.fields import CONTACT, MINIMUM, Field
from include.intake.contracts.headings import clean_heading

if TYPE_CHECKING:
    from include.intake.contracts.model import Contract

__all__ = ["Breach", "broken_terms"]

PHONE_MEANS = frozenset({"mobile", "landline", "fax", "switchboard"})
MUST_EXPIRE = frozenset({"partner", "agent"})


@dataclass(frozen=True, slots=True)
class Breach:
    """A term that does not fit, where it stands, and what to do."""

    place: tuple[str | int, ...]
    what: str


def broken_terms(contract: Contract) -> list[Breach]:
    """Return every term that does not fit the others; nothing where the contract is sound."""
    return [
        breach
        for judge in (_basis, _minimum, _columns, _headings, _ignored, _row_id, _opt_out, _bounds)
        for breach in judge(contract)
    ]


def _basis(contract: Contract) -> Iterator[Breach]:
    if contract.kind in MUST_EXPIRE and contract.basis.expires is None:
        yield Breach(("basis",), f"expires is missing: the basis of a {contract.kind} needs a last day (SRC-03)")


def _minimum(contract: Contract) -> Iterator[Breach]:
    for name, column in contract.columns.items():
        if column.field not in MINIMUM and not column.why:
            yield Breach(
                ("columns", name),
                f"{column.field} is outside the policy's six fields: say why it is needed (why:), or ignore the column",
            )
    if not {column.field for column in contract.columns.values()} & CONTACT:
        yield Breach(("columns",), f"no column holds a contact: map one to {', '.join(sorted(CONTACT))}")


def _columns(contract: Contract) -> Iterator[Breach]:
    for name, column in contract.columns.items():
        if column.means in PHONE_MEANS and column.field is not Field.PHONE:
            yield Breach(("columns", name, "means"), f"{column.means} can be said of a phone only")
        if column.means is not None and column.field not in CONTACT:
            yield Breach(("columns", name, "means"), f"can be said of a contact only, not of {column.field}")
        if column.at_sign is not None and column.field is not Field.EMAIL:
            yield Breach(("columns", name, "at_sign"), "can be said of an e-mail column only")


def _headings(contract: Contract) -> Iterator[Breach]:
    for part in ("columns", "ignore"):
        seen: dict[str, str] = {}
        for name in getattr(contract, part):
            heading = clean_heading(name)
            if not heading:
                yield Breach((part, name), "a column needs a name; a column without heading is called 'column 3'")
            elif heading in seen:
                yield Breach((part, name), f"reads the same as {seen[heading]!r}; keep one of them")
            seen[heading] = name


def _ignored(contract: Contract) -> Iterator[Breach]:
    mapped = {clean_heading(name) for name in contract.columns}
    for name in contract.ignore:
        if clean_heading(name) in mapped:
            yield Breach(("ignore", name), "is both taken (columns) and ignored; remove one")
        elif not name.strip("*?. []"):
            yield Breach(("ignore", name), "would ignore every column that ever comes; name them")


def _row_id(contract: Contract) -> Iterator[Breach]:
    for number, name in enumerate(contract.row_id):
        if name not in contract.columns:
            yield Breach(("row_id", number), f"{name!r} is not among columns; map it, to row_id if it is nothing else")
        elif name in contract.row_id[:number]:
            yield Breach(("row_id", number), f"{name!r} stands twice; remove one")


def _opt_out(contract: Contract) -> Iterator[Breach]:
    mapped = contract.named(Field.OPT_OUT)
    if contract.opt_out is None:
        for name in mapped:
            yield Breach(("columns", name), "is mapped to opt_out: say in opt_out: which of its values mean no")
        return
    if mapped != (contract.opt_out.column,):
        yield Breach(("opt_out", "column"), "must be the one column that is mapped to opt_out")


def _bounds(contract: Contract) -> Iterator[Breach]:
    fields = {column.field for column in contract.columns.values()}
    for part in ("floors", "ceilings"):
        for field in getattr(contract, part).filled:
            if field not in fields:
                yield Breach((part, field.value), "bounds a field that no column holds; remove it or map a column")
    for field, floor in contract.floors.filled.items():
        if floor > contract.ceilings.filled.get(field, 1.0):
            yield Breach(("ceilings", field.value), "is below the floor of the same field")
    if contract.ceilings.rows is not None and contract.ceilings.rows < contract.floors.rows:
        yield Breach(("ceilings", "rows"), "is below floors.rows")
