"""Write the sample directories, and say who among their people had opted out before they came."""

from __future__ import annotations

from pathlib import Path

from include.commands.demo.samples import riyadh
from include.commands.demo.samples.cairo import write_cairo
from include.commands.demo.samples.jeddah import write_jeddah
from include.commands.demo.samples.partner import write_partner
from include.commands.demo.samples.riyadh import write_riyadh
from include.commands.demo.samples.world import Business, Kind

__all__ = ["SEED", "WRITERS", "opted_out", "write_samples"]

SEED = 20240914
"""The day on which the Saudi law came into force in full."""

WRITERS = {
    "sa_riyadh_trade": write_riyadh,
    "sa_jeddah_guide": write_jeddah,
    "eg_cairo_directory": write_cairo,
    "partner_english": write_partner,
}
"""Source key to what writes its file."""

OPTED_OUT = 24


def write_samples(folder: Path, seed: int = SEED) -> dict[str, Path]:
    """Write the four directories into the folder and return each source's file: the same bytes for the same seed."""
    folder.mkdir(parents=True, exist_ok=True)
    return {key: write(folder, seed) for key, write in WRITERS.items()}


def opted_out(seed: int = SEED) -> list[tuple[str, str]]:
    """Return who opted out before the first delivery: `email` or `phone`, and the normalised value."""
    alone = [firm for firm in riyadh.listings(seed) if firm.kind in (Kind.SOLE, Kind.FREELANCE)][:OPTED_OUT]
    return [entry for firm in alone for entry in _known_by(firm)]


def _known_by(firm: Business) -> list[tuple[str, str]]:
    mail = [("email", firm.personal_mail.lower())] if firm.personal_mail else []
    return [*mail, ("phone", firm.mobile)]
