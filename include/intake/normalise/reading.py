"""One piece of a cell: what kind of contact point it is, and its form for matching or why it has none."""

from __future__ import annotations

from dataclasses import dataclass, field

from include.intake.normalise.text import clean, squeeze

__all__ = ["KINDS", "Reading", "contact_key_text"]

KINDS = ("phone", "email", "address", "website", "person")


@dataclass(frozen=True, slots=True)
class Reading:
    """A contact point as its cell gives it.

    `value` is the piece as given; `normalised` is E.164, an e-mail address, a registrable domain, or the matching text
    of an address or a person, and is None exactly where `unparsed` names the reason. `detail` narrows the normalised
    form (a phone's extension, a profile's handle); `beside` holds words that stood beside the value in its cell.
    The repr shows no value: it may be printed anywhere.
    """

    kind: str
    value: str = field(repr=False)
    normalised: str | None = field(repr=False)
    number_type: str | None = None
    traits: frozenset[str] = frozenset()
    unparsed: str | None = None
    country: str | None = None
    detail: str | None = field(default=None, repr=False)
    beside: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if (self.normalised is None) == (self.unparsed is None):
            raise ValueError(
                f"A reading of kind {self.kind} needs either a normalised form or a reason for its absence"
            )


def contact_key_text(reading: Reading) -> str:
    """Give the text that identifies a contact point, for keyed hashing together with its kind.

    Letter case, digits of another script, spacing and invisible marks make no difference. An extension and a profile's
    handle do: a desk is not its switchboard, and a profile is not its platform.
    """
    if reading.normalised is None:
        return squeeze(clean(reading.value)).casefold()
    text = reading.normalised.casefold()
    return f"{text};{reading.detail.casefold()}" if reading.detail else text
