"""Read what somebody proposes as intake reads a cell, so that what they correct is found like what was delivered."""

from __future__ import annotations

from dataclasses import dataclass, field

from include.duties.correcting.model import CONTACTS, TEXTS
from include.intake.normalise import contact_key_text, is_placeholder, read_cell
from include.store import keyed

__all__ = ["LONGEST", "Checked", "checked"]

LONGEST = 300
"""Signs of a value."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A value in the form in which it is held."""

    value: str = field(repr=False)
    normalised: str | None = field(repr=False)
    key: bytes | None = field(repr=False)
    """As contact points have it; None for a text."""


def checked(kind: str, value: str, region: str | None) -> Checked | None:
    """Read one value of a kind; None where it is none of that kind, or several. `region` is whose numbers are meant."""
    said = " ".join(value.split())
    if not said or len(said) > LONGEST or "\x00" in said or is_placeholder(said):
        return None
    if kind in TEXTS:
        return Checked(said, None, None)
    if kind not in CONTACTS:
        return None
    found = [each for each in read_cell(kind, said, region or "SA") if each.kind == kind and each.normalised]
    if len(found) != 1:
        return None
    return Checked(found[0].value, found[0].normalised, keyed(kind, contact_key_text(found[0])))
