"""What a file's columns are to its contract: taken, ignored with a reason, unknown, or missing."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from include.intake.contracts.headings import clean_heading, shown_heading
from include.intake.contracts.model import Contract
from include.intake.contracts.parts import Column

__all__ = ["ColumnCheck", "check_columns"]


@dataclass(frozen=True, slots=True)
class ColumnCheck:
    """Every column that was found, by the heading as it stands in the file, and every column that was not."""

    mapped: dict[str, Column]
    """Taken: what each becomes."""
    names: dict[str, str]
    """Taken: how the contract spells each."""
    ignored: dict[str, str] = field(repr=False)
    """Dropped before anything is stored: the contract's reason for each."""
    unknown: tuple[str, ...] = field(repr=False)
    """Not in the contract. Headings of a file without a header row are somebody's data: show `message` instead."""
    missing: tuple[str, ...]
    """Promised by the contract, not optional, and not found."""
    message: str
    """For the operator: what does not fit and what to do; empty where all fits."""

    @property
    def fits(self) -> bool:
        """Tell whether the file has what the contract promises, and nothing that it does not know."""
        return not self.unknown and not self.missing


def check_columns(contract: Contract, found: Sequence[str]) -> ColumnCheck:
    """Compare the headings of a file with its contract, without regard to spaces and unseen marks around them.

    For JSON, where a record may lack a field, judge `unknown` for each chunk and `missing` for all of them together.
    """
    spelled = {clean_heading(name): name for name in contract.columns}
    taken: dict[str, str] = {}
    ignored: dict[str, str] = {}
    unknown: list[tuple[int, str]] = []
    for position, heading in enumerate(found, start=1):
        name = spelled.get(clean_heading(heading))
        if name is not None and name not in taken.values():
            taken[heading] = name
        elif name is None and (reason := _reason_to_ignore(contract, heading)):
            ignored[heading] = reason
        else:
            unknown.append((position, heading))
    missing = tuple(
        name for name, column in contract.columns.items() if name not in taken.values() and not column.optional
    )
    return ColumnCheck(
        mapped={heading: contract.columns[name] for heading, name in taken.items()},
        names=taken,
        ignored=ignored,
        unknown=tuple(heading for _, heading in unknown),
        missing=missing,
        message="; ".join(_sentences(unknown, missing, any_known=bool(taken or ignored))),
    )


def _reason_to_ignore(contract: Contract, heading: str) -> str | None:
    text = clean_heading(heading)
    for name, reason in contract.ignore.items():
        pattern = re.escape(clean_heading(name)).replace(r"\*", ".*").replace(r"\?", ".")
        if re.fullmatch(pattern, text, flags=re.DOTALL):
            return reason
    return None


def _sentences(unknown: Sequence[tuple[int, str]], missing: Sequence[str], *, any_known: bool) -> Iterator[str]:
    if not any_known:
        yield (
            "not one column of the contract was found: check format.header_row, format.delimiter and format.encoding, "
            "or whether this is the right file"
        )
        return
    near = {clean_heading(heading): shown_heading(heading, position) for position, heading in unknown}
    for name in missing:
        close = difflib.get_close_matches(clean_heading(name), near, n=1, cutoff=0.75)
        hint = f" (did it become {near[close[0]]}?)" if close else ""
        yield f"column {name!r} is missing{hint}: correct columns, or mark it optional: true"
    if unknown:
        shown = ", ".join(shown_heading(heading, position) for position, heading in unknown[:10])
        more = f" and {len(unknown) - 10} more" if len(unknown) > 10 else ""
        yield f"unknown: {shown}{more}: map under columns, or ignore with a reason"
