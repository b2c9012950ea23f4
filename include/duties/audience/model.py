"""The nouns of an audience: what somebody asks for, and why it is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta

from include.duties.marketing import PURPOSES
from include.errors import NeverRetry

__all__ = ["FORMS", "HOME_COUNTRY", "KINDS", "PLATFORMS", "Asked", "AudienceRefused"]

FORMS = ("csv", "parquet", "table")
PLATFORMS = ("google", "meta")
KINDS = ("email", "phone")
HOME_COUNTRY = "SA"
LONGEST = 31
"""Days that an audience may be used: after that it is asked for again (house)."""
CODE = re.compile(r"[a-z][a-z_]{1,30}")


class AudienceRefused(NeverRetry):
    """An audience is not made or not handed out. The message says why, by counts and codes alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who wants which audience, for what, for whom and until when."""

    purpose: str
    recipient: str
    """A code, such as `mailer`."""
    asked_by: str = field(repr=False)
    run: str
    """What asked for it: asking twice in one run is asking once."""
    form: str = "csv"
    country: str = HOME_COUNTRY
    """Where the recipient keeps it, ISO 3166."""
    safeguard: str | None = None
    """Which safeguard a transfer abroad rests on (TR 3, 4): `adequacy`, `standard_clauses`, `binding_rules`…"""
    platform: str | None = None
    """`google` or `meta`: contacts hashed as they ask."""
    days: int = 7

    @property
    def abroad(self) -> bool:
        """Whether handing it out is a transfer outside the country (Law 29)."""
        return self.country != HOME_COUNTRY

    @property
    def lasts(self) -> timedelta:
        """How long it may be used."""
        return timedelta(days=self.days)

    def check(self) -> None:
        """Raise AudienceRefused where anything asked for is unknown, before anything is made."""
        fits = {
            f"the purpose is one of {', '.join(PURPOSES)}": self.purpose in PURPOSES,
            f"the form is one of {', '.join(FORMS)}": self.form in FORMS,
            f"a platform is one of {', '.join(PLATFORMS)}, as CSV": self.platform is None
            or (self.platform in PLATFORMS and self.form == "csv"),
            "the recipient is a code of small letters, such as mailer": bool(CODE.fullmatch(self.recipient)),
            "the country is two capital letters (ISO 3166)": bool(re.fullmatch(r"[A-Z]{2}", self.country)),
            f"an audience lasts 1 to {LONGEST} days": 1 <= self.days <= LONGEST,
            "a transfer abroad names its safeguard (Law 29, TR 3, 4)": not self.abroad
            or bool(self.safeguard and CODE.fullmatch(self.safeguard)),
        }
        if missed := [rule for rule, held in fits.items() if not held]:
            raise AudienceRefused(f"no audience was made: {'; '.join(missed)}")
